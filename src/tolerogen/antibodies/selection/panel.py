"""A panel: one antibody a row, one property a column, with errors where they are known."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tolerogen.antibodies.readers import read_text
from tolerogen.antibodies.readers.table import ABSENT, ID_COLUMNS
from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

NORMAL_95 = 3.919928
"""Width of a 95 % interval of the normal distribution in standard deviations."""


@dataclass(frozen=True)
class Goal:
    """What is wanted of a column.

    Attributes
    ----------
    column
        Its heading.
    direction
        ``min`` or ``max``.
    weight
        In the score, relative to the others'.
    log
        Whether factors count instead of differences: affinities, potencies, titres.
    """

    column: str
    direction: Literal["min", "max"]
    weight: float = 1.0
    log: bool = False


@dataclass(frozen=True, eq=False)
class Panel:
    """Values and their standard deviations, rows by columns; NaN where not measured.

    Columns whose goal counts factors hold natural logarithms.
    """

    names: tuple[str, ...]
    goals: tuple[Goal, ...]
    values: Array
    errors: Array


def read_panel(path: str | Path, goals: Sequence[Goal]) -> Panel:
    """Read the columns of a CSV that `goals` name.

    The error of column ``x`` is taken from ``x_sd``, or from ``x_low`` and ``x_high`` (a 95 %
    interval, as the kinetics verb gives it); without either it is 0. Empty cells were not measured.

    Raises
    ------
    SpecError
        When the file, a column or a number is missing or wrong, or a name comes twice.
    """
    import numpy as np

    file = Path(path)
    reader = csv.DictReader(read_text(file).splitlines())
    headings = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = headings
    if not goals:
        raise SpecError(f"{file}: say what is wanted of which column, for example --min kd_nM.")
    for goal in goals:
        if goal.column not in headings:
            raise SpecError(
                f"{file}: has no column '{goal.column}'; {choices(goal.column, headings)}"
            )
        if goal.weight <= 0:
            raise SpecError(f"'{goal.column}': its weight must be above zero.")
    naming = next((name for name in headings if name.lower() in ID_COLUMNS), None)
    names, values, errors = [], [], []
    for line, row in enumerate(reader, 2):
        where = f"{file}, row {line}"
        names.append((row[naming] or "").strip() if naming else f"row {line}")
        pairs = [_cell(row, goal, where) for goal in goals]
        values.append([value for value, _ in pairs])
        errors.append([error for _, error in pairs])
    if len(names) < 2:
        raise SpecError(f"{file}: a ranking needs two antibodies or more.")
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SpecError(f"{file}: {', '.join(sorted(twice))} comes more than once.")
    return Panel(tuple(names), tuple(goals), np.array(values), np.array(errors))


def _cell(row: dict[str, str], goal: Goal, where: str) -> tuple[float, float]:
    value = _number(row, goal.column, where)
    spread = _number(row, f"{goal.column}_sd", where)
    low, high = (_number(row, f"{goal.column}_{side}", where) for side in ("low", "high"))
    if not goal.log:
        width = (high - low) / NORMAL_95
        return value, spread if not math.isnan(spread) else _known(width)
    if value <= 0:
        raise SpecError(f"{where}: '{goal.column}' is {value:g}; factors need values above zero.")
    if math.isnan(value):
        return value, 0.0
    if not math.isnan(spread):
        return math.log(value), spread / value
    if low > 0 and high > 0:
        return math.log(value), math.log(high / low) / NORMAL_95
    return math.log(value), 0.0


def _known(width: float) -> float:
    return 0.0 if math.isnan(width) else width


def _number(row: dict[str, str], column: str, where: str) -> float:
    cell = (row.get(column) or "").strip()
    if cell.lower() in ABSENT:
        return math.nan
    try:
        value = float(cell)
    except ValueError:
        value = math.inf
    if math.isinf(value):
        raise SpecError(f"{where}: {column} is '{cell}', which is not a number.")
    return value
