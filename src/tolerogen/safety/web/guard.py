"""What stands between a stranger and the store: size, origin, host, entry, headers."""

from __future__ import annotations

import logging
import secrets
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tolerogen.safety.web.tokens import Person, Tokens

LOG = logging.getLogger("tolerogen.safety.web")
MOST_BYTES = 262_144
"""Largest request. A full form with its story is below."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SESSION = "session"
KEPT = "tolerogen.session"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "testserver")


class Guard:
    """Wrap the application: refuse what is too large or comes from elsewhere, and say little.

    The log holds method, route and status, and the kind of an error; never an address as it was
    written, a field, or the text of an error, as these may hold what somebody told.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, status = Headers(scope=scope), 500

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out[name] = value
            await send(message)

        refusal = self._refuse(scope, headers)
        try:
            if refusal is not None:
                await refusal(scope, receive, marked)
            else:
                await self.app(scope, _limited(receive), marked)
        except TooLargeError:
            await PlainTextResponse(TOO_LARGE, 413)(scope, receive, marked)
        except Exception as error:
            LOG.error("a page failed: %s", type(error).__name__)
            await PlainTextResponse(FAILED, 500)(scope, receive, marked)
        LOG.info("%s %s %d", scope["method"], _route(scope), status)

    def _refuse(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "").rsplit(":", 1)[0] or headers.get("host", "")
        if self.hosts and host not in self.hosts:
            return PlainTextResponse("This page is not served under that name.", 421)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            return PlainTextResponse(TOO_LARGE, 413)
        if scope["method"] == "POST" and headers.get("sec-fetch-site", "none") not in (
            "none",
            "same-origin",
        ):
            return PlainTextResponse("This form was sent from another page.", 403)
        return None


TOO_LARGE = "This is too large. Please shorten it: the story may have 20,000 characters."
FAILED = "Something went wrong here, and nothing was stored. Please try again, or telephone."


class TooLargeError(Exception):
    """A request went on for longer than is taken."""


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise TooLargeError
        return message

    return counted


def _route(scope: Scope) -> str:
    """Return the pattern of the address, not the address: a number in it may name a case."""
    route = scope.get("route")
    return str(getattr(route, "path", "(none)"))


@dataclass
class Sessions:
    """Who has entered, and the secret that a form of theirs must bring back (against CSRF).

    Kept in memory: a restart asks everybody to enter again. The oldest are forgotten first.
    """

    tokens: Tokens | None
    known: OrderedDict[str, tuple[Person | None, str]] = field(default_factory=OrderedDict)
    most: int = 10_000

    def of(self, request: Request) -> tuple[str, Person | None, str]:
        """Return identifier, person and secret of a request; a new visitor gets a session."""
        name = request.scope.get(KEPT) or request.cookies.get(SESSION, "")
        if name not in self.known:
            name = self.start(None if self.tokens else Person("web form", "chief"))
        request.scope[KEPT] = name
        person, secret = self.known[name]
        bearer = request.headers.get("authorization", "")
        if self.tokens and bearer.startswith("Bearer "):
            person = self.tokens.who(bearer.removeprefix("Bearer "))
        return name, person, secret

    def start(self, person: Person | None) -> str:
        """Begin a session and return its identifier."""
        name = secrets.token_urlsafe(24)
        self.known[name] = (person, secrets.token_urlsafe(24))
        while len(self.known) > self.most:
            self.known.popitem(last=False)
        return name

    def end(self, name: str) -> None:
        """End a session."""
        self.known.pop(name, None)


@dataclass
class Tries:
    """How often somebody guessed lately, over all: a number of eight letters must not be tried."""

    most: int = 20
    seconds: float = 60.0
    times: deque[float] = field(default_factory=deque)

    def exhausted(self) -> bool:
        """Say whether there were too many wrong guesses within the last minute."""
        now = time.monotonic()
        while self.times and now - self.times[0] > self.seconds:
            self.times.popleft()
        return len(self.times) >= self.most

    def wrong(self) -> None:
        """Count a wrong guess."""
        self.times.append(time.monotonic())
