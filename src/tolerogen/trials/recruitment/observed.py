"""What centres have done so far, and what it says of their rates."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.trials.recruitment.plan import Recruitment

    Array = NDArray[np.float64]

ENOUGH_CENTRES, ENOUGH_PATIENTS = 5, 10
"""With fewer, mean and spread stay as planned and only each centre's own rate is updated."""
LEAST, MOST = 0.05, 1000.0  # shapes between which the spread is looked for


@dataclass(frozen=True)
class Centre:
    """One centre: the day it opened, or is to open, and whom it has randomised."""

    name: str
    opened: date
    randomised: int
    region: str = ""


@dataclass(frozen=True)
class Observed:
    """All centres on one day.

    Attributes
    ----------
    centres
        Open ones, and those that are to open later.
    on
        The day on which they were counted.
    """

    centres: tuple[Centre, ...]
    on: date

    def __post_init__(self) -> None:
        for centre in self.centres:
            if centre.opened > self.on and centre.randomised:
                raise SpecError(
                    f"centre '{centre.name}' has randomised {centre.randomised} but opens on "
                    f"{centre.opened}, after {self.on}."
                )
        if not self.centres:
            raise SpecError("there is no centre in the table.")

    @property
    def start(self) -> date:
        """The day on which the first centre opened, or is to open."""
        return min(centre.opened for centre in self.centres)

    @property
    def day(self) -> int:
        """Days from the opening of the first centre to the count; below zero before it."""
        return (self.on - self.start).days

    @property
    def randomised(self) -> int:
        """How many patients there are."""
        return sum(centre.randomised for centre in self.centres)


@dataclass(frozen=True, eq=False)
class Fit:
    """Rates as the data have them: logarithms of shape and of the factor on the planned rates.

    Attributes
    ----------
    log_shape, log_factor
        Most likely values; a shape s is a coefficient of variation of ``s ** -0.5``.
    covariance
        Of the two, shape (2, 2); zeros where the plan stands because data are few.
    learnt
        Whether mean and spread come from the data.
    """

    log_shape: float
    log_factor: float
    covariance: Array
    learnt: bool


def read_centres(path: str | Path, on: date) -> Observed:
    """Read a CSV with the columns ``centre, opened, randomised`` and, if wanted, ``region``.

    Parameters
    ----------
    path
        The file; dates as 2026-11-30. A date after `on` is a centre that is to open.
    on
        The day on which it was counted.

    Raises
    ------
    SpecError
        File missing, a column lacking, a date or a number that is none, a centre twice.
    """
    file = Path(path)
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SpecError(f"{file}: cannot be read ({error}).") from None
    lacking = {"centre", "opened", "randomised"} - set(rows[0] if rows else ())
    if lacking:
        raise SpecError(
            f"{file.name}: needs the columns centre, opened, randomised (and region); "
            f"{', '.join(sorted(lacking))} is missing, or the file has no rows."
        )
    centres = tuple(_centre(row, f"{file.name}, line {i}") for i, row in enumerate(rows, 2))
    names = [centre.name for centre in centres]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SpecError(f"{file.name}: centre '{twice}' stands there twice.")
    return Observed(centres, on)


def read_day(text: str, where: str) -> date:
    """Read the day on which centres were counted.

    Raises
    ------
    SpecError
        When it is no date; `where` names what asked for it.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SpecError(f"{where}: '{text}' is no date; write it as 2026-11-30.") from None


def _centre(row: dict[str, str], where: str) -> Centre:
    try:
        opened = date.fromisoformat((row["opened"] or "").strip())
    except ValueError:
        raise SpecError(
            f"{where}: opened is {row['opened']!r}; write a date such as 2026-11-30."
        ) from None
    text = (row["randomised"] or "0").strip()
    if not text.isdigit():
        raise SpecError(f"{where}: randomised is {text!r}; write a whole number of patients.")
    return Centre(
        (row["centre"] or "").strip(), opened, int(text), (row.get("region") or "").strip()
    )


def regions_of(observed: Observed, plan: Recruitment) -> NDArray[np.int64]:
    """Return the number of each centre's region in the plan.

    Raises
    ------
    SpecError
        A region that the plan does not have, or none where the plan has several.
    """
    known = [region.name for region in plan.regions]
    only = known[0] if len(known) == 1 else ""
    numbers = []
    for centre in observed.centres:
        name = centre.region or only
        if name not in known:
            raise SpecError(f"centre '{centre.name}', region: {choices(name, known)}")
        numbers.append(known.index(name))
    return np.array(numbers)


def fit(counts: Array, exposure: Array, spread: float) -> Fit:
    """Fit mean and spread of the rates to counts.

    The count of a centre, over its gamma rate, is negative binomial. The logarithms of its shape
    and of the factor on the planned means are taken as normal about the most likely values, with
    the curvature there (Anisimov 2011, doi:10.1080/03610926.2011.581189, takes the values alone).

    Parameters
    ----------
    counts
        Patients of each centre.
    exposure
        Planned rate times days open: patients expected by the plan.
    spread
        Planned coefficient of variation, kept while data are few.
    """
    open_ = exposure > 0
    planned = math.log(min(MOST, max(LEAST, spread**-2))) if spread > 0 else math.log(MOST)
    if open_.sum() < ENOUGH_CENTRES or counts[open_].sum() < ENOUGH_PATIENTS:
        return Fit(planned, 0.0, np.zeros((2, 2)), learnt=False)
    n, m = counts[open_], exposure[open_]
    return _most_likely(n, m)


def _most_likely(n: Array, m: Array) -> Fit:
    from scipy.optimize import minimize

    start = [0.5, math.log(n.sum() / m.sum())]
    bounds = [(math.log(LEAST), math.log(MOST)), (-20.0, 20.0)]
    found = minimize(lambda p: -log_likelihood(p, n, m), start, bounds=bounds, method="L-BFGS-B")
    values = np.asarray(found.x)
    inside = bounds[0][0] + 0.01 < values[0] < bounds[0][1] - 0.01
    curvature = _curvature(values, n, m)
    covariance: Array = np.zeros((2, 2))
    if inside and np.all(np.linalg.eigvalsh(curvature) > 0):
        covariance = np.asarray(np.linalg.inv(curvature), np.float64)
    else:  # all centres alike, as far as can be told: the mean alone is uncertain
        covariance[1, 1] = 1 / max(curvature[1, 1], 1e-9)
    return Fit(float(values[0]), float(values[1]), covariance, learnt=True)


def log_likelihood(p: Sequence[float] | Array, n: Array, m: Array) -> float:
    """Return that of negative binomial counts: shape ``exp(p[0])``, means ``exp(p[1]) * m``."""
    from scipy.stats import nbinom

    shape, mean = math.exp(p[0]), math.exp(p[1]) * m
    return float(nbinom.logpmf(n, shape, shape / (shape + mean)).sum())


def _curvature(values: Array, n: Array, m: Array, step: float = 1e-3) -> Array:
    steps = np.eye(2) * step
    second = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            corners = [
                a * b * log_likelihood(values + a * steps[i] + b * steps[j], n, m)
                for a in (1, -1)
                for b in (1, -1)
            ]
            second[i, j] = -sum(corners) / (4 * step**2)
    return second
