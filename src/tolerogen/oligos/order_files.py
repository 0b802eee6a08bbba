"""An order as a file, and as machines read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tolerogen.errors import OutputError, SpecError
from tolerogen.oligos.cells import csv_text
from tolerogen.oligos.order import COLUMNS, OrderLine, order_rows
from tolerogen.oligos.workbook import workbook


def write_order(lines: Sequence[OrderLine], path: Path) -> None:
    """Write an order sheet, ``.xlsx`` or ``.csv``; nothing is left half written.

    Raises
    ------
    SpecError
        For another ending.
    OutputError
        When the file cannot be written.
    """
    if path.suffix == ".xlsx":
        content = workbook(COLUMNS, order_rows(lines))
    elif path.suffix == ".csv":
        content = csv_text(COLUMNS, order_rows(lines)).encode()
    else:
        raise SpecError(f"an order is written as .xlsx or .csv, not '{path.name}'.")
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror}).") from None


def order_record(line: OrderLine) -> dict[str, Any]:
    """Return one well as ``tolerogen oligo order --json`` has it."""
    return {
        "plate": line.plate,
        "well": line.well,
        "name": line.name,
        "order": line.order,
        "sequence": line.oligo.sequence,
        "chemistry": line.oligo.chemistry,
        "helm": line.helm,
        "mass": line.mass,
        "salt_mass": line.salt_mass,
        "dimer_kcal": round(line.dimer, 2),
        "hairpin_kcal": round(line.hairpin, 2),
        "notes": line.notes,
    }
