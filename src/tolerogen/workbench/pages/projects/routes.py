"""The page for projects."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tolerogen.workbench.bench import Bench, OfBench
from tolerogen.workbench.finished import DRAWING, files_in, folder_of, job_of
from tolerogen.workbench.forms import Form
from tolerogen.workbench.library import disease_of
from tolerogen.workbench.pages.projects.places import (
    PART,
    keep,
    names_of,
    new_place,
    project_at,
)
from tolerogen.workbench.pages.projects.work import start
from tolerogen.workbench.results import add_files

if TYPE_CHECKING:
    from tolerogen.projects import ProjectStatus

router = APIRouter()
KINDS = ("programme",)
FIRST = "sjogren"


@router.get("")
def home(request: Request, bench: OfBench) -> Response:
    """Show the projects, and what can be begun."""
    found = [job for job in bench.jobs.recent(500) if job.kind in KINDS]
    return bench.show(
        request, "projects/home.html", jobs=found, names=names_of(bench),
        nodes=sorted(disease_of(FIRST).targets),
    )  # fmt: skip


@router.post("")
def begin(bench: OfBench, form: Form) -> Response:
    """Make a project."""
    from tolerogen.projects import init_project

    name = form.text("id")
    place = new_place(bench, name)
    target = form.text("target", "IL7R")
    init_project(place, form.text("name", name)[:120], FIRST, target[:40])
    return RedirectResponse(f"/projects/at/{name}", 303)


@router.post("/programme")
def programme(bench: OfBench, form: Form) -> Response:
    """Start the programme that comes with Tolerogen."""
    job = start(bench.jobs, form.whole("replicates") or 40, form.whole("patients") or 90)
    return RedirectResponse(f"/projects/{job.id}", 303)


@router.get("/at/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show a project."""
    return _show(request, bench, project_at(bench, name), f"/projects/at/{name}", name)


@router.post("/at/{name}/candidates")
def candidate(name: str, bench: OfBench, form: Form) -> Response:
    """Add a candidate."""
    from tolerogen.errors import SpecError
    from tolerogen.projects import Candidate, add_candidate

    place, modality = project_at(bench, name), form.text("modality", "antibody")
    if modality not in ("antibody", "oligo", "other"):
        raise SpecError("The modality is antibody, oligo or other.")
    made = Candidate(
        id=form.text("id")[:60],
        name=form.text("name", form.text("id"))[:120],
        modality="antibody" if modality == "antibody" else "oligo" if modality == "oligo"
        else "other",
    )  # fmt: skip
    add_candidate(place, made)
    return RedirectResponse(f"/projects/at/{name}", 303)


@router.post("/at/{name}/decide")
def decide(request: Request, name: str, bench: OfBench, form: Form) -> Response:
    """Take a decision; the session says who."""
    from tolerogen import projects

    place, what = project_at(bench, name), form.text("what")
    who = form.text("by") or bench.sessions.of(request)[1].name  # type: ignore[union-attr]
    reason = form.text("reason")[:2000]
    if what in ("hold", "resume", "stop", "note"):
        projects.decide(place, form.text("candidate"), what, reason=reason, who=who[:80])
    else:
        projects.advance(
            place, form.text("candidate"), what, reason=reason, who=who[:80],
            override=bool(form.text("override")),
        )  # fmt: skip
    return RedirectResponse(f"/projects/at/{name}", 303)


@router.get("/at/{name}/figures/{figure}")
def drawing(name: str, figure: str, bench: OfBench) -> Response:
    """Return a drawing of a project (SVG)."""
    return _drawn(project_at(bench, name), figure)


@router.get("/at/{name}/page")
def page(name: str, bench: OfBench) -> Response:
    """Return the portfolio as a page of its own."""
    return _page(project_at(bench, name))


@router.get("/{name}")
def made(request: Request, name: str, bench: OfBench) -> Response:
    """Show a programme: its progress, then the project it made."""
    job = job_of(bench.jobs, name, KINDS)
    root = f"/projects/{job.id}"
    if job.state != "done":
        same = {"commands": [_command(job.task)], "python": PYTHON}
        return bench.show(request, "progress.html", job=job, result=root, same=same)
    return _show(request, bench, folder_of(bench.jobs, job, PART), root, "")


@router.get("/{name}/drawings/{figure}")
def drawing_of(name: str, figure: str, bench: OfBench) -> Response:
    """Return a drawing of the project that a programme made (SVG)."""
    job = job_of(bench.jobs, name, KINDS)
    return _drawn(folder_of(bench.jobs, job, PART), figure)


@router.post("/{name}/keep")
def kept(name: str, bench: OfBench, form: Form) -> Response:
    """Keep what a programme made as a project, in which decisions can be taken."""
    job = job_of(bench.jobs, name, KINDS)
    keep(folder_of(bench.jobs, job, PART), bench, form.text("id"))
    return RedirectResponse(f"/projects/at/{form.text('id')}", 303)


add_files(router, KINDS, PART, ())

PYTHON = (
    "from tolerogen.projects import run_programme, status_of\n\n"
    'folder = run_programme("examples/il7r-programme", "results/il7r")\n'
    "for one in status_of(folder).candidates:\n"
    "    print(one.candidate.name, one.stage, one.chance.posterior, one.worth.value)"
)


def _show(request: Request, bench: Bench, folder: Path, root: str, name: str) -> Response:
    from tolerogen.projects import compare, status_of

    status = status_of(folder)
    stages = [stage.id for stage in status.stages]
    return bench.show(
        request, "projects/project.html", found=status, root=root, name=name, stages=stages,
        comparison=compare(status.candidates), actions=_told(status, folder),
        files=[] if name else sorted(files_in(folder)),
        drawings=f"{root}/figures" if name else f"{root}/drawings", python=PYTHON,
        commands=["tolerogen project status results/il7r",
                  "tolerogen project page results/il7r --out il7r.html"]
        if name else ["tolerogen project run examples/il7r-programme --out results/il7r"],
    )  # fmt: skip


def _told(status: ProjectStatus, folder: Path) -> list[str]:
    """Return what to do next, without the way to the folder."""
    return [action.replace(str(folder), "PROJECT") for action in status.actions]


def _drawn(folder: Path, figure: str) -> Response:
    from tolerogen.projects import draw_bubbles, draw_chances, draw_gantt, status_of

    status = status_of(folder)
    known = {one.candidate.id: one for one in status.candidates}
    if figure == "bubbles" and known:
        svg = draw_bubbles(status.candidates, status.project.currency)
    elif figure == "gantt" and known:
        svg = draw_gantt(status.candidates)
    elif figure.removeprefix("chances-") in known:
        svg = draw_chances(known[figure.removeprefix("chances-")])
    else:
        raise HTTPException(404)
    return Response(svg, media_type="image/svg+xml", headers=DRAWING)


def _page(folder: Path) -> Response:
    from tolerogen.projects import status_of
    from tolerogen.projects.page import to_html

    return HTMLResponse(to_html(status_of(folder)), headers=DRAWING)


def _command(task: Mapping[str, Any]) -> str:
    return (
        "tolerogen project run examples/il7r-programme --out results/il7r "
        f"--replicates {task['replicates']}"
    )
