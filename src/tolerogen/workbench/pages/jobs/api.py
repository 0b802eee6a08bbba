"""Jobs, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.jobs import Job

router = APIRouter()
JobId = Annotated[str, Path(max_length=40, description="Id of a job.")]


class JobRow(BaseModel):
    """A job, as its row says."""

    id: str
    kind: str
    title: str
    state: str
    made: float
    started: float | None
    ended: float | None
    done: int
    total: int
    stopping: bool
    message: str


def shown(job: Job) -> JobRow:
    """Return a job as programs see it: without its task, which may be long."""
    return JobRow(**{name: getattr(job, name) for name in JobRow.model_fields})


@router.get("")
def every(bench: OfBench, most: Annotated[int, Query(ge=1, le=1000)] = 50) -> list[JobRow]:
    """List the youngest jobs."""
    return [shown(job) for job in bench.jobs.recent(most)]


@router.get("/{name}")
def one(bench: OfBench, name: JobId) -> JobRow:
    """Return one job."""
    return shown(bench.jobs.get(name))


@router.post("/{name}/cancel")
def cancel(bench: OfBench, name: JobId) -> JobRow:
    """Stop a job that waits or runs; one that has ended stays as it is."""
    return shown(bench.jobs.cancel(name))
