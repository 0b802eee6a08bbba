"""What every page works with: the folder, its jobs, who asks, and how a template is shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from tolerogen.serving.sessions import SESSION, Sessions, Tries
from tolerogen.serving.tokens import Person
from tolerogen.workbench.jobs import Jobs
from tolerogen.workbench.pages import pages

ROLE = "assessor"
"""Role that the workbench asks for: its pages show cases."""


@dataclass
class Bench:
    """The workbench over one folder.

    Attributes
    ----------
    folder
        Where jobs and their results lie.
    jobs
        The jobs in it.
    sessions
        Who has entered.
    secure
        Whether cookies are sent over TLS only.
    cases
        The case store: a file, or a database URL.
    receipts
        Of reports sent lately, by the secret of their form: one sent twice is one report.
    """

    folder: Path
    jobs: Jobs
    sessions: Sessions
    secure: bool = False
    cases: str = ""
    tries: Tries = field(default_factory=Tries)
    receipts: OrderedDict[str, Any] = field(default_factory=OrderedDict)

    def show(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """Render a page; every page knows who looks, and the secret its forms bring back."""
        name, person, secret = self.sessions.of(request)
        text = templates().get_template(template).render(
            secret=secret, person=person, tokens=self.sessions.tokens is not None,
            pages=pages(), here=request.url.path, **values,
        )  # fmt: skip
        response = HTMLResponse(text, status)
        if request.cookies.get(SESSION) != name:
            self.remember(response, name)
        return response

    def remember(self, response: Response, name: str) -> None:
        """Give the visitor the cookie of a session."""
        response.set_cookie(SESSION, name, httponly=True, samesite="strict", secure=self.secure)


def bench_of(request: Request) -> Bench:
    """Return the workbench that a request came to."""
    return cast(Bench, request.app.state.bench)


def entered(request: Request) -> Person:
    """Return who asks; nobody else sees a page.

    Raises
    ------
    HTTPException
        401 when nobody has entered, 403 when the token's role is too low.
    """
    _, person, _ = bench_of(request).sessions.of(request)
    if person is None:
        raise HTTPException(401)
    if not person.may(ROLE):
        raise HTTPException(403)
    return person


OfBench = Annotated[Bench, Depends(bench_of)]
"""Parameter of a route: the workbench."""


@cache
def templates() -> Environment:
    """Return the templates; whatever people wrote is escaped."""
    package = "tolerogen.workbench"
    own: Mapping[str, PackageLoader] = {
        page.name: PackageLoader(f"{package}.pages.{page.name}", "templates") for page in pages()
    }
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader(package, "templates"),
                PrefixLoader(own),
                PackageLoader("tolerogen.safety.web", "templates"),  # the form for side effects
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = str  # the workbench is in English, so is the form inside it
    return environment
