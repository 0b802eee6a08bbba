"""Borrowing: what earlier placebo arms say about the next one, and how far to trust them.

A meta-analytic-predictive (MAP) prior is the distribution of the mean of a new placebo arm, given
those of earlier trials that differ from one another. Made robust, part of its weight goes to
a vague component: when the new arm disagrees with history, history is dropped.

>>> prior = map_prior([-1.8, -2.4, -1.5, -2.1], [0.4, 0.5, 0.35, 0.45], between=1.0)
>>> round(prior.mean, 1)
-1.9
>>> near = prior.robust(0.2, sd=5.0).update(-2.0, 0.6)
>>> far = prior.robust(0.2, sd=5.0).update(3.0, 0.6)
>>> near.sd < 0.6 and abs(far.mean - 3.0) < 0.3
True
"""

from __future__ import annotations

from tolerogen.trials.borrowing.characteristics import borrowing_characteristics
from tolerogen.trials.borrowing.mixture import Mixture
from tolerogen.trials.borrowing.prior import map_prior

__all__ = ["Mixture", "borrowing_characteristics", "map_prior"]
