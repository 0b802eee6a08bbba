"""Published differences: which arm they belong to, how sure they were, whether they won."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.trials.validation.published import PublishedEffect, PublishedTrial

CRITICAL = NormalDist().inv_cdf(0.975)
ALPHA = 0.05


@dataclass(frozen=True)
class Outcome:
    """A published difference from placebo, in points; a fall is favourable.

    Attributes
    ----------
    arm
        Name of the arm in the design.
    metric, week
        Id of the measure, and when it was read.
    difference, se
        As published; `se` from the report or its interval, None where neither tells.
    ci_low, ci_high, ci_level
        The published interval and its level, percent.
    significant
        Whether the difference favoured the active arm at a two-sided level of 5 %; None where
        the report does not tell.
    """

    trial_id: str
    arm: str
    metric: str
    week: float
    difference: float
    se: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    significant: bool | None


@dataclass(frozen=True)
class Uncompared:
    """A published result that is not compared with a prediction, and why."""

    trial_id: str
    arm: str
    metric: str
    week: float | None
    reason: str


def outcomes(
    trial: PublishedTrial, known: Collection[str]
) -> tuple[tuple[Outcome, ...], tuple[Uncompared, ...]]:
    """Read the published differences of a trial.

    Parameters
    ----------
    trial
        As published.
    known
        Ids of the metrics that the disease has.

    Returns
    -------
    outcomes, uncompared
        At most one difference an arm, metric and week; and what could not be used.
    """
    found: dict[tuple[str, str, float], Outcome] = {}
    lost: list[Uncompared] = []
    for effect in trial.effects:
        metric, week = effect.metric.casefold(), effect.timepoint_weeks
        try:
            outcome = _outcome(trial, effect, metric, known)
            key = (outcome.arm, metric, outcome.week)
            if key in found:
                raise SpecError("the same arm, metric and week stand twice; the first is used")
            found[key] = outcome
        except SpecError as error:
            lost.append(Uncompared(trial.trial_id, effect.arm, metric, week, str(error)))
    return tuple(found.values()), tuple(lost)


def _outcome(
    trial: PublishedTrial, effect: PublishedEffect, metric: str, known: Collection[str]
) -> Outcome:
    if effect.diff_vs_placebo is None:
        raise SpecError("no difference from placebo was published")
    if metric not in known:
        raise SpecError(f"the disease has no metric '{effect.metric}'")
    week = effect.timepoint_weeks
    if week is None:
        raise SpecError("the week is not given")
    se = _se(effect)
    return Outcome(
        trial_id=trial.trial_id,
        arm=match(effect.arm, [arm.name for arm in trial.arms or () if arm.role == "active"]),
        metric=metric,
        week=week,
        difference=effect.diff_vs_placebo,
        se=se,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        ci_level=effect.ci_level_percent,
        significant=_significant(effect, se),
    )


def match(name: str, arms: Collection[str]) -> str:
    """Return the arm that a result speaks of: the one whose words it shares most.

    Raises
    ------
    SpecError
        No arm, or several alike.

    Examples
    --------
    >>> match("5 mg/kg", ["drug 5 mg/kg", "drug 15 mg/kg"])
    'drug 5 mg/kg'
    """
    if name in arms:
        return name
    if len(arms) == 1 and "pooled" not in name.casefold():
        return next(iter(arms))
    words = _words(name)
    shared = {arm: len(words & _words(arm)) for arm in arms}
    best = max(shared.values(), default=0)
    first = [arm for arm, count in shared.items() if count == best]
    if not best or len(first) > 1 or "pooled" in words:
        raise SpecError(f"which arm '{name}' is cannot be told from {', '.join(arms) or 'none'}")
    return first[0]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\s,;+()]+", text.casefold()))


def _se(effect: PublishedEffect) -> float | None:
    if effect.se_diff is not None and effect.se_diff > 0:
        return effect.se_diff
    if effect.ci_low is None or effect.ci_high is None or effect.ci_level_percent is None:
        return None
    width = 2 * NormalDist().inv_cdf(0.5 + effect.ci_level_percent / 200)
    return (effect.ci_high - effect.ci_low) / width


def _significant(effect: PublishedEffect, se: float | None) -> bool | None:
    difference = effect.diff_vs_placebo or 0.0
    # a p-value given as text may be one-sided or a bound: then the standard error decides
    if isinstance(effect.p_value, float | int) and math.isfinite(effect.p_value):
        return difference < 0 and effect.p_value < ALPHA
    return None if se is None else difference / se < -CRITICAL
