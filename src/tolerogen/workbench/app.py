"""The application: pages, their programs' side, files, and what is told when something fails."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from tolerogen import __version__
from tolerogen.errors import TolerogenError
from tolerogen.serving.guard import HEADERS, LOOPBACK, Guard, Rules
from tolerogen.serving.sessions import Sessions
from tolerogen.serving.tokens import Tokens
from tolerogen.workbench import door, problems
from tolerogen.workbench.bench import Bench, entered
from tolerogen.workbench.jobs import Jobs
from tolerogen.workbench.pages import pages

HERE = Path(__file__).parent
WARM_SECONDS = 1.0
"""After the start: the first page comes first."""
MOST_BYTES = 32 * 1024 * 1024
"""Largest request: an upload of sensorgrams or of a run of sequences is below."""

RULES = Rules(
    log="tolerogen.workbench",
    most_bytes=MOST_BYTES,
    headers={
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
        "img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    },
    too_large=f"This is too large: at most {MOST_BYTES // 1024**2} MB are taken at once.",
    failed="Something went wrong here: this is a defect of ours. The server's log names it.",
)


class Shipped(StaticFiles):
    """Files of the package: kept by the browser, asked for again whether they changed."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """Answer with a file."""
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


def make_app(
    folder: str | Path,
    *,
    tokens: Tokens | None = None,
    hosts: tuple[str, ...] = LOOPBACK,
    secure: bool = False,
    workers: int = 1,
    warm: bool = False,
    cases: str | None = None,
) -> FastAPI:
    """Make the web application over a folder.

    Parameters
    ----------
    folder
        Where jobs and results are kept; made when it is not there.
    tokens
        Who may enter; None when only this machine can reach the pages.
    hosts
        Names that the pages are asked for under; others are refused, so that a page elsewhere
        cannot pretend to be this one. Empty: any.
    secure
        Whether cookies are sent over TLS only.
    workers
        Jobs that run at the same time; others wait.
    warm
        Whether to load the rooms once the server has started, before somebody asks for them.
    cases
        The case store, a file or a database URL; ``cases.sqlite`` in the folder by default.

    Raises
    ------
    OutputError
        When the folder cannot be made or written.
    """
    jobs = Jobs.open(folder, workers)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if warm:
            threading.Thread(target=_warm, name="warm", daemon=True).start()
        with jobs.dispatching():
            yield

    app = FastAPI(
        title="Tolerogen workbench",
        version=__version__,
        docs_url=None,  # their pages fetch scripts from elsewhere
        redoc_url=None,
        openapi_url=None,  # below, behind the door
        lifespan=lifespan,
        middleware=[Middleware(Guard, hosts=hosts, rules=RULES)],
        exception_handlers={
            HTTPException: problems.refused,
            TolerogenError: problems.mistaken,
            RequestValidationError: problems.malformed,
        },
    )
    app.state.bench = Bench(
        jobs.folder,
        jobs,
        Sessions(tokens, "workbench"),
        secure,
        cases or str(jobs.folder / "cases.sqlite"),
    )
    _add_pages(app)
    # the form for side effects brings a script of its own
    form = [("tolerogen.safety.web", "static")]
    app.mount("/static", Shipped(directory=HERE / "static", packages=list(form)))
    return app


def _warm() -> None:
    """Load what the pages load when they are first asked for."""
    time.sleep(WARM_SECONDS)
    from tolerogen.diseases import list_diseases, load_disease
    from tolerogen.therapies import list_therapies
    from tolerogen.trials import curves

    list_therapies()
    for name in list_diseases():
        curves(load_disease(name))


def _add_pages(app: FastAPI) -> None:
    guarded = [Depends(entered)]
    app.include_router(door.router, include_in_schema=False)
    app.include_router(door.home, include_in_schema=False, dependencies=guarded)
    programs = APIRouter(prefix="/api", dependencies=guarded, responses=problems.ANSWERS)
    for page in pages():
        app.include_router(
            page.router, prefix=f"/{page.name}", include_in_schema=False, dependencies=guarded
        )
        if page.api is not None:
            programs.include_router(page.api, prefix=f"/{page.name}", tags=[page.name])

    @programs.get("/openapi.json", include_in_schema=False)
    def document() -> dict[str, Any]:
        """Return the OpenAPI document of the interface for programs."""
        return app.openapi()

    app.include_router(programs)
