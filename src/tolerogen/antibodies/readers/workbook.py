"""Workbooks (``.xlsx``) as text: the sheet that holds most."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from tolerogen.errors import SpecError

ZIPPED, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a workbook begins, and one of before 2007."""
MOST_CELLS = 20_000_000


def is_workbook(data: bytes) -> bool:
    """Tell whether a file is a workbook, old or new, by how it begins."""
    return data.startswith((ZIPPED, OLD))


def sheet_text(data: bytes, where: str, delimiter: str = ",") -> str:
    """Return the sheet of a workbook with the most filled cells, as delimited text.

    Summaries lie beside the data in other sheets. Formulas count as the values they had when the
    workbook was saved.

    Parameters
    ----------
    data
        The file.
    where
        Its name, for errors.
    delimiter
        Between cells.

    Raises
    ------
    SpecError
        For a workbook of before 2007, one that is damaged, empty, or far too large.
    """
    from openpyxl import load_workbook

    if data.startswith(OLD):
        raise SpecError(f"{where}: is a workbook of before 2007. Save it as .xlsx, text or CSV.")
    best, most = "", 0
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            text, filled = _text(sheet.iter_rows(values_only=True), where, delimiter)
            if filled > most:
                best, most = text, filled
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise SpecError(f"{where}: is a damaged workbook ({error}). Save it again.") from None
    if not most:
        raise SpecError(f"{where}: is a workbook without a filled cell.")
    return best


def _text(rows: Iterable[Sequence[object]], where: str, delimiter: str) -> tuple[str, int]:
    """Return the filled rows of a sheet, all as long as the longest, and the number of cells."""
    kept: list[Sequence[object]] = []
    cells = widest = 0
    for row in rows:
        filled = [i for i, cell in enumerate(row) if cell is not None]
        cells += len(filled)
        if cells > MOST_CELLS:
            raise SpecError(f"{where}: has more than {MOST_CELLS:,} cells. Save it as text or CSV.")
        if filled:
            kept.append(row)
            widest = max(widest, filled[-1] + 1)
    out = io.StringIO()
    write = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for row in kept:
        whole = ("" if cell is None else cell for cell in row[:widest])
        write.writerow([*whole, *[""] * (widest - len(row))])
    return out.getvalue(), cells
