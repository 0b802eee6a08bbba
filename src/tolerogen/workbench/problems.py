"""What is told when something cannot be done: a page for people, JSON for programs."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.responses import JSONResponse, RedirectResponse, Response

from tolerogen.workbench.bench import bench_of
from tolerogen.workbench.unknown import UnknownError

WORDS = {
    400: ("Please send the form again", "The page was open for too long. Go back and reload it."),
    401: ("Please enter", "This page asks for a token."),
    403: ("This is not open to you", "Your token does not allow this page."),
    404: ("There is no such page", "It may have been removed. Start from the first page."),
    405: ("There is no such page", "Start from the first page."),
    409: ("This cannot be done now", "Reload the page: something has changed."),
    413: ("This is too large", "Send less at once."),
    422: ("This cannot be taken", "Something in it cannot be read. Go back and look again."),
    429: ("Please wait a minute", "Too many tokens were tried. Wait a minute and try again."),
}


class Problem(BaseModel):
    """Why a program's request was refused."""

    error: str


ANSWERS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": WORDS[code][0]} for code in (400, 401, 403, 404, 422)
}


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request for what is not there, or not open to who asks."""
    status = int(getattr(error, "status_code", 500))
    told = str(getattr(error, "detail", ""))
    if status == 401 and not _program(request) and bench_of(request).sessions.tokens:
        return RedirectResponse("/enter", 303)
    title, text = WORDS.get(status, WORDS[422])
    response = _answer(request, status, title, told if status == 409 and told else text)
    for name, value in (getattr(error, "headers", None) or {}).items():
        response.headers[name] = value
    return response


async def mistaken(request: Request, error: Exception) -> Response:
    """Answer a user's mistake with the paragraph that the command line would print."""
    status = 404 if isinstance(error, UnknownError) else 422
    return _answer(request, status, WORDS[status][0], str(error))


async def malformed(request: Request, error: Exception) -> Response:
    """Answer a request whose parameters are of the wrong kind: name them, repeat no value."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    told = "; ".join(
        f"{'.'.join(str(step) for step in one['loc'][1:]) or one['loc'][0]}: {one['msg']}"
        for one in found[:5]
    )
    return _answer(request, 422, WORDS[422][0], told or WORDS[422][1])


def _answer(request: Request, status: int, title: str, text: str) -> Response:
    if _program(request):
        return JSONResponse({"error": text}, status)
    part = request.headers.get("hx-request") == "true"
    template = "problem_part.html" if part else "problem.html"
    return bench_of(request).show(request, template, status, title=title, text=text)


def _program(request: Request) -> bool:
    return request.url.path.startswith("/api/")
