"""The pages and their addresses."""

from __future__ import annotations

import hmac
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.staticfiles import StaticFiles

from tolerogen.errors import TolerogenError
from tolerogen.provenance import versions
from tolerogen.safety.store import CaseStore
from tolerogen.safety.web import words
from tolerogen.safety.web.api import malformed, programs
from tolerogen.safety.web.follow_up import add_to_case
from tolerogen.safety.web.form import DRUGS, EVENTS, Form, complete, read_form, to_case
from tolerogen.safety.web.languages import COOKIE, DEFAULT, LANGUAGES, language_for, translator
from tolerogen.serving.guard import HEADERS, LOOPBACK, Guard, Rules
from tolerogen.serving.sessions import SESSION, Sessions, Tries
from tolerogen.serving.tokens import check_serving

if TYPE_CHECKING:
    from tolerogen.safety.store import Receipt
    from tolerogen.serving.tokens import Person, Tokens

Page = Callable[[Request], Awaitable[Response]]
HERE = Path(__file__).parent
YEAR = 365 * 24 * 3600  # seconds
RULES = Rules(
    log="tolerogen.safety.web",
    most_bytes=262_144,  # a full form with its story is below
    headers=HEADERS,
    too_large="This is too large. Please shorten it: the story may have 20,000 characters.",
    failed="Something went wrong here, and nothing was stored. Please try again, or telephone.",
)


class Pages:
    """The pages over one store."""

    def __init__(self, store: CaseStore, tokens: Tokens | None, secure: bool) -> None:
        self.store = store
        self.sessions = Sessions(tokens)
        self.tries = Tries()
        self.secure = secure
        self.sent: OrderedDict[str, Receipt] = OrderedDict()

    def show(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """Render a page; every page knows who looks, and the secret its forms bring back."""
        name, person, secret = self.sessions.of(request)
        chosen, language = request.query_params.get(COOKIE), _language(request)
        page = templates().get_template(template)
        text = page.render(
            secret=secret, person=person, tokens=self.sessions.tokens is not None, root="",
            language=language, _=translator(language),
            # a page that answers a form cannot be asked for again without losing the form
            languages=LANGUAGES if request.method == "GET" else None, **values,
        )  # fmt: skip
        response = HTMLResponse(text, status, {"Content-Language": language})
        if request.cookies.get(SESSION) != name:
            self.remember(response, name)
        if chosen in LANGUAGES:
            response.set_cookie(
                COOKIE, chosen, max_age=YEAR, httponly=True, samesite="lax", secure=self.secure
            )
        return response

    def remember(self, response: Response, name: str) -> None:
        """Give the visitor the cookie of a session."""
        response.set_cookie(SESSION, name, httponly=True, samesite="strict", secure=self.secure)

    def person(self, request: Request, role: str) -> Person:
        """Return who asks, if they may do what `role` may."""
        _, person, _ = self.sessions.of(request)
        if person is None:
            raise HTTPException(401)
        if not person.may(role):
            raise HTTPException(403)
        return person

    async def data(self, request: Request) -> Mapping[str, str]:
        """Read a form that was sent, if it comes from a page of this session."""
        async with request.form(max_files=0, max_fields=500) as form:
            data = {name: value for name, value in form.items() if isinstance(value, str)}
        _, _, secret = self.sessions.of(request)
        if not hmac.compare_digest(data.get("secret", ""), secret):
            raise HTTPException(400, "stale")
        return data

    async def start(self, request: Request) -> Response:
        """Ask who tells."""
        self.person(request, "reporter")
        return self.show(request, "start.html", audiences=words.AUDIENCES)

    async def report(self, request: Request) -> Response:
        """Show the form, or take it."""
        person = self.person(request, "reporter")
        audience = request.path_params["audience"]
        if audience not in words.AUDIENCES:
            raise HTTPException(404)
        if request.method == "GET":
            return self._form(request, Form(audience), once=_once())
        data = await self.data(request)
        form, once = read_form(audience, data), data.get("once", "")
        if data.get("action") != "send":
            return self._form(request, form, once=once)
        report, identity = to_case(form)
        if not complete(form, report):
            return self._form(request, form, once=once, status=422)
        receipt = self.sent.get(once)
        if receipt is None:  # the same form sent twice is one report
            receipt = await run_in_threadpool(
                self.store.receive, report, identity, who=person.name, why=_why(request)
            )
            self.sent[once] = receipt
            while len(self.sent) > 10_000:
                self.sent.popitem(last=False)
        missing = [words.MISSING[name] for name in receipt.missing]
        return self.show(
            request, "receipt.html", receipt=receipt, missing=missing, steps=words.NEXT
        )

    def _form(self, request: Request, form: Form, once: str, status: int = 200) -> Response:
        return self.show(
            request, "report.html", status, form=form, once=once, words=words,
            most_events=EVENTS, most_drugs=DRUGS,
        )  # fmt: skip

    async def follow_up(self, request: Request) -> Response:
        """Add to a report by its receipt number."""
        person = self.person(request, "reporter")
        if request.method == "GET":
            return self.show(request, "follow_up.html", values={}, errors={}, words=words)
        data = await self.data(request)
        if self.tries.exhausted():
            title, text = MESSAGES[429]
            return self.show(request, "message.html", 429, title=title, text=text)
        receipt, errors = await run_in_threadpool(add_to_case, self.store, data, who=person.name)
        if receipt is None:
            if "number" in errors:
                self.tries.wrong()
            return self.show(
                request, "follow_up.html", 422, values=data, errors=errors, words=words
            )
        return self.show(request, "receipt.html", receipt=receipt, missing=[], steps=words.NEXT)

    async def enter(self, request: Request) -> Response:
        """Ask for a token, and begin a session."""
        if self.sessions.tokens is None:
            return RedirectResponse("/", 303)
        if request.method == "GET":
            return self.show(request, "enter.html", wrong=False)
        data = await self.data(request)
        person = None if self.tries.exhausted() else self.sessions.tokens.who(data.get("token", ""))
        if person is None:
            self.tries.wrong()
            return self.show(request, "enter.html", 401, wrong=True)
        self.sessions.end(request.cookies.get(SESSION, ""))  # no session from before is kept
        response = RedirectResponse("/", 303)
        self.remember(response, self.sessions.start(person))
        return response

    async def leave(self, request: Request) -> Response:
        """End the session."""
        await self.data(request)
        self.sessions.end(request.cookies.get(SESSION, ""))
        return RedirectResponse("/enter" if self.sessions.tokens else "/", 303)

    async def cases(self, request: Request) -> Response:
        """List the cases, for assessors: without names or stories."""
        self.person(request, "assessor")
        rows = await run_in_threadpool(lambda: list(self.store.latest()))
        rows.sort(key=lambda row: row.received, reverse=True)
        return self.show(request, "cases.html", rows=rows[:500], total=len(rows))

    async def audit(self, request: Request) -> Response:
        """Show the audit trail and whether it holds."""
        self.person(request, "chief")
        broken = await run_in_threadpool(self.store.verify)
        trail = await run_in_threadpool(self.store.trail)
        return self.show(request, "audit.html", broken=broken, trail=trail[-200:][::-1])

    async def failed(self, request: Request, error: Exception) -> Response:
        """Answer in words; nothing that was asked for is repeated."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if isinstance(error, TolerogenError):
            status = 422
        if request.url.path.startswith("/api/"):
            told = str(error) if isinstance(error, TolerogenError) else ""
            return JSONResponse({"error": told or MESSAGES.get(status, MESSAGES[500])[0]}, status)
        if status == 401 and self.sessions.tokens:
            return RedirectResponse("/enter", 303)
        title, text = MESSAGES.get(status, MESSAGES[500])
        return self.show(request, "message.html", status, title=title, text=text)


MESSAGES = {
    400: ("Please send the form again", "The page was open for too long. Go back and reload it."),
    401: ("Please enter", "This page asks for a token."),
    403: ("This is not open to you", "Your token does not allow this page."),
    404: ("There is no such page", "Start from the first page."),
    405: ("There is no such page", "Start from the first page."),
    422: ("This cannot be taken", "Something in it cannot be kept. Go back and look again."),
    429: ("Please wait a minute", "Too many numbers were tried. Wait a minute and try again."),
    500: ("Something went wrong", "Nothing was stored. Please try again, or telephone."),
}


def make_app(
    store: CaseStore,
    *,
    tokens: Tokens | None = None,
    hosts: tuple[str, ...] = LOOPBACK,
    secure: bool = False,
) -> FastAPI:
    """Make the web application over a store: pages, and the same for programs under ``/api``.

    Parameters
    ----------
    store
        Where reports go.
    tokens
        Who may enter; None when only this machine can reach the pages.
    hosts
        Names that the pages are asked for under; others are refused, so that a page elsewhere
        cannot pretend to be this one. Empty: any.
    secure
        Whether cookies are sent over TLS only.
    """
    pages = Pages(store, tokens, secure)
    handlers: dict[int | type[Exception], Any] = {
        HTTPException: pages.failed,
        TolerogenError: pages.failed,
        RequestValidationError: malformed,
    }
    app = FastAPI(
        title="Report a side effect",
        version=versions()["tolerogen"],
        docs_url=None,  # their pages fetch scripts from elsewhere
        redoc_url=None,
        openapi_url=None,  # under /api, beside what it describes
        exception_handlers=handlers,
        middleware=[Middleware(Guard, hosts=hosts, rules=RULES)],
    )
    app.include_router(programs(pages))
    for address, page, methods in (
        ("/", pages.start, ["GET"]),
        ("/report/{audience}", pages.report, ["GET", "POST"]),
        ("/follow-up", pages.follow_up, ["GET", "POST"]),
        ("/enter", pages.enter, ["GET", "POST"]),
        ("/leave", pages.leave, ["POST"]),
        ("/cases", pages.cases, ["GET"]),
        ("/audit", pages.audit, ["GET"]),
        ("/health", _health, ["GET"]),
    ):
        app.add_api_route(address, page, methods=methods, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    return app


def serve(
    store: CaseStore,
    host: str = "127.0.0.1",
    port: int = 8471,
    *,
    tokens: Tokens | None = None,
    names: tuple[str, ...] = (),
    certificate: Path | None = None,
    key: Path | None = None,
) -> None:
    """Serve the pages until interrupted.

    Raises
    ------
    SpecError
        When other machines could reach the pages and there are no tokens.
    """
    import uvicorn

    local = check_serving(host, tokens)
    hosts = LOOPBACK if local and not names else names
    app = make_app(store, tokens=tokens, hosts=hosts, secure=certificate is not None)
    logging.getLogger("tolerogen.safety.web").setLevel(logging.INFO)
    uvicorn.run(
        app, host=host, port=port, access_log=False, server_header=False, log_level="warning",
        ssl_certfile=certificate, ssl_keyfile=key, timeout_keep_alive=5,
        h11_max_incomplete_event_size=16_384, limit_concurrency=200,
    )  # fmt: skip


@cache
def templates() -> Environment:
    """Return the templates; whatever people wrote is escaped."""
    return Environment(
        loader=PackageLoader("tolerogen.safety.web", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


def _language(request: Request) -> str:
    chosen = request.query_params.get(COOKIE) or request.cookies.get(COOKIE)
    return language_for(chosen, request.headers.get("accept-language", ""))


def _why(request: Request) -> str:
    """Say in the audit trail where a report came from, and in which language it is."""
    language = _language(request)
    return "web form" if language == DEFAULT else f"web form, {language}"


def _once() -> str:
    import secrets

    return secrets.token_urlsafe(16)
