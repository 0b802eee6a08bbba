"""Cases and signals, for programs. Reports are taken by the form, or by ``tolerogen safety``."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.safety.web.api import CaseRow, case_row
from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.pages.jobs.api import JobRow, shown
from tolerogen.workbench.pages.safety.store import store_of
from tolerogen.workbench.pages.safety.work import start
from tolerogen.workbench.results import add_results
from tolerogen.workbench.uploads import MOST_CHARACTERS

router = APIRouter()
SHOWN = 500


class SignalsRequest(BaseModel):
    """A table of reports or counts (CSV), and how to score its pairs."""

    model_config = ConfigDict(extra="forbid")
    table: Annotated[str, Field(max_length=MOST_CHARACTERS)]
    method: Literal["ebgm", "ic", "prr", "ror", "rrr", "bcpnn", "lrt"] = "ebgm"
    form: Literal["zeros", "component", "joint"] = "zeros"
    strata: Annotated[str, Field(max_length=200, description="Columns, commas between.")] = ""
    min_count: Annotated[int, Field(ge=0, le=10**9)] = 1


@router.get("/cases")
def cases(bench: OfBench) -> list[CaseRow]:
    """List the cases, the youngest first: no names, no stories."""
    rows = sorted(store_of(bench).latest(), key=lambda row: row.received, reverse=True)
    return [case_row(row) for row in rows[:SHOWN]]


@router.post("/signals", status_code=201)
def begin(asked: SignalsRequest, bench: OfBench) -> JobRow:
    """Start looking for signals."""
    options = asked.model_dump(exclude={"table"})
    return shown(start(bench.jobs, asked.table, "reports.csv", **options))


add_results(router, ("signals",), "signals", "/signals")
