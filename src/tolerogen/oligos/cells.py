"""Tables for spreadsheets: CSV whose cells cannot be taken for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe before what could be a formula.

    Numbers stay as they are, also those below zero.

    Examples
    --------
    >>> safe_cell("=HYPERLINK(1)"), safe_cell(-1.5), safe_cell("+A+C"), safe_cell(None)
    ("'=HYPERLINK(1)", '-1.5', "'+A+C", '')
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.6g}" if isinstance(value, float) else str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV, every cell safe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
