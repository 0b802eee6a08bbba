"""The competition matrix: read, check, normalise."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.antibodies.readers import read_text
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

BUFFER = ("buffer", "blank", "none")
UNBLOCKED = 90
"""Percentile of a column taken as its unblocked response where no buffer row was run (assumed)."""
FEWEST = 4


@dataclass(frozen=True, eq=False)
class Competition:
    """Responses of a competition experiment.

    Attributes
    ----------
    names
        Of the antibodies.
    response
        Row: antibody that saturates first; column: antibody offered second. NaN where not run.
    unblocked
        Response of each second antibody on the free target; None where not run.
    """

    names: tuple[str, ...]
    response: Array
    unblocked: Array | None


def read_competition(path: str | Path) -> Competition:
    """Read a CSV: first column the saturating antibody, one column for each second antibody.

    A row named ``buffer`` holds the responses on the free target. Empty cells were not run.

    Raises
    ------
    SpecError
        When rows and columns do not name the same antibodies, or a cell is no number.
    """
    import numpy as np

    file = Path(path)
    rows = [row for row in csv.reader(read_text(file).splitlines()) if any(row)]
    if len(rows) < FEWEST + 1:
        raise SpecError(f"{file}: needs a heading and {FEWEST} antibodies or more.")
    names = [name.strip() for name in rows[0][1:]]
    found = {
        row[0].strip(): [_number(file, row, i) for i in range(1, len(row))] for row in rows[1:]
    }
    free = next((found.pop(key) for key in list(found) if key.lower() in BUFFER), None)
    if len(set(names)) != len(names) or set(found) != set(names):
        odd = sorted(set(found) ^ set(names)) or sorted(n for n in names if names.count(n) > 1)
        raise SpecError(f"{file}: rows and columns must name the same antibodies once; see {odd}.")
    if any(len(values) != len(names) for values in (*found.values(), free or names)):
        raise SpecError(f"{file}: a row is not as long as the heading.")
    response = np.array([found[name] for name in names])
    return Competition(tuple(names), response, None if free is None else np.array(free))


def _number(file: Path, row: list[str], column: int) -> float:
    text = row[column].strip()
    try:
        return float(text) if text else math.nan
    except ValueError:
        raise SpecError(f"{file}, row '{row[0]}': '{text}' is not a number.") from None


def normalise(data: Competition) -> Array:
    """Return the share blocked, 0 to 1, row first antibody, column second.

    Raises
    ------
    SpecError
        When a second antibody never binds, so that blocking cannot be seen.
    """
    import numpy as np

    free = data.unblocked
    if free is None:
        free = np.nanpercentile(data.response, UNBLOCKED, axis=0)
    dead = [name for name, top in zip(data.names, free, strict=True) if not top > 0]
    if dead:
        raise SpecError(
            f"{', '.join(dead)} never bound as second antibody: leave out or run again."
        )
    share: Array = np.clip(1.0 - data.response / free, 0.0, 1.0)
    return share
