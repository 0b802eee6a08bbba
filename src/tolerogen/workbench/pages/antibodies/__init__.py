"""Antibodies: sequences numbered and judged, panels ranked, sensorgrams fitted."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.antibodies.api import router as api
from tolerogen.workbench.pages.antibodies.routes import router

WORK = "tolerogen.workbench.pages.antibodies"
PAGE = Page(
    name="antibodies",
    title="Antibodies",
    purpose="Number, judge and humanise sequences; rank a panel; fit sensorgrams.",
    router=router,
    api=api,
    work={
        "sequences": f"{WORK}.sequences:judge",
        "humanise": f"{WORK}.sequences:humanise",
        "panel": f"{WORK}.measured:rank",
        "kinetics": f"{WORK}.measured:fit",
    },
)
