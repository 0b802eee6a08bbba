"""A single file that somebody asked for: written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tolerogen.errors import OutputError


def check_file(out: Path) -> Path:
    """Make sure that a file can be written, before the long run; nothing is created.

    Raises
    ------
    OutputError
        When it is a folder, or lies where we may not write.
    """
    place = out.expanduser().absolute()
    if place.is_dir():
        raise OutputError(f"{out}: cannot be written (it is a folder). Name a file.")
    parent = next(p for p in place.parents if p.exists())
    try:
        with tempfile.TemporaryDirectory(prefix=".tolerogen-", dir=parent):
            pass
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror}).") from None
    return out


def write_file(out: Path, content: str | bytes, *, parents: bool = False) -> Path:
    """Write a text, in UTF-8, or bytes over what stood there; that stays if it fails.

    Parameters
    ----------
    parents
        Whether folders that are not there are made.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if parents:
            out.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{out}: cannot be written ({error.strerror}).") from None
    return out
