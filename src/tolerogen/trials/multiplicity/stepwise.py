"""Adjusted p-values of stepwise procedures.

References
----------
Holm S, Scand J Stat 1979;6:65; Hochberg Y, Biometrika 1988;75:800 (doi:10.1093/biomet/75.4.800);
Dunnett CW, Tamhane AC, Stat Med 1991;10:939 (doi:10.1002/sim.4780100614).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.multiplicity.dunnett import dunnett_p


def adjust(p: Sequence[float], method: str = "holm") -> tuple[float, ...]:
    """Return adjusted p-values: reject those at or below alpha.

    Parameters
    ----------
    p
        p-values, in any order.
    method
        ``bonferroni``; ``holm``, valid always; ``hochberg``, for p-values that are independent
        or positively dependent.

    Examples
    --------
    >>> [round(v, 3) for v in adjust([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise AnalysisError("p-values must lie between 0 and 1.")
    count, order = len(values), np.argsort(values, kind="stable")
    if method == "bonferroni":
        return tuple(float(v) for v in np.minimum(values * count, 1.0))
    steps = values[order] * (count - np.arange(count))
    if method == "holm":
        steps = np.maximum.accumulate(steps)
    elif method == "hochberg":
        steps = np.minimum.accumulate(steps[::-1])[::-1]
    else:
        raise AnalysisError(f"adjust: '{method}' is unknown. Known: bonferroni, hochberg, holm.")
    out = np.empty(count)
    out[order] = np.minimum(steps, 1.0)
    return tuple(float(v) for v in out)


def step_down_dunnett(
    statistics: Sequence[float], df: float = math.inf, two_sided: bool = False
) -> tuple[float, ...]:
    """Return adjusted p-values of Dunnett's test in steps, groups of equal size.

    Parameters
    ----------
    statistics
        t or z of each arm against control, larger in favour of the arm.
    df, two_sided
        As in `dunnett_p`.
    """
    values = np.asarray(statistics, dtype=float)
    size = np.abs(values) if two_sided else values
    out, highest = np.empty(len(values)), 0.0
    for rank, place in enumerate(np.argsort(-size, kind="stable")):
        remaining = len(values) - rank
        highest = max(highest, dunnett_p(float(size[place]), remaining, df, two_sided))
        out[place] = highest
    return tuple(float(v) for v in out)
