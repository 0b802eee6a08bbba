"""Population: virtual patients beside real ones, and the kinds of patients among them."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.population.api import router as api
from tolerogen.workbench.pages.population.routes import router

WORK = "tolerogen.workbench.pages.population.work"
PAGE = Page(
    name="population",
    title="Population",
    purpose="Virtual patients beside published cohorts, and the endotypes among them.",
    router=router,
    api=api,
    work={"comparison": f"{WORK}:compare", "endotypes": f"{WORK}:sort"},
)
