"""Therapies: the library, one drug with every number and source, and an editor."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.therapies.api import router as api
from tolerogen.workbench.pages.therapies.routes import router

PAGE = Page(
    name="therapies",
    title="Therapies",
    purpose="The library of drugs, every number with its source, and an editor with live exposure.",
    router=router,
    api=api,
)
