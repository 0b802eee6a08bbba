"""Sequential monitoring: the maximised sequential probability ratio test of Kulldorff and others.

Source: doi:10.1080/07474946.2011.539924. Probabilities are exact, by carrying the distribution of
the count from one boundary to the next; nothing is simulated.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, special, stats

from tolerogen.errors import SpecError
from tolerogen.safety.signals.counts import Floats

LOWEST = 1e-6
"""Limit below which nobody would look; at 0 the boundary itself cannot be computed."""


def poisson_llr(events: float, expected: float) -> float:
    """Log-likelihood ratio of `events` against `expected`; 0 when fewer came than expected.

    Examples
    --------
    >>> round(poisson_llr(5, 2), 4)
    1.5815
    """
    if events <= expected:
        return 0.0
    return float(events * np.log(events / expected) - (events - expected))


def binomial_llr(cases: int, events: int, p: float) -> float:
    """Log-likelihood ratio of `cases` among `events`, each a case with probability `p` under H0."""
    if not events or cases / events <= p:
        return 0.0
    others = events - cases
    there = special.xlogy(cases, cases / events) + special.xlogy(others, others / events)
    return float(there - special.xlogy(cases, p) - special.xlogy(others, 1 - p))


def poisson_limit(expected: float, alpha: float = 0.05, fewest: int = 1) -> float:
    """Critical value when one looks continuously until `expected` events were expected.

    Parameters
    ----------
    expected
        Upper limit of surveillance: expected events under the null hypothesis.
    alpha
        Probability of a false alarm over the whole surveillance.
    fewest
        Events that must have come before an alarm.

    Returns
    -------
    float
        Alarm when `poisson_llr` reaches it; NaN when even the lowest boundary keeps below `alpha`.

    Raises
    ------
    SpecError
        When an argument is out of its range.
    """
    if not (expected > 0 and 0 < alpha < 1 and fewest >= 1):
        raise SpecError("MaxSPRT needs expected > 0, 0 < alpha < 1 and fewest >= 1.")
    if _poisson_alarm(LOWEST, expected, fewest) <= alpha:
        return float("nan")
    high = 1.0
    while _poisson_alarm(high, expected, fewest) > alpha:
        high *= 2

    def excess(limit: float) -> float:
        return _poisson_alarm(limit, expected, fewest) - alpha

    return float(optimize.brentq(excess, LOWEST, high, xtol=1e-12, rtol=1e-14))


def _poisson_alarm(limit: float, expected: float, fewest: int) -> float:
    """Probability that the count reaches its boundary before `expected` is over."""
    at, inside = 0.0, np.array([1.0])  # distribution of the count while no alarm has come
    count = fewest
    while True:
        until = min(_boundary(count, limit), expected)
        # the count may be at most count - 1 when its boundary has passed
        inside = _carry(inside, until - at, count)
        at = until
        if until >= expected:
            return float(1 - inside.sum())
        count += 1


def _boundary(count: int, limit: float) -> float:
    """Return when `count` events just give an alarm, in expected events: later is too late.

    With L the limit: c ln(c / m) - c + m = L, so m = -c W(-exp(-1 - L / c)), the branch below c.
    """
    return float(-count * special.lambertw(-np.exp(-1 - limit / count)).real)


def _carry(inside: Floats, span: float, states: int) -> Floats:
    steps = stats.poisson.pmf(np.arange(states), span)
    return np.convolve(inside, steps)[:states]


def binomial_limit(
    events: int, alpha: float = 0.05, fewest: int = 1, ratio: float = 1.0
) -> tuple[float, float]:
    """Critical value when one looks after each of `events` events.

    Parameters
    ----------
    events
        Most events to look at.
    alpha
        Probability of a false alarm over all looks.
    fewest
        Cases that must have come before an alarm.
    ratio
        Controls for one case: an event is a case with probability 1 / (1 + ratio) under H0.

    Returns
    -------
    limit, probability
        Alarm when `binomial_llr` exceeds the limit: the lowest of its values for which the
        probability of a false alarm is at or below `alpha`, and that probability.
    """
    if not (events >= 1 and 0 < alpha < 1 and fewest >= 1 and ratio > 0):
        raise SpecError("MaxSPRT needs events >= 1, 0 < alpha < 1, fewest >= 1 and ratio > 0.")
    p = 1 / (1 + ratio)
    table = np.array(
        [[binomial_llr(c, n, p) for c in range(events + 1)] for n in range(events + 1)]
    )
    table = np.where(np.arange(events + 1)[:, None] >= np.arange(events + 1), table, 0.0)
    values = np.unique(np.round(table, 12))
    low, high = 0, len(values) - 1  # the first value whose alarm probability is small enough
    while low < high:
        middle = (low + high) // 2
        if _binomial_alarm(table, values[middle], p, fewest) <= alpha:
            high = middle
        else:
            low = middle + 1
    return float(values[low]), _binomial_alarm(table, values[low], p, fewest)


def _binomial_alarm(table: Floats, limit: float, p: float, fewest: int) -> float:
    inside = np.zeros(len(table))
    inside[0] = 1.0
    count = np.arange(len(table))
    for row in table[1:]:
        inside = inside * (1 - p) + np.concatenate([[0.0], inside[:-1] * p])
        inside[(row > limit + 1e-9) & (count >= fewest)] = 0.0
    return float(1 - inside.sum())
