"""Intervals for shares of responders: Wilson for one arm, Newcombe for a difference.

Both stay inside their bounds with small arms and with shares near 0 or 1, where the usual
normal interval does not.

References
----------
Newcombe RG, Interval estimation for the difference between independent proportions, Stat Med
1998;17:873-890: method 10, which joins the Wilson intervals of the two shares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Share:
    """An estimated share, or a difference of two shares, with its interval (dimensionless)."""

    estimate: float
    low: float
    high: float


def wilson(successes: int, n: int, level: float = 0.95) -> Share:
    """Return a share with its Wilson score interval.

    Parameters
    ----------
    successes, n
        Count of responders and of patients; ``n = 0`` gives NaN.
    level
        Two-sided confidence level.

    Examples
    --------
    >>> share = wilson(0, 10)
    >>> share.low, round(share.high, 4)
    (0.0, 0.2775)
    """
    if n == 0:
        return Share(math.nan, math.nan, math.nan)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # at the bounds the interval touches them exactly; rounding must not leave a 1e-17 behind
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == n else centre + half
    return Share(p, low, high)


def newcombe(first: tuple[int, int], second: tuple[int, int], level: float = 0.95) -> Share:
    """Return the difference of two shares (first minus second) with Newcombe's interval.

    Parameters
    ----------
    first, second
        ``(responders, patients)`` of each arm.
    level
        Two-sided confidence level.

    Examples
    --------
    A worked example of Newcombe 1998:

    >>> share = newcombe((56, 70), (48, 80))
    >>> round(share.estimate, 4), round(share.low, 4), round(share.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    a, b = wilson(*first, level=level), wilson(*second, level=level)
    difference = a.estimate - b.estimate
    low = difference - math.hypot(a.estimate - a.low, b.high - b.estimate)
    high = difference + math.hypot(a.high - a.estimate, b.estimate - b.low)
    return Share(difference, low, high)
