"""Who has entered, and how often somebody guessed: kept in memory, forgotten at a restart."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from starlette.requests import Request

from tolerogen.serving.tokens import Person, Tokens

SESSION = "session"
KEPT = "tolerogen.session"


@dataclass
class Sessions:
    """Who has entered, and the secret that a form of theirs must bring back (against CSRF).

    Kept in memory: a restart asks everybody to enter again. The oldest are forgotten first.

    Attributes
    ----------
    tokens
        Who may enter; None when only this machine can reach the pages.
    local
        Name of everybody on this machine, where nobody has to prove who they are.
    known
        Person and secret of each session.
    most
        Sessions that are remembered.
    """

    tokens: Tokens | None
    local: str = "web form"
    known: OrderedDict[str, tuple[Person | None, str]] = field(default_factory=OrderedDict)
    most: int = 10_000

    def of(self, request: Request) -> tuple[str, Person | None, str]:
        """Return identifier, person and secret of a request; a new visitor gets a session."""
        name = request.scope.get(KEPT) or request.cookies.get(SESSION, "")
        if name not in self.known:
            name = self.start(None if self.tokens else Person(self.local, "chief"))
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
