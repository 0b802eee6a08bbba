"""Targets: ranked by evidence and by simulated mechanism, and each one explained."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.targets.api import router as api
from tolerogen.workbench.pages.targets.routes import router

WORK = "tolerogen.workbench.pages.targets.work"
PAGE = Page(
    name="targets",
    title="Targets",
    purpose="Which protein to hit: evidence and simulated mechanism side by side.",
    router=router,
    api=api,
    work={"ranking": f"{WORK}:rank", "target": f"{WORK}:explain"},
)
