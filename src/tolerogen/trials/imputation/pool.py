"""Rubin's rules: one result from many completed data sets.

References
----------
Rubin DB, Multiple Imputation for Nonresponse in Surveys, 1987; Barnard J, Rubin DB, Biometrika
1999;86:948 (doi:10.1093/biomet/86.4.948), degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tolerogen.errors import AnalysisError


@dataclass(frozen=True)
class Pooled:
    """A pooled estimate.

    Attributes
    ----------
    estimate, se, df, p, low, high
        As of any estimate; p two-sided against zero.
    within, between
        Mean variance within data sets, and variance of the estimates between them.
    missing
        Share of the information that the missing values took.
    """

    estimate: float
    se: float
    df: float
    p: float
    low: float
    high: float
    within: float
    between: float
    missing: float


def pool(
    estimates: Sequence[float] | np.ndarray,
    variances: Sequence[float] | np.ndarray,
    df: float,
    level: float = 0.95,
) -> Pooled:
    """Combine estimates of completed data sets.

    Parameters
    ----------
    estimates, variances
        Of each data set; the variances are squared standard errors.
    df
        Degrees of freedom that complete data would have had.
    level
        Two-sided level of the interval.
    """
    from scipy.stats import t

    values = np.asarray(estimates, dtype=float)
    if len(values) < 2:
        raise AnalysisError("Rubin's rules need two imputations or more.")
    count, within = len(values), float(np.mean(variances))
    between = float(values.var(ddof=1))
    added = (1.0 + 1.0 / count) * between
    total = within + added
    share = added / total if total > 0 else 0.0
    seen = (df + 1.0) / (df + 3.0) * df * (1.0 - share)
    degrees = seen
    if share > 0:
        old = (count - 1) / share**2
        degrees = old * seen / (old + seen)
    se, mean = float(np.sqrt(total)), float(values.mean())
    half = float(t.ppf(0.5 + level / 2, degrees)) * se
    p = float(2.0 * t.sf(abs(mean) / se, degrees)) if se > 0 else float("nan")
    return Pooled(mean, se, degrees, p, mean - half, mean + half, within, between, share)
