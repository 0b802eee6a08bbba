"""The page for safety: where to tell, where the cases are, and signals."""

from __future__ import annotations

import shlex

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from tolerogen.safety.web import words
from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import document_in, figures_in, files_in, folder_of, job_of
from tolerogen.workbench.forms import Form
from tolerogen.workbench.jobs import Job
from tolerogen.workbench.pages.safety import cases, reporting
from tolerogen.workbench.pages.safety.store import named, store_of
from tolerogen.workbench.pages.safety.work import FORMS, METHODS, WANTED, start
from tolerogen.workbench.results import add_files
from tolerogen.workbench.uploads import given

router = APIRouter()
KINDS = ("signals",)
CAPTIONS = {"pairs": "The pairs with the highest scores, estimate and interval"}
SHOWN = 100


@router.get("")
def home(request: Request, bench: OfBench) -> Response:
    """Show what can be done here."""
    found = [job for job in bench.jobs.recent(500) if job.kind in KINDS]
    return bench.show(
        request, "safety/home.html", jobs=found, audiences=words.AUDIENCES, methods=METHODS,
        forms=FORMS, total=sum(1 for _ in store_of(bench).latest()), store=named(bench),
    )  # fmt: skip


router.include_router(reporting.router)
router.include_router(cases.router)


@router.post("/signals")
def begin(bench: OfBench, form: Form) -> Response:
    """Start looking for signals in a table."""
    text, name = given(form, "table", wanted=WANTED)
    job = start(
        bench.jobs, text, name, method=form.text("method", "ebgm"), form=form.text("form", "zeros"),
        strata=form.text("strata")[:200], min_count=form.whole("min_count") or 1,
    )  # fmt: skip
    return RedirectResponse(f"/safety/{job.id}", 303)


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show the signals of a table: progress, then the result."""
    job = job_of(bench.jobs, name, KINDS)
    root = f"/safety/{job.id}"
    same = {"commands": [_command(job)], "python": _python(job)}
    if job.state != "done":
        return bench.show(request, "progress.html", job=job, result=root, same=same)
    folder = folder_of(bench.jobs, job, "signals")
    return bench.show(
        request, "safety/signals.html", job=job, document=document_in(folder), root=root,
        shown=SHOWN, figures=figures_in(folder, CAPTIONS), captions=CAPTIONS,
        files=files_in(folder), same=same,
    )  # fmt: skip


add_files(router, KINDS, "signals", CAPTIONS)


def _command(job: Job) -> str:
    task = job.task
    said = ["tolerogen", "safety", "signals", "reports.csv", "--method", task["method"]]
    said += ["--ebgm-form", task["form"]] if task["method"] == "ebgm" else []
    said += ["--strata", task["strata"]] if task["strata"] else []
    said += ["--min-count", str(task["min_count"]), "--figure", "results/pairs"]
    return shlex.join(said)


def _python(job: Job) -> str:
    task = job.task
    strata = tuple(word.strip() for word in task["strata"].split(",") if word.strip())
    return (
        "from tolerogen.safety.signals import find_signals, read_source\n\n"
        f'source = read_source("reports.csv", {{}}, {strata!r})\n'
        f"result = find_signals(source, {task['method']!r}, form={task['form']!r}, "
        f"min_count={task['min_count']})\nprint(result.frame(limit=20))"
    )
