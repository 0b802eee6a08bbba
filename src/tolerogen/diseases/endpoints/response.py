"""Who responded: rules of points and conditions on the change since the baseline visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints.definition import Condition, Responder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Means of whole numbers are not exact in binary; without this a fall of 1.0 may count as 0.99.
_SLACK = 1e-9

# From the baseline value, the value at the visit and the number in the rule to true or false.
_COMPARISONS: Mapping[str, Callable[[Array, Array, float], NDArray[np.bool_]]] = {
    "fall": lambda start, now, v: start - now >= v - _SLACK,
    "rise": lambda start, now, v: now - start >= v - _SLACK,
    "fall_share": lambda start, now, v: (start > 0) & (start - now >= v * start - _SLACK),
    "rise_share": lambda start, now, v: (start > 0) & (now - start >= v * start - _SLACK),
    "above": lambda _start, now, v: now > v,
    "below": lambda _start, now, v: now < v,
    "at_least": lambda _start, now, v: now >= v,
    "if_baseline_above": lambda start, _now, v: start > v,
    "if_baseline_at_most": lambda start, _now, v: start <= v,
    "if_baseline_below": lambda start, _now, v: start < v,
    "if_baseline_at_least": lambda start, _now, v: start >= v,
}


def responds(
    rule: Responder, baseline: Mapping[str, Array], visit: Mapping[str, Array]
) -> NDArray[np.bool_]:
    """Tell for every visit whether a responder rule is satisfied.

    Parameters
    ----------
    rule
        Items with points, and the threshold.
    baseline, visit
        Value by measure at the baseline visit and at the visit in question, arrays of one
        shape. A condition on a value that is missing (NaN) does not hold.

    Returns
    -------
    ndarray of bool
        True where the points reach the threshold.
    """
    points = np.zeros(np.shape(next(iter(visit.values()))), dtype=int)
    for item in rule.item:
        held = [_holds(c, baseline[c.measure], visit[c.measure]) for c in item.any]
        points = points + item.points * np.any(held, axis=0)
    return np.asarray(points >= rule.threshold)


def _holds(condition: Condition, start: Array, now: Array) -> NDArray[np.bool_]:
    held = ~np.isnan(start) & ~np.isnan(now)
    with np.errstate(invalid="ignore"):  # a comparison with NaN is false, which is what is meant
        for name, holds in _COMPARISONS.items():
            value = getattr(condition, name)
            if value is not None:
                held &= holds(start, now, value)
    return np.asarray(held)
