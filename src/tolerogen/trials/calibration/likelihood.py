"""How well a set of outcomes answers the observations.

Differences, shares and logarithms of fold changes are normal around what a parameter set gives,
with the published standard error and a discrepancy that no set explains. What was reported as no
difference counts by the chance that a trial of that size would not have been significant; what
was reported to fall, by the chance of a fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.calibration.inputs import Likelihood, Observation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CRITICAL = 1.959963984540054  # two-sided 5 %
LEAST = 1e-12


def discrepancy(item: Observation, settings: Likelihood) -> float:
    """Return the SD of what no parameter set explains, in the unit of the observation."""
    if item.kind in ("fold", "falls"):
        return 0.0
    if item.kind in ("fall_1", "fall_3"):
        return settings.discrepancy_share
    return settings.discrepancy_esspri if item.measure == "esspri" else settings.discrepancy


def spread(item: Observation, settings: Likelihood) -> float:
    """Return the SD of the published number around what a parameter set gives."""
    return float(np.hypot(item.sd, discrepancy(item, settings)))


def published(item: Observation) -> float:
    """Return the published number on the scale of the outcomes."""
    return float(np.log(item.value)) if item.kind in ("fold", "falls") else item.value


def log_likelihoods(
    outcomes: Array, observations: Sequence[Observation], settings: Likelihood
) -> Array:
    """Return the logarithm of the likelihood of each observation, up to a constant.

    Parameters
    ----------
    outcomes
        Shape (sets, observations); logarithms for the kinds ``fold`` and ``falls``.

    Returns
    -------
    ndarray
        Shape (sets, observations).
    """
    from scipy.special import ndtr

    found = np.empty_like(outcomes)
    for i, item in enumerate(observations):
        sd = spread(item, settings)
        mean = outcomes[:, i]
        if item.kind == "no_difference":
            inside = ndtr(CRITICAL - mean / sd) - ndtr(-CRITICAL - mean / sd)
            found[:, i] = np.log(np.maximum(inside, LEAST))
        elif item.kind == "falls":
            found[:, i] = np.log(np.maximum(ndtr(-mean / sd), LEAST))
        else:
            found[:, i] = -0.5 * ((published(item) - mean) / sd) ** 2
    return found
