"""The meta-analytic-predictive prior of a mean, without sampling.

Trials differ: their true means are normal around a common mean, which is flat, with a standard
deviation that is half-normal. Given that deviation everything is normal; it is integrated out on
a grid, and the prior is a mixture with a component a point of it.

References
----------
Neuenschwander B, Capkun-Niggli G, Branson M, Spiegelhalter DJ, Clin Trials 2010;7:5
(doi:10.1177/1740774509356002).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.borrowing.mixture import Mixture

POINTS = 120
REACH = 5.0  # half-normal standard deviations covered


def map_prior(
    means: Sequence[float] | np.ndarray, ses: Sequence[float] | np.ndarray, between: float
) -> Mixture:
    """Return the distribution of the mean of a new arm.

    Parameters
    ----------
    means, ses
        Of each earlier arm: mean and standard error.
    between
        Scale of the half-normal prior of the standard deviation between trials; half the
        standard deviation of a patient is large, an eighth small.

    Raises
    ------
    AnalysisError
        Fewer than two arms, standard errors or a scale not above zero.
    """
    y, s = np.asarray(means, dtype=float), np.asarray(ses, dtype=float)
    if len(y) < 2 or len(y) != len(s):
        raise AnalysisError(
            f"a MAP prior needs two earlier arms or more, a mean and a standard error each; there "
            f"are {len(y)} and {len(s)}."
        )
    if not (np.isfinite(y).all() and (s > 0).all() and between > 0):
        raise AnalysisError(
            "a MAP prior needs finite means, and standard errors and scale above 0."
        )
    tau = REACH * between * (np.arange(POINTS) + 0.5) / POINTS
    precision = 1.0 / (s**2 + tau[:, None] ** 2)
    total = precision.sum(axis=1)
    centre = (precision @ y) / total
    logs = 0.5 * np.log(precision).sum(axis=1) - 0.5 * np.log(total) - 0.5 * (tau / between) ** 2
    logs -= 0.5 * (precision * (y - centre[:, None]) ** 2).sum(axis=1)
    weights = np.exp(logs - logs.max())
    return Mixture(weights / weights.sum(), centre, np.sqrt(1.0 / total + tau**2))
