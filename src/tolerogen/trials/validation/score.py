"""How good predictions were: coverage, error, ranks, signs, Brier score; and a naive rival.

The naive model knows no mechanism: whatever the drug, it predicts the mean of the published
differences in the same metric of the other trials (of all metrics where no other trial reports
that one). Its interval is that of a new observation from a normal sample, its probability of
significance the share of the others that were significant. A model that does not beat it has
predicted nothing.

References
----------
Brier GW, Mon Weather Rev 1950;78:1 (the score of probabilities); rank correlation: Spearman,
by scipy.stats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tolerogen.trials.validation.outcome import Outcome

LEAST = 3  # pairs, for a correlation; and others, for an interval of the naive model


@dataclass(frozen=True)
class Forecast:
    """A prediction of a difference: centre, intervals (None where there is none), chance to win."""

    predicted: float
    pi50: tuple[float, float] | None
    pi90: tuple[float, float] | None
    p_significant: float | None


@dataclass(frozen=True)
class Score:
    """Figures over the arms that have both a prediction and an outcome.

    Attributes
    ----------
    n
        Arms compared; a figure that they cannot give is None.
    coverage50, coverage90
        Share of published differences inside the central predictive intervals.
    mean_absolute_error, bias
        Of the prediction against the published difference, points; bias is predicted minus
        published.
    rank_correlation
        Spearman's; None below three arms or where all predictions are equal.
    sign_agreement
        Share of arms whose published difference has the sign predicted.
    brier
        Mean squared difference of the predicted probability of significance from what came out.
    n_coverage, n_brier
        Arms that have a 90 % interval; whose significance is known.
    """

    n: int
    coverage50: float | None
    coverage90: float | None
    mean_absolute_error: float | None
    bias: float | None
    rank_correlation: float | None
    sign_agreement: float | None
    brier: float | None
    n_coverage: int
    n_brier: int


def score(pairs: Sequence[tuple[Forecast, Outcome]], ranked: bool = True) -> Score:
    """Score predictions against what was published.

    Parameters
    ----------
    pairs
        Prediction and outcome of each arm.
    ranked
        Whether a rank correlation means anything: a model that predicts the mean of the other
        trials ranks them backwards by construction.
    """
    predicted = np.array([forecast.predicted for forecast, _ in pairs])
    published = np.array([outcome.difference for _, outcome in pairs])
    chances = [
        (forecast.p_significant, outcome.significant)
        for forecast, outcome in pairs
        if forecast.p_significant is not None and outcome.significant is not None
    ]
    error = predicted - published
    return Score(
        n=len(pairs),
        coverage50=_mean([inside(o.difference, f.pi50) for f, o in pairs if f.pi50]),
        coverage90=_mean([inside(o.difference, f.pi90) for f, o in pairs if f.pi90]),
        mean_absolute_error=_mean(np.abs(error)),
        bias=_mean(error),
        rank_correlation=_spearman(predicted, published) if ranked else None,
        sign_agreement=_mean(np.sign(predicted) == np.sign(published)),
        brier=_mean([(chance - won) ** 2 for chance, won in chances]),
        n_coverage=sum(forecast.pi90 is not None for forecast, _ in pairs),
        n_brier=len(chances),
    )


def inside(value: float, interval: tuple[float, float]) -> bool:
    """Tell whether a value lies in an interval, its ends included."""
    return interval[0] <= value <= interval[1]


def naive(outcome: Outcome, others: Sequence[Outcome]) -> Forecast | None:
    """Return what the class-blind mean of other trials predicts for an arm.

    Parameters
    ----------
    outcome
        The arm; its own trial is left out of the mean, its difference is not looked at.
    others
        Published differences to take the mean of.

    Returns
    -------
    Forecast or None
        None where no other trial published a difference.
    """
    rest = [o for o in others if o.trial_id != outcome.trial_id]
    same = [o for o in rest if o.metric == outcome.metric] or rest
    if not same:
        return None
    values = np.array([o.difference for o in same])
    known = [o.significant for o in same if o.significant is not None]
    return Forecast(
        predicted=float(values.mean()),
        pi50=_new(values, 0.5),
        pi90=_new(values, 0.9),
        p_significant=_mean(known),
    )


def _new(values: np.ndarray, share: float) -> tuple[float, float] | None:
    """Interval of the next observation of a normal sample (Student's t)."""
    from scipy.stats import t

    if len(values) < LEAST:
        return None
    half = t.ppf((1 + share) / 2, len(values) - 1) * values.std(ddof=1)
    half *= math.sqrt(1 + 1 / len(values))
    return float(values.mean() - half), float(values.mean() + half)


def _spearman(predicted: np.ndarray, published: np.ndarray) -> float | None:
    from scipy.stats import spearmanr

    if len(predicted) < LEAST or np.ptp(predicted) == 0 or np.ptp(published) == 0:
        return None
    return float(spearmanr(predicted, published).statistic)


def _mean(values: Sequence[float | bool] | np.ndarray) -> float | None:
    return float(np.mean(np.asarray(values, dtype=float))) if len(values) else None
