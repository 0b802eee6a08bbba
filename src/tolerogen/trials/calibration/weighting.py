"""A second way to the posterior, without emulator or chain: weights on the simulated sets.

Sets are drawn from the prior and, around the posterior, from a second proposal; each is weighted
by prior times likelihood over the density it was drawn from. The outcomes are those simulated, so
the weights do not depend on the polynomials. Their effective sample size says how far to trust it.
Method: importance sampling of virtual populations (compare Allen 2016, doi:10.1002/psp4.12063).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.calibration.inputs import Likelihood, Observation
from tolerogen.trials.calibration.likelihood import log_likelihoods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighted:
    """Sets with weights that add to one, and how many equal draws they are worth."""

    weights: Array
    effective: float


def weigh(
    outcomes: Array,
    noise: Array,
    observations: Sequence[Observation],
    likelihood: Likelihood,
) -> Weighted:
    """Weigh sets drawn from the prior.

    Parameters
    ----------
    outcomes
        As simulated, shape (sets, observations).
    noise
        SD of an outcome by its finite number of patients, an observation each: a set that fits by
        luck must not take all the weight.

    Returns
    -------
    Weighted
        Effective sample size by Kish, ``1 / sum(w**2)``.
    """
    from dataclasses import replace

    wider = [
        replace(item, sd=float(np.hypot(item.sd, noise[i]))) for i, item in enumerate(observations)
    ]
    fit = log_likelihoods(outcomes, wider, likelihood).sum(axis=1)
    fit = np.where(np.isfinite(fit), fit, -np.inf)
    weights = np.exp(fit - fit.max())
    weights /= weights.sum()
    return Weighted(weights, float(1 / (weights**2).sum()))
