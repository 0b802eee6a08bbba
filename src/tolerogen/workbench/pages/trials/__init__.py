"""Trials: build one, run it, watch it, compare two."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.trials.api import router as api
from tolerogen.workbench.pages.trials.routes import router

PAGE = Page(
    name="trials",
    title="Trials",
    purpose="Build a virtual trial, run it with live progress, compare two.",
    router=router,
    api=api,
    work={
        "trial": "tolerogen.workbench.pages.trials.work:run",
        "design": "tolerogen.workbench.pages.trials.design:run",
        "recruitment": "tolerogen.workbench.pages.trials.recruitment:run",
    },
)
