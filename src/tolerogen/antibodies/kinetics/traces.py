"""Named traces from what instruments export as text: Octet and Biacore, tab or comma separated.

Four layouts, told by their headings:

- Octet raw data (``RawData0.xls``, text in spite of its name): a heading of sensor locations
  (``A1``, then an empty cell), under each two columns, time (s) and response (nm).
- One sensor a file, named after it (``A1.xls``): columns ``Time1``, ``Data1`` and perhaps ``Fit1``
  under a few lines about the analysis. ``Time2`` and ``Data2`` are a trace of their own.
- One time for all: a column of times, then a column a sensor; the row of sensor locations may
  stand under a row of file names.
- Biacore curves: columns in pairs, headings ending in ``_X`` and ``_Y``.

Such files do not say which concentration was where and when analyte flowed; `run_table` does.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.biacore import decoded
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

SUFFIXES = (".xlsx", ".xls", ".txt", ".tsv", ".csv")
HEADING = 20
"""Rows in which a heading is looked for."""

_LOCATION = re.compile(r"(?:[A-H]|1[0-6]|[1-9])?[A-P]\d{1,2}")
_NUMBERED = re.compile(r"(time|data|fit)\s*(\d*)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Trace:
    """One trace: time in s, rising, and response (RU or nm), equally long."""

    name: str
    time: Array
    response: Array


def read_traces(path: str | Path) -> dict[str, Trace]:
    """Read the traces of a file, or of every file of a folder, by name.

    Raises
    ------
    SpecError
        When a file cannot be read, or has none of the layouts.
    """
    place = Path(path)
    files = [place]
    if place.is_dir():
        files = sorted(one for one in place.iterdir() if one.suffix.lower() in SUFFIXES)
    if not files:
        raise SpecError(f"{place}: holds no {', '.join(SUFFIXES)} file.")
    found: dict[str, Trace] = {}
    for file in files:
        for trace in _read(file):
            if trace.name in found:
                raise SpecError(f"{file}: there are two traces named '{trace.name}'.")
            found[trace.name] = trace
    return found


def _read(file: Path) -> list[Trace]:
    text = decoded(file)
    head = text.splitlines()[:HEADING]
    tab = any("\t" in line for line in head)
    rows = [
        [cell.strip() for cell in row]
        for row in csv.reader(text.splitlines(), delimiter="\t" if tab else ",")
    ]
    for at, row in enumerate(rows[:HEADING]):
        columns = _paired(row) or _numbered(row, file) or _beside(row, rows[at + 1 :])
        if columns:
            return [_trace(rows[at + 1 :], name, x, y, file) for name, x, y in columns]
    raise SpecError(
        f"{file}: has no heading that we know: sensor locations (A1, B1, ...), Time1 and Data1, or "
        "names in pairs ending in _X and _Y."
    )


def _paired(row: Sequence[str]) -> list[tuple[str, int, int]]:
    """Headings of pairs: a location and an empty cell, or names with _X and _Y."""
    found = []
    for at in range(0, len(row) - 1, 2):
        here, beside = row[at], row[at + 1]
        if here.endswith("_X") and beside.endswith("_Y"):
            found.append((here.removesuffix("_X").strip(), at, at + 1))
        elif _LOCATION.fullmatch(here) and not beside:
            found.append((here, at, at + 1))
    return found


def _numbered(row: Sequence[str], file: Path) -> list[tuple[str, int, int]]:
    columns: dict[str, dict[str, int]] = {"time": {}, "data": {}, "fit": {}}
    for at, cell in enumerate(row):
        match = _NUMBERED.fullmatch(cell)
        if match:
            columns[match.group(1).lower()][match.group(2)] = at
    times, data = columns["time"], columns["data"]
    both = [number for number in times if number in data]
    stem = file.name.split(".")[0]
    names = {number: stem if len(both) == 1 else f"{stem} {number}" for number in both}
    return [(names[number], times[number], data[number]) for number in both]


def _beside(row: Sequence[str], below: Sequence[Sequence[str]]) -> list[tuple[str, int, int]]:
    """One time for all: locations from the second column on, and numbers under the first."""
    places = [(cell, at) for at, cell in enumerate(row) if at and _LOCATION.fullmatch(cell)]
    if not places or not below or _number(below[0][0] if below[0] else "") is None:
        return []
    return [(cell, 0, at) for cell, at in places]


def _trace(rows: Sequence[Sequence[str]], name: str, x: int, y: int, file: Path) -> Trace:
    import numpy as np

    pairs = []
    for row in rows:
        cells = (row[x], row[y]) if len(row) > max(x, y) else ("", "")
        time, response = _number(cells[0]), _number(cells[1])
        if time is not None and response is not None:
            pairs.append((time, response))
    if len(pairs) < 2:
        raise SpecError(f"{file}: trace '{name}' holds no numbers.")
    time, response = np.array(pairs).T
    if (np.diff(time) < 0).any():
        raise SpecError(f"{file}: time goes back within trace '{name}'.")
    return Trace(name, time, response)


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None
