"""Adapt the size of a running trial without losing its type I error.

*Blinded*: the standard deviation of all patients together, corrected for the difference that was
planned for; the test is left as it is. *Unblinded*: the data of two stages are tested apart and
combined with weights fixed beforehand, so that the second stage may have any size.

References
----------
Gould AL, Shih WJ, Commun Stat Theory Methods 1992;21:2833 (doi:10.1080/03610929208830947);
Lehmacher W, Wassmer G, Biometrics 1999;55:1286 (doi:10.1111/j.0006-341X.1999.01286.x);
Mehta CR, Pocock SJ, Stat Med 2011;30:3267 (doi:10.1002/sim.4102).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from tolerogen.errors import AnalysisError
from tolerogen.trials.sequential.size import sample_size_means


def blinded_size(
    values: Sequence[float] | np.ndarray,
    difference: float,
    alpha: float = 0.025,
    beta: float = 0.2,
    ratio: float = 1.0,
) -> float:
    """Return the patients needed, from values whose arm is unknown.

    Parameters
    ----------
    values
        Changes of the patients so far, all arms together.
    difference
        Planned difference; its part in the spread is taken out.
    alpha, beta, ratio
        As in `sample_size_means`.
    """
    data = np.asarray(values, dtype=float)
    data = data[np.isfinite(data)]
    if len(data) < 4:
        raise AnalysisError(f"a blinded estimate from {len(data)} values says nothing; wait.")
    share = ratio / (1.0 + ratio)
    variance = float(data.var(ddof=1)) - share * (1.0 - share) * difference**2
    if variance <= 0:
        raise AnalysisError(
            "the spread of all patients is smaller than the planned difference alone would make "
            "it; check the data and the difference."
        )
    return sample_size_means(difference, math.sqrt(variance), alpha, beta, ratio)


def inverse_normal(
    stage_z: Sequence[float] | np.ndarray, weights: Sequence[float] | np.ndarray
) -> float:
    """Combine independent stages with weights fixed before the first look.

    Parameters
    ----------
    stage_z
        Statistic of each stage from its own patients.
    weights
        Planned information of each stage, any unit.

    Examples
    --------
    >>> round(inverse_normal([1.0, 2.0], [1, 1]), 4)
    2.1213
    """
    root = np.sqrt(np.asarray(weights, dtype=float))
    return float(np.asarray(stage_z, dtype=float) @ root / math.sqrt(float((root**2).sum())))


def conditional_power(
    z: float, share: float, critical: float, drift: float | None = None, growth: float = 1.0
) -> float:
    """Return the chance that a combination test succeeds, given its first stage.

    Parameters
    ----------
    z
        Statistic at the interim look.
    share
        Planned share of the information at that look.
    critical
        Bound of the last look.
    drift
        Mean of the last statistic; as estimated by `z` when None.
    growth
        Size of the second stage over its plan.
    """
    if not 0 < share < 1:
        raise AnalysisError(f"share is {share:g}; an interim look lies between 0 and 1.")
    mean = z / math.sqrt(share) if drift is None else drift
    needed = (critical - math.sqrt(share) * z) / math.sqrt(1.0 - share)
    return float(ndtr(mean * math.sqrt((1.0 - share) * growth) - needed))


def promising_zone(
    z: float,
    share: float,
    critical: float,
    target: float = 0.8,
    low: float = 0.3,
    largest: float = 2.0,
) -> float:
    """Return the growth of the second stage: 1 outside the promising zone.

    Parameters
    ----------
    z, share, critical
        As in `conditional_power`.
    target
        Conditional power wanted.
    low
        Conditional power below which the size stays as planned.
    largest
        Largest growth allowed.
    """
    now = conditional_power(z, share, critical)
    if not low <= now < target:
        return 1.0
    needed = (critical - math.sqrt(share) * z) / math.sqrt(1.0 - share)
    root = (needed + ndtri(target)) / (z / math.sqrt(share) * math.sqrt(1.0 - share))
    return float(min(max(root**2, 1.0), largest))
