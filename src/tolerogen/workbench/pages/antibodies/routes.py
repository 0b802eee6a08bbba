"""The page for antibodies, and the results of its jobs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import document_in, figures_in, files_in, folder_of, job_of
from tolerogen.workbench.forms import Form
from tolerogen.workbench.pages.antibodies import measured, sequences
from tolerogen.workbench.pages.antibodies.same import same
from tolerogen.workbench.results import add_files
from tolerogen.workbench.uploads import given

router = APIRouter()
KINDS = ("sequences", "humanise", "panel", "kinetics")
CAPTIONS = {
    "annotated": "The sequences: CDRs tinted, a letter below each residue that may change",
    "panel": "The panel in its first two goals, and its Pareto fronts",
    "sensorgrams": "Measured responses (dots), fitted ones (lines), and what is left",
}
SHOWN = 40
"""Domains whose details are on the page; the files hold all."""


@router.get("")
def home(request: Request, bench: OfBench) -> Response:
    """Show what can be done here."""
    found = [job for job in bench.jobs.recent(500) if job.kind in KINDS]
    return bench.show(
        request, "antibodies/home.html", jobs=found, schemes=sequences.SCHEMES,
        dials=sequences.DIALS, models=measured.MODELS,
    )  # fmt: skip


@router.post("/sequences")
def number(bench: OfBench, form: Form) -> Response:
    """Start with sequences: number and judge them, or humanise them."""
    text, name = given(form, "sequences", wanted=sequences.WANTED)
    kind = "humanise" if form.text("action") == "humanise" else "sequences"
    setting = form.text("dial", "human") if kind == "humanise" else form.text("scheme", "imgt")
    job = sequences.start(bench.jobs, kind, text, name, setting)
    return RedirectResponse(f"/antibodies/{job.id}", 303)


@router.post("/panel")
def panel(bench: OfBench, form: Form) -> Response:
    """Start the ranking of a panel."""
    text, name = given(form, "panel", wanted=measured.PANEL)
    low, high, log = (form.text(key)[:500] for key in ("low", "high", "log"))
    job = measured.start_panel(bench.jobs, text, name, low, high, log)
    return RedirectResponse(f"/antibodies/{job.id}", 303)


@router.post("/kinetics")
def kinetics(bench: OfBench, form: Form) -> Response:
    """Start the fit of sensorgrams."""
    text, name = given(form, "curves", wanted=measured.CURVES)
    job = measured.start_fit(bench.jobs, text, name, form.text("model", "auto"))
    return RedirectResponse(f"/antibodies/{job.id}", 303)


@router.post("/{name}/humanise")
def onwards(name: str, bench: OfBench, form: Form) -> Response:
    """Humanise the sequences of a job that is there."""
    task = job_of(bench.jobs, name, ("sequences",)).task
    job = sequences.start(
        bench.jobs, "humanise", task["text"], task["name"], form.text("dial", "human")
    )
    return RedirectResponse(f"/antibodies/{job.id}", 303)


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show a job: its progress, then its result."""
    job = job_of(bench.jobs, name, KINDS)
    root = f"/antibodies/{job.id}"
    if job.state != "done":
        return bench.show(request, "progress.html", job=job, result=root, same=same(job))
    folder = folder_of(bench.jobs, job, "antibodies")
    return bench.show(
        request, f"antibodies/{job.kind}.html", job=job, document=document_in(folder), root=root,
        figures=figures_in(folder, CAPTIONS), captions=CAPTIONS, files=files_in(folder),
        same=same(job), shown=SHOWN, dials=sequences.DIALS,
    )  # fmt: skip


add_files(router, KINDS, "antibodies", CAPTIONS)
