"""Projects, for programs: the list, one, and the programme. Progress: ``/api/jobs``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.pages.jobs.api import JobRow, shown
from tolerogen.workbench.pages.projects.places import names_of, project_at
from tolerogen.workbench.pages.projects.work import PATIENTS, REPLICATES, start

router = APIRouter()


class ProgrammeRequest(BaseModel):
    """How many trials of the programme, and of how many patients."""

    model_config = ConfigDict(extra="forbid")
    replicates: Annotated[int, Field(ge=REPLICATES[0], le=REPLICATES[1])] = 40
    patients: Annotated[int, Field(ge=PATIENTS[0], le=PATIENTS[1])] = 90


@router.get("")
def every(bench: OfBench) -> list[str]:
    """List the projects."""
    return names_of(bench)


@router.get("/at/{name}")
def one(bench: OfBench, name: Annotated[str, Path(max_length=40)]) -> dict[str, Any]:
    """Return a project: what ``tolerogen project status --json`` prints."""
    from tolerogen.projects import status_of

    return status_of(project_at(bench, name)).document()


@router.post("/programme", status_code=201)
def begin(asked: ProgrammeRequest, bench: OfBench) -> JobRow:
    """Start the programme that comes with Tolerogen."""
    return shown(start(bench.jobs, asked.replicates, asked.patients))
