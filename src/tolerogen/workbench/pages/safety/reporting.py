"""The form for side effects, inside the workbench: the same words, fields and templates."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tolerogen.safety.web import words
from tolerogen.safety.web.form import DRUGS, EVENTS, complete, read_form, to_case
from tolerogen.safety.web.form import Form as Filled
from tolerogen.workbench.bench import Bench, OfBench
from tolerogen.workbench.forms import Form
from tolerogen.workbench.pages.safety.store import store_of

router = APIRouter()
ROOT = "/safety"
WHY = "workbench"
MOST_RECEIPTS = 10_000


@router.get("/report")
def who_tells(request: Request, bench: OfBench) -> Response:
    """Ask who tells."""
    return bench.show(request, "start.html", audiences=words.AUDIENCES, root=ROOT)


@router.get("/report/{audience}")
def blank(request: Request, audience: str, bench: OfBench) -> Response:
    """Show the form."""
    if audience not in words.AUDIENCES:
        raise HTTPException(404)
    return _form(request, bench, Filled(audience), secrets.token_urlsafe(16))


@router.post("/report/{audience}")
def told(request: Request, audience: str, bench: OfBench, form: Form) -> Response:
    """Take the form, or show it with one more row, or with what is wrong."""
    if audience not in words.AUDIENCES:
        raise HTTPException(404)
    data = {name: values[-1] for name, values in form.fields.items()}
    filled, once = read_form(audience, data), data.get("once", "")
    if data.get("action") != "send":
        return _form(request, bench, filled, once)
    report, identity = to_case(filled)
    if not complete(filled, report):
        return _form(request, bench, filled, once, status=422)
    receipt = bench.receipts.get(once)
    if receipt is None:  # the same form sent twice is one report
        who = bench.sessions.of(request)[1]
        assert who is not None  # noqa: S101  # the door lets nobody else in
        receipt = store_of(bench).receive(report, identity, who=who.name, why=WHY)
        bench.receipts[once] = receipt
        while len(bench.receipts) > MOST_RECEIPTS:
            bench.receipts.popitem(last=False)
    missing = [words.MISSING[name] for name in receipt.missing]
    return bench.show(
        request, "receipt.html", receipt=receipt, missing=missing, steps=words.NEXT, root=ROOT
    )


@router.get("/follow-up")
def more(request: Request, bench: OfBench) -> Response:
    """Ask for a receipt number and what is new."""
    return bench.show(request, "follow_up.html", values={}, errors={}, words=words, root=ROOT)


@router.post("/follow-up")
def added(request: Request, bench: OfBench, form: Form) -> Response:
    """Add to a report."""
    from tolerogen.safety.web.follow_up import add_to_case

    data = {name: values[-1] for name, values in form.fields.items()}
    if bench.tries.exhausted():
        raise HTTPException(429)
    who = bench.sessions.of(request)[1]
    assert who is not None  # noqa: S101  # the door lets nobody else in
    receipt, errors = add_to_case(store_of(bench), data, who=who.name)
    if receipt is None:
        if "number" in errors:
            bench.tries.wrong()
        return bench.show(
            request, "follow_up.html", 422, values=data, errors=errors, words=words, root=ROOT
        )
    return bench.show(
        request, "receipt.html", receipt=receipt, missing=[], steps=words.NEXT, root=ROOT
    )


def _form(request: Request, bench: Bench, form: Filled, once: str, status: int = 200) -> Response:
    return bench.show(
        request, "report.html", status, form=form, once=once, words=words,
        most_events=EVENTS, most_drugs=DRUGS, root=ROOT,
    )  # fmt: skip
