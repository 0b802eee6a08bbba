"""Projects: candidates side by side, decisions, chances, and the IL-7R programme."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.projects.api import router as api
from tolerogen.workbench.pages.projects.routes import router

PAGE = Page(
    name="projects",
    title="Projects",
    purpose="Candidates through stages: evidence, chances, decisions, what to do next.",
    router=router,
    api=api,
    work={"programme": "tolerogen.workbench.pages.projects.work:programme"},
)
