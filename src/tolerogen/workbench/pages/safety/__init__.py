"""Safety: tell a side effect, look at cases, look for signals."""

from __future__ import annotations

from tolerogen.workbench.pages import Page
from tolerogen.workbench.pages.safety.api import router as api
from tolerogen.workbench.pages.safety.routes import router

PAGE = Page(
    name="safety",
    title="Safety",
    purpose="Report a side effect in plain language, look at cases, look for signals.",
    router=router,
    api=api,
    work={"signals": "tolerogen.workbench.pages.safety.work:detect"},
)
