"""Disease: the immune network, its arrows with their sources, and one patient over time."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.disease.api import router as api
from tolerogen.workbench.pages.disease.routes import router

PAGE = Page(
    name="disease",
    title="Disease",
    purpose="The immune network: states, arrows with sources, what a therapy touches, one patient.",
    router=router,
    api=api,
)
