"""The page for oligos, and the results of its job."""

from __future__ import annotations

import shlex

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import (
    DRAWING,
    document_in,
    figures_in,
    files_in,
    folder_of,
    job_of,
)
from tolerogen.workbench.forms import Form
from tolerogen.workbench.jobs import Job
from tolerogen.workbench.library import disease_of
from tolerogen.workbench.pages.oligos.work import CELLS, CHEMISTRIES, MECHANISMS, WANTED, start
from tolerogen.workbench.results import add_files
from tolerogen.workbench.uploads import given

router = APIRouter()
KINDS = ("oligos",)
CAPTIONS = {"track": "The transcript: exons, energy that opening it costs, candidates below"}
FIRST = "sjogren"


@router.get("")
def home(request: Request, bench: OfBench) -> Response:
    """Show what can be asked, and what was."""
    found = [job for job in bench.jobs.recent(500) if job.kind in KINDS]
    return bench.show(
        request, "oligos/home.html", jobs=found, mechanisms=MECHANISMS, chemistries=CHEMISTRIES,
        cells=CELLS, nodes=sorted(disease_of(FIRST).targets),
    )  # fmt: skip


@router.post("")
def begin(bench: OfBench, form: Form) -> Response:
    """Start a design."""
    text, name = given(form, "transcript", wanted=WANTED)
    job = start(
        bench.jobs, text, name,
        mechanism=form.text("mechanism", "rnase-h"),
        chemistry=list(form.all("chemistry")) or ["moe 5-10-5"],
        lengths=form.text("lengths")[:40], region=form.text("region")[:40],
        top=form.whole("top") or 20,
        transcriptome=form.file("transcriptome-file") or "",
        node=form.text("node")[:40], cells=form.text("cells", "lymphocyte"),
    )  # fmt: skip
    return RedirectResponse(f"/oligos/{job.id}", 303)


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show a design: its progress, then its candidates."""
    job = job_of(bench.jobs, name, KINDS)
    root = f"/oligos/{job.id}"
    same = {"commands": _commands(job), "python": _python(job)}
    if job.state != "done":
        return bench.show(request, "progress.html", job=job, result=root, same=same)
    folder = folder_of(bench.jobs, job, "oligos")
    return bench.show(
        request, "oligos/result.html", job=job, document=document_in(folder), root=root,
        figures=figures_in(folder, CAPTIONS), captions=CAPTIONS, files=files_in(folder), same=same,
    )  # fmt: skip


@router.get("/{name}/sheets/{number}")
def sheet(name: str, number: int, bench: OfBench) -> Response:
    """Show the sheet of one candidate, a page that holds everything."""
    job = job_of(bench.jobs, name, KINDS)
    sheets = sorted((folder_of(bench.jobs, job, "oligos") / "sheets").glob("*.html"))
    if not 1 <= number <= len(sheets):
        raise HTTPException(404)
    return FileResponse(sheets[number - 1], media_type="text/html", headers=DRAWING)


add_files(router, KINDS, "oligos", CAPTIONS)


def _commands(job: Job) -> list[str]:
    task = job.task
    words = ["tolerogen", "oligo", "design", "target.fa", "--mechanism", task["mechanism"]]
    for chemistry in task["chemistry"]:
        words += ["--chemistry", chemistry]
    for option in ("lengths", "region"):
        words += [f"--{option}", task[option]] if task[option] else []
    words += ["--offtargets", "transcripts.tgi"] if task["transcriptome"] else []
    words += ["--top", str(task["top"]), "--out", "results/oligos"]
    first = ["tolerogen oligo index transcripts.fa --out transcripts.tgi"]
    return [*(first if task["transcriptome"] else []), shlex.join(words)]


def _python(job: Job) -> str:
    task = job.task
    more = f", lengths=oligos.read_lengths({task['lengths']!r})" if task["lengths"] else ""
    more += f", region=oligos.read_region({task['region']!r})" if task["region"] else ""
    index = ", index=oligos.open_index('transcripts.tgi')" if task["transcriptome"] else ""
    return (
        "from tolerogen import oligos\n\n"
        "transcripts = oligos.read_transcripts('target.fa')\n"
        f"found = oligos.design_for(transcripts, mechanism={task['mechanism']!r}, "
        f"chemistries={tuple(task['chemistry'])!r}, top={task['top']}{more}{index})\n"
        "for placed in found:\n    print(placed.candidate.oligo.sequence, placed.candidate.rank)"
    )
