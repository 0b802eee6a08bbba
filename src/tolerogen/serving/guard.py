"""What stands between a stranger and the store: size, origin, host, entry, headers."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
"""Headers of every answer; one that brings its own value for a name keeps it."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "testserver")


@dataclass(frozen=True)
class Rules:
    """What a guard lets through, and what it says otherwise.

    Attributes
    ----------
    log
        Name of the logger.
    most_bytes
        Largest request.
    headers
        Headers of every answer.
    too_large, failed
        What is told to somebody who sends too much, and when a page fails.
    """

    log: str
    most_bytes: int
    headers: Mapping[str, str]
    too_large: str
    failed: str


class Guard:
    """Wrap the application: refuse what is too large or comes from elsewhere, and say little.

    The log holds method, route and status, and the kind of an error; never an address as it was
    written, a field, or the text of an error, as these may hold what somebody told.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], rules: Rules) -> None:
        self.app = app
        self.hosts = hosts
        self.rules = rules
        self.log = logging.getLogger(rules.log)

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
                for name, value in self.rules.headers.items():
                    out.setdefault(name, value)
            await send(message)

        refusal = self._refuse(scope, headers)
        try:
            if refusal is not None:
                await refusal(scope, receive, marked)
            else:
                await self.app(scope, _limited(receive, self.rules.most_bytes), marked)
        except TooLargeError:
            await PlainTextResponse(self.rules.too_large, 413)(scope, receive, marked)
        except Exception as error:
            self.log.error("a page failed: %s at %s", type(error).__name__, _place(error))
            await PlainTextResponse(self.rules.failed, 500)(scope, receive, marked)
        self.log.info("%s %s %d", scope["method"], _route(scope), status)

    def _refuse(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "").rsplit(":", 1)[0] or headers.get("host", "")
        if self.hosts and host not in self.hosts:
            return PlainTextResponse("This page is not served under that name.", 421)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.rules.most_bytes:
            return PlainTextResponse(self.rules.too_large, 413)
        if scope["method"] == "POST" and _from_elsewhere(headers):
            return PlainTextResponse("This form was sent from another page.", 403)
        return None


def _from_elsewhere(headers: Headers) -> bool:
    """Say whether a browser tells that another page sent this.

    Our pages send no referrer, and a browser then calls their origin ``null`` when a form is sent:
    that tells nothing, and the secret in the form decides.
    """
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = headers.get("origin", "null")
    return origin != "null" and origin.partition("://")[2] != headers.get("host", "")


class TooLargeError(Exception):
    """A request went on for longer than is taken."""


def _limited(receive: Receive, most: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLargeError
        return message

    return counted


def _place(error: Exception) -> str:
    """Return file and line of an error; its text may hold what somebody told."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "(unknown)"


def _route(scope: Scope) -> str:
    """Return the pattern of the address, not the address: a number in it may name a case."""
    route = scope.get("route")
    return str(getattr(route, "path", "(none)"))
