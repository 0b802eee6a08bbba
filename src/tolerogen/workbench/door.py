"""The first page, and the door: entering with a token, leaving."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from tolerogen.serving.sessions import SESSION
from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.forms import Form

router = APIRouter()
home = APIRouter()


@home.get("/")
def first(request: Request, bench: OfBench) -> Response:
    """Say what can be done here, and what is running."""
    return bench.show(request, "home.html", recent=bench.jobs.recent(5))


@router.get("/health")
def health() -> Response:
    """Say that the server is there."""
    return PlainTextResponse("ok")


@router.get("/enter")
def ask(request: Request, bench: OfBench) -> Response:
    """Ask for a token."""
    if bench.sessions.tokens is None:
        return RedirectResponse("/", 303)
    return bench.show(request, "enter.html", wrong=False)


@router.post("/enter")
def enter(request: Request, bench: OfBench, form: Form) -> Response:
    """Begin a session for whoever shows a token."""
    tokens = bench.sessions.tokens
    if tokens is None:
        return RedirectResponse("/", 303)
    person = None if bench.tries.exhausted() else tokens.who(form.text("token"))
    if person is None:
        bench.tries.wrong()
        return bench.show(request, "enter.html", 401, wrong=True)
    bench.sessions.end(request.cookies.get(SESSION, ""))  # no session from before is kept
    response = RedirectResponse("/", 303)
    bench.remember(response, bench.sessions.start(person))
    return response


@router.post("/leave")
def leave(request: Request, bench: OfBench, form: Form) -> Response:  # noqa: ARG001 (its secret)
    """End the session."""
    bench.sessions.end(request.cookies.get(SESSION, ""))
    return RedirectResponse("/enter" if bench.sessions.tokens else "/", 303)
