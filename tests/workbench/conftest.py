"""A workbench that is served, and a browser that tells what went wrong on a page."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from tolerogen.cli import cli
from tolerogen.workbench import make_app

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SHOTS = "TOLEROGEN_SCREENSHOTS"
"""Environment variable: a folder that pictures of the pages are written to."""


@pytest.fixture
def run():
    """Call the command line as a user would."""
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def refused(run):
    """Call the command line, make sure that it refuses properly, and return the paragraph."""

    def call(*words):
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        return " ".join(result.stderr.split())

    return call


@dataclass
class Visit:
    """A page of a browser, and what happened on it that should not have."""

    page: object
    base: str
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
            self.page.screenshot(path=Path(folder) / f"workbench-{name}.png", full_page=True)

    def until(self, script: str, given: object = None, seconds: float = 30) -> None:
        """Wait until a script gives true (Playwright's own waiting needs an unsafe policy)."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(script, given):
            assert time.monotonic() < end, f"not true in {seconds} s: {script}"
            time.sleep(0.05)

    def tab_to(self, selector: str, most: int = 120) -> None:
        """Move with the keyboard alone until an element has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with the Tab key")


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Address of a workbench that runs while the tests do."""
    import uvicorn

    app = make_app(tmp_path_factory.mktemp("bench"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    for job in app.state.bench.jobs.recent():
        app.state.bench.jobs.cancel(job.id)
    server.should_exit = True
    thread.join(timeout=10)


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


@pytest.fixture
def visit(served, chromium):
    """Open a tab; at the end, nothing may have gone wrong on it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    one = Visit(page, served)
    page.on("console", lambda said: said.type == "error" and one.wrong.append(said.text))
    page.on("pageerror", lambda error: one.wrong.append(str(error)))
    page.on("request", lambda asked: _outside(one, asked.url))
    yield one
    context.close()
    assert one.wrong == []


def _outside(one: Visit, url: str) -> None:
    if not url.startswith((one.base + "/", "data:", "blob:")):
        one.wrong.append(f"asked elsewhere: {url}")
