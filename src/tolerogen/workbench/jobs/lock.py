"""Whether the process of a job is alive: it holds a lock that dies with it."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

NAME = "lock"


def hold(folder: Path) -> IO[bytes] | None:
    """Take the lock of a job's folder; None when another process holds it.

    It is held until the file that comes back is closed, or the process ends.
    """
    file = (folder / NAME).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def held(folder: Path) -> bool:
    """Say whether a living process holds the lock."""
    if not (folder / NAME).exists():
        return False
    file = hold(folder)
    if file is None:
        return True
    file.close()
    return False
