"""A browser for the tests of pages, and a tab that tells what went wrong on it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SHOTS = "TOLEROGEN_SCREENSHOTS"
"""Environment variable: a folder that pictures of the pages are written to."""


@dataclass
class Visit:
    """A page of a browser, and what happened on it that should not have."""

    page: object
    base: str
    room: str
    wrong: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        self.page.goto(self.base + address)

    def shot(self, name: str, settled: bool = True) -> None:
        """Keep a picture of the whole page, where pictures are wanted."""
        folder = os.environ.get(SHOTS)
        if folder:
            if settled:
                self.page.wait_for_load_state("networkidle")
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{self.room}-{name}.png", full_page=True)

    def until(self, script: str, given: object = None, seconds: float = 60) -> None:
        """Wait until a script gives true (Playwright's own waiting needs an unsafe policy)."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(script, given):
            assert time.monotonic() < end, f"not true in {seconds} s: {script}"
            time.sleep(0.05)

    def follow(self, selector: str) -> None:
        """Click what leads to another page, and wait until that page is whole."""
        with self.page.expect_navigation():  # a click alone returns while the page still arrives
            self.page.click(selector)

    def sees(self, selector: str, count: int | None = None, seconds: float = 60) -> bool:
        """Tell whether there is something, or are that many, of a selector before time is up."""
        end = time.monotonic() + seconds
        while True:
            found = self.page.locator(selector).count()
            if found == count or (count is None and found):
                return True
            if time.monotonic() > end:
                return False
            time.sleep(0.05)

    def tab_to(self, selector: str, most: int = 120) -> None:
        """Move with the keyboard alone until an element has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with the Tab key")


@pytest.fixture(scope="session")
def chromium():
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium here: the workbench was not tried in a browser")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(chromium):
    """Return what opens a tab on a served address; at its end nothing may have gone wrong."""

    @contextmanager
    def opened(base: str, room: str, width: int = 1280) -> Iterator[Visit]:
        context = chromium.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.set_default_timeout(60_000)
        one = Visit(page, base, room)
        page.on("console", lambda said: said.type == "error" and one.wrong.append(said.text))
        page.on("pageerror", lambda error: one.wrong.append(str(error)))
        page.on("request", lambda asked: _outside(one, asked.url))
        try:
            yield one
        finally:
            context.close()
        assert one.wrong == []

    return opened


def _outside(one: Visit, url: str) -> None:
    if not url.startswith((one.base + "/", "data:", "blob:")):
        one.wrong.append(f"asked elsewhere: {url}")
