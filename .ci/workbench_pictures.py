"""Photograph the workbench for the documentation: ``python .ci/workbench_pictures.py``.

Needs Playwright and Chromium. Takes about two minutes on two cores: the trial shown is a real one.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tolerogen.trials import list_examples
from tolerogen.workbench import make_app

IMAGES = Path(__file__).parents[1] / "docs" / "images"
EXAMPLES = Path(__file__).parents[1] / "examples"
SIZE = {"width": 1200, "height": 860}
COLOURS = 128
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")


def main() -> None:
    """Serve a workbench, do what people do, and keep what they see."""
    found = shutil.which("chromium")
    if found is None:
        raise SystemExit("Chromium is not here.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        base = serve(Path(folder))
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]  # a TypedDict
        trials(page, base)
        disease(page, base)
        therapies(page, base)
        population(page, base)
        others(page, base)
        page.goto(base + "/jobs")
        keep(page, "jobs")
        page.goto(base + "/")
        keep(page, "home")
        browser.close()


def serve(folder: Path) -> str:
    """Start the server in a thread, and return its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(folder), log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def trials(page: Page, base: str) -> None:
    """Run the main job at its own size."""
    page.goto(base + "/trials/new")
    keep(page, "trial-new")
    text = next(e.text for e in list_examples() if e.name == "s95011-sjogren")
    asked: dict[str, Any] = {"text": text}
    job = page.request.post(base + "/api/trials", data=asked).json()["id"]
    page.goto(f"{base}/trials/{job}")
    while int(page.inner_text("[data-field=count]").split()[0]) < 500:
        page.wait_for_timeout(100)
    keep(page, "trial-progress")
    page.wait_for_selector("text=See the result", timeout=300_000)
    page.click("text=See the result")
    page.wait_for_load_state("networkidle")
    keep(page, "trial-result")


def disease(page: Page, base: str) -> None:
    """Choose a therapy and a state of the network; play a patient."""
    page.goto(base + "/disease/sjogren?therapy=s95011#network")
    page.wait_for_selector("#plots canvas")
    page.locator("a.state[data-state=T4_cm]").focus()
    keep(page, "disease")
    page.locator("h2", has_text="One patient over time").scroll_into_view_if_needed()
    page.evaluate("document.querySelectorAll('h2')[1].scrollIntoView()")
    keep(page, "patient")


def therapies(page: Page, base: str) -> None:
    """Change a number of a drug."""
    page.goto(base + "/therapies/s95011")
    page.wait_for_selector("#plots canvas")
    page.fill("[name='numbers.CL']", "1")
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelectorAll('h2')[0].scrollIntoView()")
    keep(page, "therapy")


def population(page: Page, base: str) -> None:
    """Compare a population with reality."""
    page.goto(base + "/population")
    page.locator("#c-patients").press("Enter")
    page.wait_for_selector("text=See the result", timeout=300_000)
    page.click("text=See the result")
    page.wait_for_load_state("networkidle")
    keep(page, "population")


def others(page: Page, base: str) -> None:
    """Do the main job of targets, antibodies, oligos, safety and projects."""
    fasta = (EXAMPLES / "il7r-antibodies.fasta").read_text(encoding="utf-8")
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("targets", "targets", {"patients": 50, "draws": 5}),
        ("antibodies", "antibodies/sequences", {"sequences": fasta}),
        ("oligos", "oligos", {"transcript": (EXAMPLES / "tnfrsf1a.fa").read_text("utf-8"),
                              "chemistry": ["lna 3-10-3"], "top": 12}),
        ("safety", "safety/signals", {"table": (EXAMPLES / "reports.csv").read_text("utf-8")}),
        ("project", "projects/programme", {}),
    ]  # fmt: skip
    for name, address, body in asked:
        job = page.request.post(f"{base}/api/{address}", data=body).json()["id"]
        while page.request.get(f"{base}/api/jobs/{job}").json()["state"] in ("waiting", "running"):
            time.sleep(0.2)
        page.goto(f"{base}/{address.split('/')[0]}/{job}")
        page.wait_for_load_state("networkidle")
        if name in ("antibodies", "safety", "targets"):
            page.locator("figure").first.scroll_into_view_if_needed()
        keep(page, name)


def keep(page: Page, name: str) -> None:
    """Write what the window shows as a small PNG."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(IMAGES / f"workbench-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
