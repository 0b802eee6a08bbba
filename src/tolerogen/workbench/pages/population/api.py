"""Populations, for programs: start a job, read its result. Progress: ``/api/jobs``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import document_in, folder_of, job_of
from tolerogen.workbench.pages.jobs.api import JobId, JobRow, shown
from tolerogen.workbench.pages.population.work import LIMITS, MOST_THERAPIES, start
from tolerogen.workbench.problems import Problem

router = APIRouter()


class PopulationRequest(BaseModel):
    """What is to be done with how many virtual patients."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["comparison", "endotypes"]
    disease: Annotated[str, Field(max_length=80)] = "sjogren"
    patients: Annotated[int, Field(ge=100, le=100_000)] = 2000
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    therapies: Annotated[
        list[Annotated[str, Field(max_length=80)]],
        Field(max_length=MOST_THERAPIES, description="Of endotypes: who is helped by which?"),
    ] = []


@router.get("")
def every(bench: OfBench) -> list[JobRow]:
    """List what was asked of populations, the youngest first."""
    return [shown(job) for job in bench.jobs.recent(500) if job.kind in LIMITS]


@router.post("", status_code=201)
def begin(asked: PopulationRequest, bench: OfBench) -> JobRow:
    """Start a comparison with published cohorts, or the search for endotypes."""
    job = start(bench.jobs, asked.kind, asked.disease, asked.patients, asked.seed, asked.therapies)
    return shown(job)


@router.get("/{name}", responses={409: {"model": Problem, "description": "Not done."}})
def result(name: JobId, bench: OfBench) -> dict[str, Any]:
    """Return a result that is done: the document that ``--json`` prints."""
    job = job_of(bench.jobs, name, LIMITS)
    return document_in(folder_of(bench.jobs, job, "population"))
