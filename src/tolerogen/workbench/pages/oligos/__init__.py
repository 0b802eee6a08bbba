"""Oligonucleotides: the best windows on a transcript, what else they hit, what to order."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.oligos.api import router as api
from tolerogen.workbench.pages.oligos.routes import router

PAGE = Page(
    name="oligos",
    title="Oligos",
    purpose="Antisense oligonucleotides against a transcript: candidates, off-targets, risks.",
    router=router,
    api=api,
    work={"oligos": "tolerogen.workbench.pages.oligos.work:design"},
)
