"""Levels of a domain, their weighted sum, and what the sum is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints.definition import Domain, LevelRule, Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def level_thresholds(levels: Sequence[int]) -> Array:
    """Return the latent activities at which the level changes: halfway between levels.

    Examples
    --------
    >>> level_thresholds((0, 1, 2, 3))
    array([0.5, 1.5, 2.5])
    """
    allowed = np.asarray(levels, dtype=float)
    return np.asarray((allowed[1:] + allowed[:-1]) / 2)


def level_of(activity: Array, levels: Sequence[int]) -> Array:
    """Return the allowed level closest to a latent activity.

    Parameters
    ----------
    activity
        Latent activity in levels, any shape; NaN where unknown.
    levels
        Allowed levels, rising from 0.

    Returns
    -------
    ndarray
        Whole numbers as float64, NaN where the activity is NaN.
    """
    allowed = np.asarray(levels, dtype=float)
    found = allowed[np.searchsorted(level_thresholds(levels), activity, side="right")]
    return np.where(np.isnan(activity), np.nan, found)


def rule_level(
    rules: Sequence[LevelRule],
    visit: Mapping[str, Array],
    baseline: Mapping[str, Array],
    flags: Mapping[str, Array],
) -> Array:
    """Return the highest level that any rule sets.

    Parameters
    ----------
    rules
        Rules of one domain.
    visit
        Measured value by measure, shape (patients, visits).
    baseline
        The patient's own value at the start by measure, shape (patients, 1).
    flags
        Lasting findings, bool, shape (patients, 1).

    Returns
    -------
    ndarray
        Whole numbers, shape (patients, visits); NaN where a measure is NaN.
    """
    shape = np.broadcast_shapes(*(np.shape(v) for v in (*visit.values(), *flags.values())))
    level = np.zeros(shape)
    for rule in rules:
        if rule.flag is not None:
            holds = np.asarray(flags[rule.flag], dtype=bool)
        else:
            source = baseline if rule.at == "baseline" else visit
            holds = _within(source[str(rule.measure)], rule)
        level = np.maximum(level, np.where(holds, rule.level, 0))
    for name in {str(rule.measure) for rule in rules if rule.measure}:
        level = np.where(np.isnan(visit[name]), np.nan, level)
    return level


def _within(value: Array, rule: LevelRule) -> NDArray[np.bool_]:
    holds = np.ones(np.shape(value), dtype=bool)
    if rule.above is not None:
        holds &= value > rule.above
    if rule.at_most is not None:
        holds &= value <= rule.at_most
    if rule.below is not None:
        holds &= value < rule.below
    return holds


def total(
    levels: Mapping[str, Array],
    domains: Sequence[Domain],
    score: str,
    only: Sequence[str] = (),
) -> Array:
    """Add weight times level over the domains that a score counts.

    Parameters
    ----------
    levels
        Level by domain id, arrays of one shape.
    domains
        Domains with their weights.
    score
        Id of the weighting.
    only
        Domain ids to restrict the sum to; all when empty.
    """
    counted = [d for d in domains if score in d.weights and (not only or d.id in only)]
    parts = [d.weights[score] * levels[d.id] for d in counted]
    return np.asarray(np.sum(parts, axis=0), dtype=float)


def activity_state(values: Array, score: Score) -> NDArray[np.str_]:
    """Call a score low, moderate or high; empty where it is NaN.

    Examples
    --------
    >>> s = Score("essdai", "ESSDAI", 123, 5, 14, 3, "measured", "doi:10.1136/ard.2009.110619")
    >>> [str(x) for x in activity_state(np.array([4.0, 5.0, 14.0]), s)]
    ['low', 'moderate', 'high']
    """
    names = np.array(["low", "moderate", "high", ""])
    index = np.searchsorted([score.moderate, score.high], values, side="right")
    return np.asarray(names[np.where(np.isnan(values), 3, index)])
