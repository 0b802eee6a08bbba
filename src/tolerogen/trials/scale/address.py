"""A scheduler by its address: reached, or refused in plain words."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SimulationError

if TYPE_CHECKING:
    from distributed import Client

SECONDS = 10.0  # to wait for an answer
INSTALL = "Install it with: pip install 'tolerogen[cluster]'."


@contextmanager
def connect(scheduler: str | Path, seconds: float | None = None) -> Iterator[Client]:
    """Open a client of a running Dask scheduler, and close it at the end.

    Parameters
    ----------
    scheduler
        Address, ``tcp://node17:8786``, or the path of a scheduler file (``.json``).
    seconds
        How long to wait for an answer; 10 s by default.

    Raises
    ------
    SimulationError
        Dask is not installed, the address is none, or nobody answers.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise SimulationError(
            f"a scheduler needs Dask, which is not installed. {INSTALL}"
        ) from None
    where, seconds = str(scheduler), SECONDS if seconds is None else seconds
    address = _from_file(where) if where.endswith(".json") else where
    quiet = logging.getLogger("distributed")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)  # what matters is said by our own errors, once
    try:
        if "://" not in address and ":" not in address:  # an empty one would start a cluster here
            raise ValueError("it is no address")
        # As a default it would set Dask's configuration of this process, and clients that close in
        # another order than they opened leave it set: files could not be written any more.
        client = Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # a timeout is an OSError
        quiet.setLevel(level)
        raise SimulationError(_unreached(where, error)) from None
    try:
        yield client
    finally:
        client.close()
        quiet.setLevel(level)


def _from_file(path: str) -> str:
    # read here, because the client would wait for ever for a file that is not there
    try:
        return str(json.loads(Path(path).read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error.strerror if isinstance(error, OSError) else error)
        if isinstance(error, (KeyError, TypeError)):
            reason = "it holds no address"
        raise SimulationError(
            f"the scheduler file '{path}' cannot be used: {reason}. Start the scheduler with 'dask "
            f"scheduler --scheduler-file {path}', on a disk that this machine sees too, or give "
            "the address of a scheduler."
        ) from None


def _unreached(where: str, error: Exception) -> str:
    reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
    return (
        f"the scheduler '{where}' cannot be reached: {reason}. Check the address (for example "
        "tcp://node17:8786), that the scheduler runs, and that this machine may reach it; or "
        "leave --scheduler out to run on this machine. Nothing was simulated."
    )
