"""The list of cases, one case with its versions, and what it is written as."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tolerogen.errors import SpecError
from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.forms import Form
from tolerogen.workbench.pages.safety.store import named, store_of
from tolerogen.workbench.unknown import UnknownError

router = APIRouter()
REGIMES = {"fda": "FDA", "eu": "European Union", "trial": "a trial"}
SHOWN = 500


@router.get("/cases")
def every(request: Request, bench: OfBench, regime: str = "fda", only: str = "") -> Response:
    """List the cases with their deadlines; names and stories are not shown."""
    from tolerogen.safety.due import due_cases
    from tolerogen.safety.web.api import case_row

    if regime not in REGIMES:
        raise UnknownError("There is no such regime.")
    store, today = store_of(bench), datetime.now(UTC).date()
    due = dict(due_cases(store, regime))
    rows = [case_row(row) for row in store.latest()]
    if only == "serious":
        rows = [row for row in rows if row.serious]
    elif only == "due":
        rows = [row for row in rows if row.case_id in due]
    elif only == "incomplete":
        rows = [row for row in rows if row.missing]
    rows.sort(key=lambda row: row.received, reverse=True)
    left = {name: (one.due, one.remaining(today), one.reason) for name, one in due.items()}
    return bench.show(
        request, "safety/cases.html", rows=rows[:SHOWN], total=len(rows), left=left, only=only,
        regime=regime, regimes=REGIMES,
        commands=[f"tolerogen safety case --store {named(bench)}",
                  f"tolerogen safety deadlines --regime {regime} --store {named(bench)}"],
    )  # fmt: skip


@router.get("/cases/{number}")
def one(request: Request, number: str, bench: OfBench) -> Response:
    """Show the versions of a case, and whether its audit trail holds."""
    store = store_of(bench)
    try:
        history = store.history(number[:40])
    except SpecError:
        raise UnknownError("There is no case of this number.") from None
    broken = store.verify()
    return bench.show(
        request, "safety/case.html", number=history[0].case_id, history=history, broken=broken,
        trail=store.trail(history[0].case_id),
        commands=[f"tolerogen safety case {history[0].case_id} --store {named(bench)}",
                  f"tolerogen safety audit --case {history[0].case_id} --store {named(bench)}"],
    )  # fmt: skip


@router.get("/cases/{number}/{form}")
def document(number: str, form: str, bench: OfBench) -> Response:
    """Return a case as FHIR, without names."""
    from tolerogen.safety.fhir import to_fhir

    if form != "fhir.json":
        raise HTTPException(404)
    try:
        last = store_of(bench).history(number[:40])[-1]
    except SpecError:
        raise UnknownError("There is no case of this number.") from None
    text = json.dumps(to_fhir(last.case_id, last.report, last.received), indent=2)
    return _download(text.encode(), f"{last.case_id}.json", "application/fhir+json")


@router.post("/cases/{number}/e2b")
def message(number: str, bench: OfBench, form: Form) -> Response:
    """Return a case as a message of E2B(R3), names masked."""
    from tolerogen.safety.e2b import Sender, batch_of, case_to_send, written

    sender = form.text("organisation"), form.text("country")
    if not all(sender):  # a country that is none is refused when the message is made
        raise SpecError("E2B needs to know who sends: an organisation, and its country (FR).")
    try:
        case = case_to_send(store_of(bench), number[:40])
    except SpecError:
        raise UnknownError("There is no case of this number.") from None
    batch = batch_of([case], Sender(*sender))
    return _download(written(batch), f"{case.case_id}.xml", "application/xml")


def _download(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
