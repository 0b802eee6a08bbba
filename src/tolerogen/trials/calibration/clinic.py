"""Patients of the calibration trials as the clinic sees them, drawn once and used by every set.

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
from tolerogen.patients.latent import Latent
from tolerogen.trials.calibration.inputs import SUBSET, Observation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.parameters import Parameter

    Array = NDArray[np.float64]

FALL = {"fall_1": 1.0, "fall_3": 3.0}


@dataclass(frozen=True, eq=False)
class Pool:
    """Patients let in by the same conditions, and several drawings of their visits.

    Attributes
    ----------
    population
        The patients; parameters of the therapies are among their parameters.
    weeks
        Weeks of the visits, the first is 0.
    views
        Visits without a drug, one drawing of noise and placebo response each.
    """

    population: Population
    weeks: tuple[float, ...]
    views: tuple[Latent, ...]

    def __len__(self) -> int:
        return len(self.population)


def recruit(
    disease: Disease,
    criteria: Sequence[Criterion],
    weeks: Sequence[float],
    extra: Sequence[Parameter],
    *,
    size: int,
    noise: int,
    seed: int,
) -> Pool:
    """Let patients in and draw their visits.

    Parameters
    ----------
    criteria, weeks
        Conditions of entry; weeks at which anything is read.
    extra
        Parameters of the therapies that differ between patients.
    size, noise
        Patients; drawings of the noise of the clinic.
    """
    population = screen(disease, size, seed=seed, criteria=tuple(criteria), extra=tuple(extra))
    days = 7.0 * np.array([0.0, *weeks])
    views = tuple(
        Assessment(disease, population, days, seed, replicate).latent()
        for replicate in range(noise)
    )
    return Pool(population, (0.0, *weeks), views)


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
        Per patient, mean over the views, shape (observations, patients): change with the drug
        less change without it, or the difference of having fallen. NaN outside the subset.
    """
    found = np.zeros((len(asked), len(rows)))
    seen = np.zeros((len(asked), len(rows)))
    for view in pool.views:
        mine = view.take(rows)
        with_drug, without = mine.measure(ratios), mine.measure({})
        for i, item in enumerate(asked):
            visit = pool.weeks.index(item.week)
            start = without[item.measure][:, 0]
            moved = with_drug[item.measure][:, visit] - start
            rested = without[item.measure][:, visit] - start
            if item.kind in FALL:
                least = FALL[item.kind]
                value = (moved <= -least).astype(float) - (rested <= -least)
                value = np.where(np.isnan(moved), np.nan, value)
            else:
                value = moved - rested
            counted = _subset(item.subset, without)
            found[i] += np.where(counted, value, 0.0)
            seen[i] += counted
    return np.divide(found, seen, out=np.full_like(found, np.nan), where=seen > 0)


def _subset(text: str, seen: Mapping[str, Array]) -> NDArray[np.bool_]:
    first = next(iter(seen.values()))
    match = re.fullmatch(SUBSET, text)
    if match is None:
        return np.ones(len(first), dtype=bool)
    return np.asarray(seen[match[1]][:, 0] >= float(match[2]))
