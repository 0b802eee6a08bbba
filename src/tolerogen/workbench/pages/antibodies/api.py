"""Antibodies, for programs: start a job, read its result. Progress: ``/api/jobs``."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.pages.antibodies import measured, sequences
from tolerogen.workbench.pages.jobs.api import JobRow, shown
from tolerogen.workbench.results import add_results
from tolerogen.workbench.uploads import MOST_CHARACTERS

router = APIRouter()
Text = Annotated[str, Field(max_length=MOST_CHARACTERS)]
Columns = Annotated[str, Field(max_length=500, description="Columns, commas between; kd_nM=2.")]


class SequencesRequest(BaseModel):
    """Sequences (FASTA) to number and judge."""

    model_config = ConfigDict(extra="forbid")
    sequences: Text
    scheme: Literal["imgt", "kabat", "chothia", "martin", "aho"] = "imgt"


class HumaniseRequest(BaseModel):
    """Sequences (FASTA) to humanise; chains are paired by name."""

    model_config = ConfigDict(extra="forbid")
    sequences: Text
    dial: Literal["human", "balanced", "conservative"] = "human"


class PanelRequest(BaseModel):
    """A panel (CSV) and what is wanted of its columns."""

    model_config = ConfigDict(extra="forbid")
    panel: Text
    low: Columns = ""
    high: Columns = ""
    log: Columns = ""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


class KineticsRequest(BaseModel):
    """Sensorgrams (CSV) and the model to fit."""

    model_config = ConfigDict(extra="forbid")
    curves: Text
    model: Literal["auto", "1:1", "mass-transport", "heterogeneous", "bivalent", "steady-state"] = (
        "auto"
    )


@router.post("/sequences", status_code=201)
def number(asked: SequencesRequest, bench: OfBench) -> JobRow:
    """Start numbering and judging sequences."""
    job = sequences.start(bench.jobs, "sequences", asked.sequences, "sequences.fasta", asked.scheme)
    return shown(job)


@router.post("/humanise", status_code=201)
def humanise(asked: HumaniseRequest, bench: OfBench) -> JobRow:
    """Start humanising sequences."""
    job = sequences.start(bench.jobs, "humanise", asked.sequences, "sequences.fasta", asked.dial)
    return shown(job)


@router.post("/panel", status_code=201)
def panel(asked: PanelRequest, bench: OfBench) -> JobRow:
    """Start ranking a panel."""
    job = measured.start_panel(
        bench.jobs, asked.panel, "panel.csv", asked.low, asked.high, asked.log, asked.seed
    )
    return shown(job)


@router.post("/kinetics", status_code=201)
def kinetics(asked: KineticsRequest, bench: OfBench) -> JobRow:
    """Start fitting sensorgrams."""
    return shown(measured.start_fit(bench.jobs, asked.curves, "sensorgrams.csv", asked.model))


add_results(router, ("sequences", "humanise", "panel", "kinetics"), "antibodies")
