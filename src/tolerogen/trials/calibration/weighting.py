"""A second way to the posterior, without emulator or chain: weights on the simulated sets.

Sets are drawn from the prior and, around the posterior, from a second proposal; each is weighted
by prior times likelihood over the density it was drawn from. The outcomes are those simulated, so
the weights do not depend on the polynomials. Their effective sample size says how far to trust it.
Method: importance sampling of virtual populations (compare Allen 2016, doi:10.1002/psp4.12063).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.calibration.inputs import Likelihood, Observation
from tolerogen.trials.calibration.likelihood import log_likelihoods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

KEPT = 0.9  # a proposal has the posterior's shape, and a tenth of the prior's spread on top


@dataclass(frozen=True, eq=False)
class Weighted:
    """Sets with weights that add to one, and how many equal draws they are worth."""

    weights: Array
    effective: float


@dataclass(frozen=True, eq=False)
class Proposal:
    """A normal distribution that further sets are drawn from.

    Attributes
    ----------
    mean, covariance
        Of the scores.
    share
        Share of the sets drawn from it; the others come from the prior.
    """

    mean: Array
    covariance: Array
    share: float

    def draw(self, count: int, seed: int) -> Array:
        """Return scores, shape (count, free)."""
        rng = np.random.default_rng(seed)
        return np.asarray(rng.multivariate_normal(self.mean, self.covariance, count))


def around(draws: Array, share: float) -> Proposal:
    """Return a proposal around draws of a posterior, a little wider than they are."""
    covariance = np.cov(draws.T) + (1 - KEPT) * np.eye(draws.shape[1])
    return Proposal(draws.mean(axis=0), covariance, share)


def weigh(
    scores: Array,
    outcomes: Array,
    noise: Array,
    observations: Sequence[Observation],
    likelihood: Likelihood,
    proposal: Proposal | None = None,
) -> Weighted:
    """Weigh simulated sets.

    Parameters
    ----------
    scores, outcomes
        Sets and what was simulated, shapes (sets, free) and (sets, observations).
    noise
        SD of an outcome by its finite number of patients, an observation each: a set that fits by
        luck must not take all the weight.
    proposal
        Where a share of the sets was drawn; None when all come from the prior.

    Returns
    -------
    Weighted
        Weights are prior times likelihood over the mixture of prior and proposal (the balance
        heuristic: Veach and Guibas 1995, doi:10.1145/218380.218498); effective size by Kish,
        ``1 / sum(w**2)``.
    """
    from scipy.stats import multivariate_normal

    wider = [
        replace(item, sd=float(np.hypot(item.sd, noise[i]))) for i, item in enumerate(observations)
    ]
    fit = log_likelihoods(outcomes, wider, likelihood).sum(axis=1)
    if proposal is not None:
        prior = -0.5 * ((scores**2).sum(axis=1) + scores.shape[1] * np.log(2 * np.pi))
        near = multivariate_normal(proposal.mean, proposal.covariance).logpdf(scores)
        mixed = np.logaddexp(np.log1p(-proposal.share) + prior, np.log(proposal.share) + near)
        fit = fit + prior - mixed
    fit = np.where(np.isfinite(fit), fit, -np.inf)
    weights = np.exp(fit - fit.max())
    weights /= weights.sum()
    return Weighted(weights, float(1 / (weights**2).sum()))
