"""The pages of a population."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import (
    document_in,
    figures_in,
    files_in,
    folder_of,
    job_of,
    sent_figure,
    sent_file,
)
from tolerogen.workbench.forms import Form
from tolerogen.workbench.library import disease_of
from tolerogen.workbench.pages.population.work import LIMITS, start
from tolerogen.workbench.unknown import UnknownError

if TYPE_CHECKING:
    from tolerogen.workbench.jobs import Job

router = APIRouter()
CAPTIONS = {
    "comparison": "Published values, and the same of virtual patients",
    "classes": "The classes: how far each feature stands out",
    "helped": "Who is helped by which therapy: share of each class better than on placebo",
    "deciles": "Benefit by decile of what was predicted",
}
FIRST = "sjogren"


@router.get("")
def every(request: Request, bench: OfBench) -> Response:
    """Show what can be asked of a population, and what was."""
    from tolerogen.therapies import list_therapies

    found = [job for job in bench.jobs.recent(500) if job.kind in LIMITS]
    disease = disease_of(FIRST)
    return bench.show(
        request, "population/list.html", jobs=found, disease=disease,
        cohorts=disease.population_targets,
        drugs=[drug for drug in list_therapies() if drug.target in disease.targets],
    )  # fmt: skip


@router.post("/{kind}")
def begin(kind: str, bench: OfBench, form: Form) -> Response:
    """Start a job: ``comparison`` or ``endotypes``."""
    if kind not in LIMITS:
        raise UnknownError("There is no such job of a population.")
    patients, seed = form.whole("patients") or 2000, form.whole("seed") or 1
    therapies = form.all("therapy") if kind == "endotypes" else ()
    job = start(bench.jobs, kind, form.text("disease", FIRST), patients, seed, therapies)
    return RedirectResponse(f"/population/{job.id}", 303)


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show a job: its progress, then its result."""
    job = job_of(bench.jobs, name, LIMITS)
    same = {"command": _command(job), "python": _python(job)}
    if job.state != "done":
        return bench.show(
            request, "population/progress.html", job=job, result=f"/population/{job.id}", same=same
        )
    folder = folder_of(bench.jobs, job, "population")
    return bench.show(
        request, f"population/{job.kind}.html", job=job, document=document_in(folder),
        figures=figures_in(folder, CAPTIONS), captions=CAPTIONS, files=files_in(folder), same=same,
    )  # fmt: skip


@router.get("/{name}/figures/{figure}")
def drawing(name: str, figure: str, bench: OfBench) -> Response:
    """Return a figure of a result (SVG)."""
    job = job_of(bench.jobs, name, LIMITS)
    folder = folder_of(bench.jobs, job, "population")
    return sent_figure(figures_in(folder, CAPTIONS), figure)


@router.get("/{name}/files/{file}")
def fetch(name: str, file: str, bench: OfBench) -> Response:
    """Return a file of a result."""
    job = job_of(bench.jobs, name, LIMITS)
    return sent_file(folder_of(bench.jobs, job, "population"), file)


def _command(job: Job) -> str:
    verb = {"comparison": "compare", "endotypes": "endotypes"}[job.kind]
    words = ["tolerogen", "population", verb, job.task["disease"]]
    words += ["--patients", str(job.task["patients"]), "--seed", str(job.task["seed"])]
    if verb == "endotypes":
        words += [w for name in _therapies(job) or ["none"] for w in ("--therapy", name)]
    return shlex.join([*words, "--out", "results/population"])


def _python(job: Job) -> str:
    asked = f"patients={job.task['patients']}, seed={job.task['seed']}"
    load = "from tolerogen.diseases import load_disease\n"
    disease = f'load_disease("{job.task["disease"]}")'
    if job.kind == "comparison":
        return (
            f"{load}from tolerogen.patients.comparison import compare_population\n\n"
            f"result = compare_population({disease}, {asked})\nprint(result.summary)"
        )
    treated = ""
    if _therapies(job):
        seed = job.task["seed"]
        treated = f"\nhelped = who_benefits(sets, found, {_therapies(job)}, seed={seed})"
        treated += "\nprint(helped.by_endotype())"
        load = f"from tolerogen.trials.benefit import who_benefits\n{load}"
    return (
        f"{load}from tolerogen.patients.endotypes import find_endotypes\n"
        "from tolerogen.trials.validation.posterior import disease_posterior\n\n"
        f"disease = {disease}\nsets = tuple(disease_posterior(disease).thinned(5)"
        f".diseases(disease))\nfound = find_endotypes(sets, {asked})\nprint(found.classes){treated}"
    )


def _therapies(job: Job) -> list[str]:
    return list(job.task.get("therapies", ()))
