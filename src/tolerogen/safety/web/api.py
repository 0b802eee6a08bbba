"""The same for programs: a report as JSON, what is new about one, and the list of cases.

A report is written as `tolerogen.safety.case_report.read_case` reads it. What is refused is told in
words, and no value is repeated: it could be personal.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import OUTCOMES, REPORTERS, ROLES, SERIOUS, read_case
from tolerogen.safety.web.form import LONG, SHORT

if TYPE_CHECKING:
    from tolerogen.safety.store import Stored
    from tolerogen.safety.web.app import Pages

MOST = 100
"""Drugs, and events, of one report."""

Short = Annotated[str, Field(max_length=SHORT)]
When = Annotated[str, Field(max_length=10, description="A date as exact as it is known: 2026-03.")]


def _one_of(words: tuple[str, ...]) -> Any:
    return Field(json_schema_extra={"enum": list(words)})


class DrugOf(BaseModel):
    """A medicine."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=SHORT)]
    role: Annotated[str, _one_of(ROLES)] = "suspect"
    dose: Short | None = None
    start: When | None = None
    stop: When | None = None
    indication: Short | None = None


class EventOf(BaseModel):
    """What happened."""

    model_config = ConfigDict(extra="forbid")
    term: Annotated[str, Field(min_length=1, max_length=SHORT)]
    onset: When | None = None
    outcome: Annotated[str, _one_of(OUTCOMES)] = "unknown"
    serious: Annotated[list[Annotated[str, _one_of(SERIOUS)]], Field(max_length=6)] = []


class IdentityOf(BaseModel):
    """Who: kept apart from the case."""

    model_config = ConfigDict(extra="forbid")
    patient: Short | None = None
    reporter: Short | None = None
    contact: Short | None = None
    birth_date: When | None = None


class ReportOf(BaseModel):
    """A report."""

    model_config = ConfigDict(extra="forbid")
    drugs: Annotated[list[DrugOf], Field(max_length=MOST)] = []
    events: Annotated[list[EventOf], Field(max_length=MOST)] = []
    reporter: Annotated[str, _one_of(REPORTERS)] | None = None
    sex: Short | None = None
    age_years: Annotated[float, Field(ge=0, le=130)] | None = None
    age_group: Short | None = None
    country: Short | None = None
    narrative: Annotated[str, Field(max_length=LONG)] = ""
    identity: IdentityOf = IdentityOf()


class NewsOf(BaseModel):
    """What is new about a report: words, a new outcome, or both."""

    model_config = ConfigDict(extra="forbid")
    news: Annotated[str, Field(max_length=LONG)] = ""
    outcome: str = ""


class ReceiptOf(BaseModel):
    """The number of a case, and what would make it a valid one."""

    case_id: str
    version: int
    received: str
    missing: list[str]


class CaseRow(BaseModel):
    """A case of the list: no names, no story."""

    case_id: str
    version: int
    received: str
    kind: str
    suspect_drugs: list[str]
    events: list[str]
    serious: list[str]
    missing: list[str]


class Problem(BaseModel):
    """Why a request was refused."""

    error: str


ANSWERS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": text}
    for code, text in (
        (400, "Not readable."), (401, "No token."), (403, "The token does not allow it."),
        (404, "Not there."), (422, "Refused, and why."), (429, "Too many numbers were tried."),
    )
}  # fmt: skip


def case_row(row: Stored) -> CaseRow:
    """Return a version of a case as the list shows it."""
    report = row.report
    return CaseRow(
        case_id=row.case_id,
        version=row.version,
        received=row.received,
        kind=row.kind,
        suspect_drugs=[drug.name for drug in report.drugs if drug.role == "suspect"],
        events=[event.term for event in report.events],
        serious=sorted(report.serious),
        missing=list(report.missing),
    )


def programs(pages: Pages) -> APIRouter:
    """Make the routes over a store."""
    router = APIRouter(prefix="/api", responses=ANSWERS)

    @router.post("/reports", status_code=201)
    def report(request: Request, told: ReportOf) -> ReceiptOf:
        """Take a report."""
        person = pages.person(request, "reporter")
        case, identity = read_case(told.model_dump(exclude_none=True))
        receipt = pages.store.receive(case, identity, who=person.name, why="interface")
        return ReceiptOf(**asdict(receipt))

    @router.post("/reports/{number}/news", status_code=201)
    def news(
        request: Request, number: Annotated[str, Path(max_length=40)], told: NewsOf
    ) -> ReceiptOf:
        """Add what is new to a report, by its receipt number."""
        from tolerogen.safety.web.follow_up import add_to_case

        person = pages.person(request, "reporter")
        if pages.tries.exhausted():
            raise HTTPException(429)
        data = {"number": number, **told.model_dump()}
        receipt, errors = add_to_case(pages.store, data, who=person.name)
        if receipt is None:
            if "number" in errors:
                pages.tries.wrong()
                raise HTTPException(404)
            raise SpecError(" ".join(errors.values()))
        return ReceiptOf(**asdict(receipt))

    @router.get("/cases")
    def cases(request: Request) -> list[CaseRow]:
        """List the latest versions of the cases, the youngest first; for assessors."""
        pages.person(request, "assessor")
        rows = sorted(pages.store.latest(), key=lambda row: row.received, reverse=True)
        return [case_row(row) for row in rows[:500]]

    @router.get("/openapi.json", include_in_schema=False)
    def document(request: Request) -> dict[str, Any]:
        """Return the OpenAPI document."""
        return dict(request.app.openapi())

    return router


async def malformed(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Answer a body of another form: name the field and what is wrong, repeat no value."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    told = "; ".join(
        f"{'.'.join(str(step) for step in one['loc'])}: {one['msg']}" for one in found[:5]
    )
    return JSONResponse({"error": told or "The request cannot be read."}, 422)
