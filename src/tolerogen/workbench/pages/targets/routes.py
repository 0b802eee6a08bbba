"""The page for targets, and the results of its jobs."""

from __future__ import annotations

import shlex

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import document_in, figures_in, files_in, folder_of, job_of
from tolerogen.workbench.forms import Form, Sent
from tolerogen.workbench.jobs import Job
from tolerogen.workbench.library import disease_of
from tolerogen.workbench.pages.targets.work import start
from tolerogen.workbench.results import add_files

router = APIRouter()
KINDS = ("ranking", "target")
CAPTIONS = {
    "ranking": "Composite score by column, and the simulated change of ESSDAI",
    "neighbourhood": "What the target turns in the model, and what feels it",
}
FIRST = "sjogren"


@router.get("")
def home(request: Request, bench: OfBench) -> Response:
    """Show what can be asked, and what was."""
    found = [job for job in bench.jobs.recent(500) if job.kind in KINDS]
    disease = disease_of(FIRST)
    return bench.show(
        request, "targets/home.html", jobs=found, disease=disease, nodes=sorted(disease.targets)
    )


@router.post("/ranking")
def rank(bench: OfBench, form: Form) -> Response:
    """Start a ranking."""
    job = start(bench.jobs, form.text("disease", FIRST), *_numbers(form))
    return RedirectResponse(f"/targets/{job.id}", 303)


@router.post("/target")
def explain(bench: OfBench, form: Form) -> Response:
    """Start the explanation of one target."""
    name = form.text("name", "IL7R")
    job = start(bench.jobs, form.text("disease", FIRST), *_numbers(form), name)
    return RedirectResponse(f"/targets/{job.id}", 303)


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench, only: str = "", way: str = "") -> Response:
    """Show a job: its progress, then its result; a ranking can be narrowed."""
    job = job_of(bench.jobs, name, KINDS)
    root = f"/targets/{job.id}"
    same = {"commands": [_command(job)], "python": _python(job)}
    if job.state != "done":
        return bench.show(request, "progress.html", job=job, result=root, same=same)
    folder = folder_of(bench.jobs, job, "targets")
    document = document_in(folder)
    shown = document.get("targets", ())
    ways = sorted({item["fit"]["modality"] for item in shown if item["fit"]})
    if only == "model":
        shown = [item for item in shown if item["mechanism"]]
    if way:
        shown = [item for item in shown if item["fit"] and item["fit"]["modality"] == way]
    return bench.show(
        request, f"targets/{job.kind}.html", job=job, document=document, root=root, rows=shown,
        ways=ways, only=only, way=way, figures=figures_in(folder, CAPTIONS), captions=CAPTIONS,
        files=files_in(folder), same=same,
    )  # fmt: skip


add_files(router, KINDS, "targets", CAPTIONS)


def _numbers(form: Sent) -> tuple[int, int, int]:
    return (
        form.whole("patients") or 100,
        form.whole("draws") or 10,
        form.whole("seed") or 1,
    )


def _command(job: Job) -> str:
    task = job.task
    words = ["tolerogen", "target", "explain" if job.kind == "target" else "rank"]
    words += [task["name"]] if job.kind == "target" else []
    words += ["--disease", task["disease"], "--patients", str(task["patients"])]
    words += ["--draws", str(task["draws"]), "--seed", str(task["seed"])]
    words += (
        ["--svg", "results/neighbourhood.svg"] if job.kind == "target"
        else ["--figure", "results/targets"]
    )  # fmt: skip
    return shlex.join(words)


def _python(job: Job) -> str:
    task = job.task
    asked = (
        "criteria = (Criterion('essdai', minimum=5.0),)\n"
        f"setup = Setup(patients={task['patients']}, criteria=criteria, seed={task['seed']}, "
        "threads=None)\n"
    )
    verb = "explain_target" if task["name"] else "rank_targets"
    head = (
        "from tolerogen.diseases import load_disease\nfrom tolerogen.patients import Criterion\n"
        f"from tolerogen.targets import Setup, {verb}\n\n"
        f"disease = load_disease({task['disease']!r})\n{asked}"
    )
    if task["name"]:
        return (
            f"{head}found = explain_target(disease, {task['name']!r}, draws={task['draws']}, "
            "setup=setup)\nfor line in found.lines:\n    print(line.what, line.value, line.source)"
        )
    return (
        f"{head}ranking = rank_targets(disease, draws={task['draws']}, setup=setup)\n"
        "for item in ranking.targets[:10]:\n    print(item.rank, item.target, item.composite)"
    )
