"""Serve the workbench until interrupted."""

from __future__ import annotations

import logging
from pathlib import Path

from tolerogen.serving.guard import LOOPBACK
from tolerogen.serving.tokens import Tokens, check_serving


def serve(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8472,
    *,
    tokens: Tokens | None = None,
    names: tuple[str, ...] = (),
    certificate: Path | None = None,
    key: Path | None = None,
    workers: int = 1,
    cases: str | None = None,
) -> None:
    """Serve the workbench over a folder.

    Jobs that run when it is stopped go on; the next server, and ``tolerogen workbench jobs``, see
    them.

    Parameters
    ----------
    folder
        Where jobs and results are kept.
    host, port
        Where to listen.
    tokens
        Who may enter.
    names
        Host names that the pages are asked for under.
    certificate, key
        For TLS.
    workers
        Jobs that run at the same time.
    cases
        The case store; one in the folder by default.

    Raises
    ------
    SpecError
        When other machines could reach the pages and there are no tokens.
    OutputError
        When the folder cannot be written.
    """
    import uvicorn

    from tolerogen.workbench.app import make_app

    local = check_serving(host, tokens)
    hosts = LOOPBACK if local and not names else names
    app = make_app(
        folder,
        tokens=tokens,
        hosts=hosts,
        secure=certificate is not None,
        workers=workers,
        warm=True,
        cases=cases,
    )
    logging.getLogger("tolerogen.workbench").setLevel(logging.INFO)
    uvicorn.run(
        app, host=host, port=port, access_log=False, server_header=False, log_level="warning",
        ssl_certfile=certificate, ssl_keyfile=key, timeout_keep_alive=5,
        timeout_graceful_shutdown=3, h11_max_incomplete_event_size=16_384, limit_concurrency=400,
    )  # fmt: skip
