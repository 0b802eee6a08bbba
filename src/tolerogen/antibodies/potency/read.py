"""Dose-response tables: ``sample, concentration_nM, response``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.antibodies.readers import read_text
from tolerogen.antibodies.readers.cell import number
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

COLUMNS = ("sample", "concentration_nM", "response")
FEWEST_LEVELS = 5
"""A curve with four parameters has none to spare with fewer."""


@dataclass(frozen=True, eq=False)
class DoseResponse:
    """The wells of one sample: concentration (nM, 0 for controls without it) and response."""

    sample: str
    concentration: Array
    response: Array


def read_dose_response(path: str | Path) -> list[DoseResponse]:
    """Read a CSV with the columns `COLUMNS`, one well a row; replicates are further rows.

    Raises
    ------
    SpecError
        When the file cannot be read, a column is missing, a cell is no number, or a sample has
        fewer than five concentrations.
    """
    import numpy as np

    file = Path(path)
    reader = csv.DictReader(read_text(file).splitlines())
    names = [name.strip() for name in reader.fieldnames or ()]
    absent = [column for column in COLUMNS if column not in names]
    if absent:
        raise SpecError(
            f"{file}: column {', '.join(absent)} is missing; needed are {', '.join(COLUMNS)}. "
            f"Found: {', '.join(names) or 'nothing'}."
        )
    reader.fieldnames = names
    wells: dict[str, list[tuple[float, float]]] = {}
    for line, row in enumerate(reader, 2):
        pair = tuple(number(row[column], column, f"{file}, row {line}") for column in COLUMNS[1:])
        if pair[0] < 0:
            raise SpecError(f"{file}, row {line}: a concentration is below zero.")
        wells.setdefault((row["sample"] or "").strip() or "sample", []).append((pair[0], pair[1]))
    if not wells:
        raise SpecError(f"{file}: holds no well.")
    for sample, pairs in wells.items():
        levels = len({level for level, _ in pairs if level > 0})
        if levels < FEWEST_LEVELS:
            raise SpecError(
                f"{file}: '{sample}' has {levels} concentrations above zero; a curve needs "
                f"{FEWEST_LEVELS}."
            )
    return [DoseResponse(name, *np.array(pairs).T) for name, pairs in wells.items()]
