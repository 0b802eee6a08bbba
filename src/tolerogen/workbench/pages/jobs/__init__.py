"""Jobs: what runs, how far it is, and how it is stopped."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.jobs.api import router as api
from tolerogen.workbench.pages.jobs.routes import router

PAGE = Page(
    name="jobs",
    title="Jobs",
    purpose="What is running, how far it is, and what has been done.",
    router=router,
    api=api,
)
