"""Trials, for programs: check, start, read the result. Progress and stopping: ``/api/jobs``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.pages.jobs.api import JobId, JobRow, shown
from tolerogen.workbench.pages.trials import design, recruitment, results
from tolerogen.workbench.pages.trials.work import MOST_TEXT, checked, start
from tolerogen.workbench.problems import Problem

router = APIRouter()


class TrialText(BaseModel):
    """A trial file."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(max_length=MOST_TEXT, description="TOML of the trial file.")]


class TrialRequest(TrialText):
    """A trial file, and what is to differ from it."""

    patients: Annotated[int | None, Field(ge=1, le=2_000_000)] = None
    replicates: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    seed: Annotated[int | None, Field(ge=0, lt=2**63)] = None


class DesignRequest(TrialText):
    """A trial file with a table ``[design]``, and what is to differ from it."""

    replicates: Annotated[int | None, Field(ge=10, le=1_000_000)] = None
    seed: Annotated[int | None, Field(ge=0, lt=2**63)] = None


class RecruitmentRequest(TrialText):
    """A trial file with a table ``[recruitment]``, and what centres have done."""

    counts: Annotated[
        str | None,
        Field(max_length=MOST_TEXT, description="CSV: centre, opened, randomised, region."),
    ] = None
    on: Annotated[str | None, Field(description="The day of the counts: 2026-11-30.")] = None
    patients: Annotated[int | None, Field(ge=1, le=2_000_000)] = None
    replicates: Annotated[int | None, Field(ge=10, le=1_000_000)] = None
    seed: Annotated[int | None, Field(ge=0, lt=2**63)] = None


class Checked(BaseModel):
    """What a trial file would run."""

    name: str
    patients: int
    replicates: int
    arms: list[str]
    content: str


class ExampleText(BaseModel):
    """A trial file that comes with Tolerogen."""

    name: str
    title: str
    text: str


@router.get("")
def every(bench: OfBench) -> list[JobRow]:
    """List trials, designs and forecasts of recruitment, the youngest first."""
    return [shown(job) for job in bench.jobs.recent(500) if job.kind in results.KINDS]


@router.get("/examples")
def examples() -> list[ExampleText]:
    """Return the trial files to start from."""
    from tolerogen.trials import list_examples

    return [ExampleText(name=e.name, title=e.title, text=e.text) for e in list_examples()]


@router.post("/check")
def check(asked: TrialText) -> Checked:
    """Say what a trial file would run, or what is wrong with it."""
    spec = checked(asked.text)
    return Checked(
        name=spec.name, patients=spec.patients, replicates=spec.replicates,
        arms=[arm.name for arm in spec.arms], content=spec.content(),
    )  # fmt: skip


@router.post("", status_code=201)
def run(asked: TrialRequest, bench: OfBench) -> JobRow:
    """Start a trial; its job tells how far it is."""
    return shown(start(bench.jobs, asked.text, asked.patients, asked.replicates, asked.seed))


@router.post("/design", status_code=201)
def explore(asked: DesignRequest, bench: OfBench) -> JobRow:
    """Start the exploration of what the ``[design]`` table of a trial file leaves open."""
    return shown(design.start(bench.jobs, asked.text, asked.replicates, asked.seed))


@router.post("/recruitment", status_code=201)
def recruit(asked: RecruitmentRequest, bench: OfBench) -> JobRow:
    """Start the forecast of when the trial of a file will be full."""
    given = asked.model_dump(include={"patients", "replicates", "seed"})
    return shown(recruitment.start(bench.jobs, asked.text, asked.counts, asked.on, given))


@router.get("/{name}", responses={409: {"model": Problem, "description": "Not done."}})
def result(name: JobId, bench: OfBench) -> dict[str, Any]:
    """Return a result that is done: the document that ``--json`` prints."""
    return results.document(bench.jobs, name)
