"""Oligos, for programs: start a design, read its result. Progress: ``/api/jobs``."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.pages.jobs.api import JobRow, shown
from tolerogen.workbench.pages.oligos.work import MOST_TOP, start
from tolerogen.workbench.results import add_results
from tolerogen.workbench.uploads import MOST_CHARACTERS

router = APIRouter()
Short = Annotated[str, Field(max_length=40)]


class OligosRequest(BaseModel):
    """A transcript, and what kind of oligos to look for."""

    model_config = ConfigDict(extra="forbid")
    transcript: Annotated[str, Field(max_length=MOST_CHARACTERS, description="FASTA.")]
    mechanism: Literal["rnase-h", "steric"] = "rnase-h"
    chemistry: Annotated[list[Short], Field(min_length=1, max_length=8)] = ["moe 5-10-5"]
    lengths: Annotated[str, Field(max_length=40, description="Such as 16-20.")] = ""
    region: Annotated[str, Field(max_length=40, description="START-END, from 0.")] = ""
    top: Annotated[int, Field(ge=1, le=MOST_TOP)] = 20
    transcriptome: Annotated[
        str, Field(max_length=MOST_CHARACTERS, description="FASTA for off-targets, or empty.")
    ] = ""
    node: Annotated[str, Field(max_length=40, description="Hand over against this node.")] = ""
    cells: Literal["hepatocyte", "lymphocyte"] = "lymphocyte"


@router.post("", status_code=201)
def begin(asked: OligosRequest, bench: OfBench) -> JobRow:
    """Start a design."""
    options = asked.model_dump(exclude={"transcript"})
    return shown(start(bench.jobs, asked.transcript, "target.fa", **options))


add_results(router, ("oligos",), "oligos")
