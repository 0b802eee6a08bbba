"""The pages of trials."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import files_in, sent_figure, sent_file
from tolerogen.workbench.forms import Form
from tolerogen.workbench.pages.trials import design, recruitment, results
from tolerogen.workbench.pages.trials.choices import choices_for, draft_from
from tolerogen.workbench.pages.trials.work import checked, start

router = APIRouter()
REPORT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; frame-ancestors 'none'"
}
"""For a report as a page of its own: it holds its own styles and drawings, and no script."""


@router.get("")
def every(request: Request, bench: OfBench) -> Response:
    """List the trials."""
    found = [job for job in bench.jobs.recent(500) if job.kind in results.KINDS]
    return bench.show(request, "trials/list.html", jobs=found)


@router.get("/new")
def new(
    request: Request, bench: OfBench, example: str = "s95011-sjogren", job: str = ""
) -> Response:
    """Show the form, filled with an example, or with the file of an earlier trial."""
    from tolerogen.trials import list_examples

    known = {item.name: item for item in list_examples()}
    if example not in known:
        raise HTTPException(404)
    text = results.trial_job(bench.jobs, job).task["text"] if job else known[example].text
    return bench.show(
        request, "trials/new.html", examples=known.values(), chosen=example,
        text=text, **choices_for(),
    )  # fmt: skip


@router.post("/draft")
def draft(request: Request, bench: OfBench, form: Form) -> Response:
    """Return a trial file made from a few choices, as the part of the page that holds it."""
    return bench.show(request, "trials/text.html", text=draft_from(form))


@router.get("/regimens")
def regimens(request: Request, bench: OfBench, therapy: str) -> Response:
    """Return the choice of the regimens of a therapy."""
    return bench.show(request, "trials/regimens.html", **choices_for(therapy))


@router.post("/check")
def check(request: Request, bench: OfBench, form: Form) -> Response:
    """Say whether a trial file is right, and what it would run."""
    return bench.show(request, "trials/checked.html", spec=checked(_text(form)))


@router.post("")
def run(bench: OfBench, form: Form) -> Response:
    """Start a trial."""
    asked = {name: form.whole(name) for name in ("patients", "replicates", "seed")}
    job = start(bench.jobs, _text(form), **asked)
    return RedirectResponse(f"/trials/{job.id}", 303)


@router.post("/design")
def explore(bench: OfBench, form: Form) -> Response:
    """Start the exploration of what the ``[design]`` table of a trial file leaves open."""
    asked = {name: form.whole(name) for name in ("replicates", "seed")}
    job = design.start(bench.jobs, _text(form), **asked)
    return RedirectResponse(f"/trials/{job.id}", 303)


@router.post("/recruitment")
def recruit(bench: OfBench, form: Form) -> Response:
    """Start the forecast of when the trial of a file will be full."""
    text, counts, on = _text(form), form.file("counts"), form.text("on").strip()
    asked = {name: form.whole(name) for name in ("patients", "replicates", "seed")}
    job = recruitment.start(bench.jobs, text, counts, on, asked)
    return RedirectResponse(f"/trials/{job.id}", 303)


@router.get("/compare")
def compare(request: Request, bench: OfBench, job: Annotated[list[str], Query()]) -> Response:
    """Show two trials side by side."""
    from tolerogen.trials import compare_results

    if len(job) != 2:
        return bench.show(request, "trials/two.html", 422)
    pair = [results.trial_job(bench.jobs, name) for name in job]
    documents = [results.document(bench.jobs, each.id) for each in pair]
    shown = [results.drawings(bench.jobs, each.id) for each in pair]
    kinds = [kind for kind in results.CAPTIONS if all(kind in each for each in shown)]
    return bench.show(
        request, "trials/compare.html", pair=pair, versus=compare_results(*documents),
        kinds=kinds, captions=results.CAPTIONS,
        labels=results.labels(results.folder(bench.jobs, pair[0].id))
        | results.labels(results.folder(bench.jobs, pair[1].id)),
    )  # fmt: skip


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show a trial: its progress, then its result."""
    job = results.trial_job(bench.jobs, name)
    same: dict[str, Any] = {"command": results.command(job), "python": results.python(job)}
    if job.state != "done":
        return bench.show(
            request, "trials/progress.html", job=job, result=f"/trials/{job.id}", **same
        )
    place = bench.jobs.result(job)
    common = {
        "job": job,
        "figures": results.drawings(bench.jobs, name),
        "captions": results.CAPTIONS,
        "files": files_in(place / job.kind),
        "summary": (place / "summary.txt").read_text("utf-8"),
        **same,
    }
    if job.kind != "trial":
        return bench.show(request, f"trials/{job.kind}.html", **common)
    return bench.show(
        request, "trials/result.html", document=results.document(bench.jobs, name),
        labels=results.labels(place / "trial"),
        explain=(place / "explain.txt").read_text("utf-8"), **common,
    )  # fmt: skip


@router.get("/{name}/figures/{kind}")
def figure(name: str, kind: str, bench: OfBench) -> Response:
    """Return one of the figures of a result (SVG)."""
    return sent_figure(results.drawings(bench.jobs, name), kind)


@router.get("/{name}/files/{file}")
def fetch(name: str, file: str, bench: OfBench) -> Response:
    """Return one of the files of a result."""
    return sent_file(results.folder(bench.jobs, name), file)


@router.get("/{name}/dossier")
def dossier(name: str, bench: OfBench) -> Response:
    """Return the report of a result: one page that holds everything, and loads nothing."""
    from tolerogen.dossier import build_dossier, read_source, to_html

    title = results.trial_job(bench.jobs, name).title
    made = build_dossier([read_source(results.folder(bench.jobs, name))], title=title)
    return HTMLResponse(to_html(made), headers=REPORT)


def _text(form: Form) -> str:
    """Return the trial file of a form: an uploaded one wins over what stands in the field."""
    return form.file("upload") or form.text("text")
