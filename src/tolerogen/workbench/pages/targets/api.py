"""Targets, for programs: start a job, read its result. Progress: ``/api/jobs``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.pages.jobs.api import JobRow, shown
from tolerogen.workbench.pages.targets.work import start
from tolerogen.workbench.results import add_results

router = APIRouter()


class TargetsRequest(BaseModel):
    """Whose targets, in how many patients and parameter sets; with a name, one of them."""

    model_config = ConfigDict(extra="forbid")
    disease: Annotated[str, Field(max_length=80)] = "sjogren"
    patients: Annotated[int, Field(ge=20, le=2000)] = 100
    draws: Annotated[int, Field(ge=1, le=50)] = 10
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    name: Annotated[str, Field(max_length=40, description="A node or a gene: IL7R.")] = ""


@router.post("", status_code=201)
def begin(asked: TargetsRequest, bench: OfBench) -> JobRow:
    """Start a ranking, or the explanation of one target."""
    return shown(start(bench.jobs, **asked.model_dump()))


add_results(router, ("ranking", "target"), "targets")
