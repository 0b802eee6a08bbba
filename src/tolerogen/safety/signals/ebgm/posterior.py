"""What the prior makes of one pair: EBGM, its interval, and the share of component 1.

Given n reports where E were expected, the posterior is again a mixture of two gammas, with shapes
alpha + n, rates beta + E, and a share Q of component 1. EBGM is the geometric mean of λ,
exp(E[log λ | n]).
"""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
from scipy import special

from tolerogen.safety.signals.chunks import by_pieces
from tolerogen.safety.signals.counts import Floats, Ints, PairCounts, Scores
from tolerogen.safety.signals.ebgm.prior import Prior
from tolerogen.safety.signals.ebgm.quantile import quantiles_by_count


def ebgm(counts: PairCounts, prior: Prior, level: float = 0.90) -> Scores:
    """Empirical Bayes geometric mean with credible interval.

    Parameters
    ----------
    counts
        Counts with expected counts.
    prior
        Hyperparameters.
    level
        Coverage of the interval: 0.90 gives EB05 and EB95.

    Returns
    -------
    Scores
        EBGM, lower limit, upper limit, lower limit again: what pairs are ranked by.
    """
    mix = Mixture(counts.n, prior)
    tails = (0.5 - level / 2, 0.5 + level / 2)
    limits = quantiles_by_count(counts.n, counts.expected, mix, tails)

    (mean,) = by_pieces(
        lambda piece: (mix.geometric_mean(counts.n[piece], counts.expected[piece]),),
        len(counts),
        1,
    )
    low, high = limits
    return Scores(mean, low, high, low)


DENSE = 2_000_000
"""Up to this count there is a table entry for every count, occurring or not."""


class Mixture:
    """Posterior mixture: tables by count, because only the count enters gamma functions."""

    def __init__(self, n: Ints, prior: Prior) -> None:
        self.prior = prior
        most = int(n.max()) if len(n) else 0
        self.present = np.unique(n) if most > DENSE else np.arange(most + 1)
        self._dense = most <= DENSE
        x = self.present.astype(float)
        a1, a2 = prior.alpha1, prior.alpha2
        self._steps = special.gammaln(a1 + x) - special.gammaln(a1)
        self._steps -= special.gammaln(a2 + x) - special.gammaln(a2)
        self._tables = np.stack([self._steps, special.psi(a1 + x), special.psi(a2 + x)])

    def share(self, n: Ints, expected: Floats) -> Floats:
        """Probability that the pair came from component 1."""
        return self._share(self._place(n), n, expected)

    def _place(self, n: Ints) -> np.ndarray:
        return n if self._dense else np.searchsorted(self.present, n)

    def _share(self, at: np.ndarray, n: Ints, expected: Floats) -> Floats:
        q = self.prior
        if q.p in (0, 1):
            return np.full(len(n), float(q.p))
        odds = np.log(q.p) - np.log1p(-q.p) + self._steps[at]
        rise1, rise2 = np.log1p(expected / q.beta1), np.log1p(expected / q.beta2)
        odds += n * (rise2 - rise1 + np.log(q.beta2 / q.beta1))
        odds += q.alpha2 * rise2 - q.alpha1 * rise1
        return np.asarray(special.expit(odds))

    def geometric_mean(self, n: Ints, expected: Floats) -> Floats:
        """Return exp of the posterior mean of log λ."""
        from tolerogen.safety.signals import native

        q = self.prior
        constant = float(np.log(q.p) - np.log1p(-q.p)) if 0 < q.p < 1 else 0.0
        out = np.empty(len(n))
        native.geometric_means(self._place(n), n, expected, astuple(q), self._tables, constant, out)
        return out
