"""One cell of a table of measurements."""

from __future__ import annotations

import math

from tolerogen.errors import SpecError


def number(cell: str | None, column: str, where: str) -> float:
    """Read a finite number.

    Parameters
    ----------
    cell
        As it stands in the table; None where the row is short.
    column, where
        Named in the error.

    Raises
    ------
    SpecError
        The cell is empty or holds something else.
    """
    try:
        value = float(cell or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise SpecError(f"{where}: {column} is '{cell or ''}', which is not a number.")
    return value
