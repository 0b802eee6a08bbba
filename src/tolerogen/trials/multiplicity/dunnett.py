"""Dunnett's test: several arms against one control.

Comparisons with the same control are correlated: the correlation of two is
``sqrt(r_i r_j)`` with ``r = n_i / (n_i + n_0)``. Given the control, arms are independent, so the
probability that none exceeds a bound is one integral over the control, and with an estimated
variance a second one over that.

References
----------
Dunnett CW, JASA 1955;50:1096 (doi:10.1080/01621459.1955.10501294).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import chi2

from tolerogen.errors import AnalysisError

NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
REACH = 9.0


def dunnett_critical(
    arms: int | Sequence[float],
    alpha: float = 0.025,
    df: float = math.inf,
    two_sided: bool = False,
) -> float:
    """Return the value that the largest of the statistics exceeds with probability `alpha`.

    Parameters
    ----------
    arms
        Number of arms beside the control, groups of equal size; or the size of each arm over
        that of the control.
    alpha
        Error of all comparisons together.
    df
        Degrees of freedom of the variance; infinite when it is known.
    two_sided
        Take the largest absolute value.

    Examples
    --------
    >>> round(dunnett_critical(2), 3)
    2.212
    """
    if not 0 < alpha < 1:
        raise AnalysisError(f"alpha is {alpha:g}; it must lie between 0 and 1.")
    return float(
        brentq(lambda z: dunnett_p(z, arms, df, two_sided) - alpha, -8.0, 60.0, xtol=1e-10)
    )


def dunnett_p(
    statistic: float,
    arms: int | Sequence[float],
    df: float = math.inf,
    two_sided: bool = False,
) -> float:
    """Return the adjusted p-value of one comparison.

    Parameters
    ----------
    statistic
        t or z of the comparison, larger in favour of the arm.
    arms, df, two_sided
        As in `dunnett_critical`.
    """
    ratios = np.ones(arms) if isinstance(arms, int) else np.asarray(arms, dtype=float)
    if len(ratios) < 1 or (ratios <= 0).any():
        raise AnalysisError("Dunnett's test needs one arm or more beside the control, none empty.")
    if not df > 0:
        raise AnalysisError(f"df is {df:g}; degrees of freedom must be above 0.")
    if math.isinf(df):
        return 1.0 - float(_none_above(np.array([statistic]), ratios, two_sided)[0])
    # scale of the estimated standard deviation, between its far tails
    low, high = (math.sqrt(chi2.ppf(p, df) / df) for p in (1e-13, 1 - 1e-13))
    scale = low + (high - low) * (NODES + 1.0) / 2.0
    density = chi2.pdf(df * scale**2, df) * 2.0 * df * scale * (high - low) / 2.0 * WEIGHTS
    return 1.0 - float(density @ _none_above(statistic * scale, ratios, two_sided))


def _none_above(bound: np.ndarray, ratios: np.ndarray, two_sided: bool) -> np.ndarray:
    """Probability that no comparison exceeds `bound`, for each of several bounds."""
    x = REACH * NODES
    mass = REACH * WEIGHTS * np.exp(-0.5 * x**2) / math.sqrt(2.0 * math.pi)
    share = np.sqrt(ratios / (1.0 + ratios))  # loading of a comparison on the control
    rest = np.sqrt(1.0 - share**2)
    # axes: bound, node, arm
    centre = share * x[None, :, None]
    inside = ndtr((bound[:, None, None] - centre) / rest)
    if two_sided:
        inside = inside - ndtr((-bound[:, None, None] - centre) / rest)
    return np.asarray(np.prod(np.maximum(inside, 0.0), axis=2) @ mass)
