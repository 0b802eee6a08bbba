"""Dates as precise as they were told."""

from __future__ import annotations

import re
from datetime import date

DIGITS = re.compile(r"(\d{4})(\d{2})?(\d{2})?\Z")
AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z")
ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
EARLIEST = 1800


def partial_date(text: str) -> str | None:
    """Read ``CCYY``, ``CCYYMM``, ``CCYYMMDD``, ISO or ``M/D/CCYY`` as an ISO date.

    Returns
    -------
    str or None
        ``2003``, ``2003-11`` or ``2003-11-15``; None when there is no such day.

    Examples
    --------
    >>> partial_date("200311"), partial_date("12/30/2019"), partial_date("20230229")
    ('2003-11', '2019-12-30', None)
    """
    text = text.strip()
    american = AMERICAN.match(text)
    if american:
        month, day, year = american.groups()
        parts: tuple[str | None, ...] = (year, month.zfill(2), day.zfill(2))
    else:
        found = DIGITS.match(text) or ISO.match(text)
        if found is None:
            return None
        parts = found.groups()
    given = [part for part in parts if part is not None]
    numbers = [int(part) for part in given]
    try:
        date(numbers[0], *[*numbers[1:], 1, 1][:2])
    except ValueError:
        return None
    return "-".join(given) if numbers[0] >= EARLIEST else None
