"""How many patients a trial of two groups needs, without interim looks.

Sizes are real numbers, so that they can be compared and inflated; round up at the end.

References
----------
Means: power of the t test by the noncentral t distribution; proportions: Fleiss JL, Levin B,
Paik MC, Statistical Methods for Rates and Proportions, 2003, chapter 4, without correction.
"""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.stats import nct, norm, t

from tolerogen.errors import AnalysisError

LARGEST = 1e9


def sample_size_means(
    difference: float, sd: float, alpha: float = 0.025, beta: float = 0.2, ratio: float = 1.0
) -> float:
    """Return the patients, both groups together, for a t test of two means.

    Parameters
    ----------
    difference, sd
        Difference to detect and standard deviation within groups, in the same unit.
    alpha, beta
        One-sided type I error and type II error.
    ratio
        Patients on drug for each on control.

    Raises
    ------
    AnalysisError
        A standard deviation or ratio not above zero, no difference, errors out of range.

    Examples
    --------
    >>> round(sample_size_means(2.0, 4.0), 2)
    127.53
    """
    _check(alpha, beta, ratio)
    if not sd > 0 or not difference:
        raise AnalysisError(
            f"a sample size needs a difference other than 0 and sd above 0; they are "
            f"{difference:g} and {sd:g}."
        )
    effect = abs(difference) / sd

    def lack(total: float) -> float:
        return power_means(total, effect, 1.0, alpha, ratio) - 1.0 + beta

    top = 8.0
    while lack(top) < 0:
        top *= 2.0
        if top > LARGEST:
            raise AnalysisError(f"no trial of fewer than {LARGEST:g} patients finds this effect.")
    return float(brentq(lack, 2.0 + 1e-6, top, xtol=1e-9)) if lack(2.0 + 1e-6) < 0 else 2.0


def power_means(
    total: float, difference: float, sd: float, alpha: float = 0.025, ratio: float = 1.0
) -> float:
    """Return the power of a one-sided t test with `total` patients in both groups."""
    noncentrality = abs(difference) / sd * math.sqrt(total * ratio) / (1.0 + ratio)
    df = total - 2.0
    return float(nct.sf(t.isf(alpha, df), df, noncentrality))


def sample_size_proportions(
    active: float, control: float, alpha: float = 0.025, beta: float = 0.2, ratio: float = 1.0
) -> float:
    """Return the patients, both groups together, for a test of two proportions.

    Parameters
    ----------
    active, control
        Shares of responders, between 0 and 1.
    alpha, beta, ratio
        As in `sample_size_means`.

    Examples
    --------
    >>> round(sample_size_proportions(0.60, 0.45), 2)
    345.6
    """
    _check(alpha, beta, ratio)
    if not (0 < active < 1 and 0 < control < 1) or active == control:
        raise AnalysisError(
            f"shares of responders are {active:g} and {control:g}; they must differ and lie "
            "between 0 and 1."
        )
    pooled = (ratio * active + control) / (1.0 + ratio)
    under_null = math.sqrt(pooled * (1 - pooled) * (1.0 + ratio) / ratio)
    under_effect = math.sqrt(active * (1 - active) / ratio + control * (1 - control))
    root = norm.isf(alpha) * under_null + norm.isf(beta) * under_effect
    return float((root / (active - control)) ** 2 * (1.0 + ratio))


def _check(alpha: float, beta: float, ratio: float) -> None:
    if not (0 < alpha < 0.5 and 0 < beta < 1 - alpha and ratio > 0):
        raise AnalysisError(
            f"alpha {alpha:g} must lie between 0 and 0.5, beta {beta:g} between 0 and 1 less "
            f"alpha, and ratio {ratio:g} above 0."
        )
