"""Patients of the calibration trials as the clinic sees them: drawn once, taken in turn.

Conditions of entry depend on baselines and on chance, not on the free parameters, so the same
patients may enter under every parameter set. What differs is what a drug does in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.patients import Criterion, Population, screen
from tolerogen.patients.assessment import Assessment
from tolerogen.patients.latent import Latent, together
from tolerogen.patients.screening import joined
from tolerogen.trials.calibration.inputs import SUBSET, Observation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.parameters import Parameter

    Array = NDArray[np.float64]

FALL = {"fall_1": 1.0, "fall_3": 3.0}


@dataclass(frozen=True, eq=False)
class Pool:
    """Patients let in by the same conditions, and their visits without a drug.

    Attributes
    ----------
    population
        The patients; parameters of the therapies are among their parameters.
    weeks
        Weeks of the visits, the first is 0.
    view
        What the visits show without a drug.
    trial
        Number of the virtual trial that each patient was let into; trials differ in their
        placebo response.
    """

    population: Population
    weeks: tuple[float, ...]
    view: Latent
    trial: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.population)


def recruit(
    disease: Disease,
    criteria: Sequence[Criterion],
    weeks: Sequence[float],
    extra: Sequence[Parameter] = (),
    *,
    size: int,
    trials: int,
    seed: int,
) -> Pool:
    """Let patients in and draw their visits.

    Parameters
    ----------
    criteria, weeks
        Conditions of entry; weeks at which anything is read.
    extra
        Parameters of the therapies that differ between patients.
    size, trials
        Patients in all, shared evenly by so many virtual trials.
    """
    days = 7.0 * np.array([0.0, *weeks])
    parts, views = [], []
    for trial in range(trials):
        part = screen(
            disease,
            size // trials,
            seed=seed,
            replicate=trial,
            criteria=tuple(criteria),
            extra=tuple(extra),
        )
        parts.append(part)
        views.append(Assessment(disease, part, days, seed, trial).latent())
    whole = joined(parts, sum(part.screened for part in parts))
    number = np.repeat(np.arange(trials), size // trials)
    return Pool(whole, (0.0, *weeks), together(views), number)


def read(
    pool: Pool, rows: NDArray[np.intp], ratios: Mapping[str, Array], asked: Sequence[Observation]
) -> Array:
    """Return what the clinic finds in some patients with a drug against without.

    Parameters
    ----------
    pool, rows
        Who; shape (patients,).
    ratios
        Observables over their start, shape (patients, visits), visits as ``pool.weeks``.
    asked
        Observations of clinical kinds.

    Returns
    -------
    ndarray
        Shape (observations, patients): change with the drug less change without it, or the
        difference of having fallen. NaN outside the subset.
    """
    mine = pool.view.take(rows)
    with_drug, without = mine.measure(ratios), mine.measure({})
    found = np.empty((len(asked), len(rows)))
    for i, item in enumerate(asked):
        visit = pool.weeks.index(item.week)
        start = without[item.measure][:, 0]
        moved = with_drug[item.measure][:, visit] - start
        rested = without[item.measure][:, visit] - start
        value = moved - rested
        if item.kind in FALL:
            least = FALL[item.kind]
            value = np.where(
                np.isnan(moved), np.nan, (moved <= -least) * 1.0 - (rested <= -least) * 1.0
            )
        found[i] = np.where(in_subset(item.subset, without), value, np.nan)
    return found


def in_subset(text: str, seen: Mapping[str, Array]) -> NDArray[np.bool_]:
    """Tell who is in a subset such as ``essdai >= 5`` at the first visit; everybody if empty."""
    first = next(iter(seen.values()))
    match = re.fullmatch(SUBSET, text)
    if match is None:
        return np.ones(len(first), dtype=bool)
    return np.asarray(seen[match[1]][:, 0] >= float(match[2]))
