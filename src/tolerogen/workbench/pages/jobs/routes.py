"""The list of jobs, one job, and its live progress."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.forms import Form
from tolerogen.workbench.pages.jobs.events import events
from tolerogen.workbench.pages.jobs.places import address

router = APIRouter()


@router.get("")
def every(request: Request, bench: OfBench) -> Response:
    """List the jobs."""
    return bench.show(request, "jobs/list.html", jobs=bench.jobs.recent(200))


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show one job."""
    job = bench.jobs.get(name)
    return bench.show(request, "jobs/one.html", job=job, result=address(job))


@router.get("/{name}/state")
def state(request: Request, name: str, bench: OfBench) -> Response:
    """Show the part of a page that tells how far a job is."""
    job = bench.jobs.get(name)
    return bench.show(request, "jobs/state.html", job=job, result=address(job))


@router.get("/{name}/events")
def live(name: str, bench: OfBench) -> StreamingResponse:
    """Send progress as it is made (server-sent events)."""
    job = bench.jobs.get(name)
    return StreamingResponse(events(bench.jobs, job.id), media_type="text/event-stream")


@router.post("/{name}/cancel")
def cancel(name: str, bench: OfBench, form: Form) -> Response:
    """Stop a job, and go back to where the button was."""
    job = bench.jobs.cancel(name)
    return RedirectResponse(address(job) if form.text("back") else f"/jobs/{job.id}", 303)


@router.post("/{name}/again")
def again(name: str, bench: OfBench, form: Form) -> Response:  # noqa: ARG001 (its secret)
    """Start a job once more, with what it was given."""
    job = bench.jobs.get(name)
    return RedirectResponse(address(bench.jobs.add(job.kind, job.title, job.task)), 303)


@router.post("/{name}/remove")
def remove(name: str, bench: OfBench, form: Form) -> Response:  # noqa: ARG001 (its secret)
    """Forget a job that has ended, and its files."""
    bench.jobs.remove(name)
    return RedirectResponse("/jobs", 303)
