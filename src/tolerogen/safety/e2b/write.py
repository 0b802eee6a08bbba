"""Write a batch so that it reads as an equal one."""

from __future__ import annotations

from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.result_file import write_file
from tolerogen.safety.e2b.batch import Batch

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def written(batch: Batch) -> bytes:
    """Return the file that `write_icsr` writes."""
    return DECLARATION + batch.xml + b"\n"


def write_icsr(batch: Batch, file: Path) -> None:
    """Write a batch to a file, whole or not at all.

    Raises
    ------
    SpecError
        When it was read from E2B(R2), which is not written.
    OutputError
        When the file cannot be written.
    """
    if batch.form != "R3":
        raise SpecError(f"{batch.name}: was read from E2B({batch.form}); only E2B(R3) is written.")
    write_file(file, written(batch))
