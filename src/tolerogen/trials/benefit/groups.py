"""Benefit in groups of patients: endotypes, and deciles of predicted benefit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Benefits:
    """What is known of every patient after a therapy, over all draws and trials.

    Attributes
    ----------
    benefit
        Mean over looks of the points by which the drug is better, shape (patients,).
    helped
        Share of looks with a benefit of at least the published improvement.
    more
        Share of looks with a response on the drug less that on placebo.
    drug_change, placebo_change
        Change of the score in the first look, points.
    draw
        Number of the parameter set.
    """

    benefit: Array
    helped: Array
    more: Array
    drug_change: Array
    placebo_change: Array
    draw: NDArray[np.int64]

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Benefits:
        """Return some patients."""
        return Benefits(
            self.benefit[rows],
            self.helped[rows],
            self.more[rows],
            self.drug_change[rows],
            self.placebo_change[rows],
            self.draw[rows],
        )


@dataclass(frozen=True)
class GroupBenefit:
    """Benefit in one group.

    Attributes
    ----------
    patients
        Sum of the patients' probabilities of belonging here.
    benefit, benefit_se
        Mean points beyond placebo, and its standard error between patients.
    helped, helped_se
        Share at least the published improvement better than on placebo.
    benefit_draw_sd, helped_draw_sd
        Standard deviation between parameter sets; None with a single one.
    """

    group: str
    patients: float
    benefit: float
    benefit_se: float
    helped: float
    helped_se: float
    benefit_draw_sd: float | None = None
    helped_draw_sd: float | None = None


@dataclass(frozen=True)
class Decile:
    """Patients in a tenth of the order of predicted benefit, 10 the best.

    Attributes
    ----------
    predicted, benefit
        Mean predicted and actual points beyond placebo.
    helped
        As in `GroupBenefit`.
    more_responders
        Share who respond on the drug less the share on placebo, with 95 % interval.
    nnt, nnt_low, nnt_high
        Number needed to treat for one more responder; None where the interval holds zero or
        worse (for `nnt_high`), or the estimate does (for all).
    """

    decile: int
    patients: int
    predicted: float
    benefit: float
    helped: float
    more_responders: float
    more_low: float
    more_high: float
    nnt: float | None
    nnt_low: float | None
    nnt_high: float | None


def group_benefit(group: str, weights: Array, benefits: Benefits) -> GroupBenefit:
    """Describe a group in which patients have weights (probabilities) between 0 and 1.

    The standard error is that of a weighted mean with the effective sample size
    ``sum(w)**2 / sum(w**2)`` (Kish).
    """
    mean, error = _weighted(benefits.benefit, weights)
    helped, helped_error = _weighted(benefits.helped, weights)
    draws = np.unique(benefits.draw)
    spread: list[float | None] = [None, None]
    if len(draws) > 1:
        sets = [benefits.draw == d for d in draws]
        for place, values in enumerate((benefits.benefit, benefits.helped)):
            means = [_weighted(values[s], weights[s])[0] for s in sets]
            spread[place] = float(np.nanstd(means, ddof=1))
    return GroupBenefit(
        group, float(weights.sum()), mean, error, helped, helped_error, spread[0], spread[1]
    )


def _weighted(values: Array, weights: Array) -> tuple[float, float]:
    total = float(weights.sum())
    if total <= 0:
        return float("nan"), float("nan")
    mean = float(weights @ values / total)
    variance = float(weights @ (values - mean) ** 2 / total)
    return mean, float(np.sqrt(variance * (weights**2).sum()) / total)


def deciles(predicted: Array, benefits: Benefits, groups: int = 10) -> tuple[Decile, ...]:
    """Cut patients into tenths by predicted benefit and tell what each tenth gains."""
    order = np.argsort(predicted, kind="stable")
    found = []
    for k, rows in enumerate(np.array_split(order, groups)):
        mine = benefits.take(rows)
        more = float(mine.more.mean())
        half = 1.96 * float(mine.more.std(ddof=1)) / np.sqrt(len(rows))
        nnt = needed(more, more - half, more + half)
        found.append(
            Decile(
                k + 1,
                len(rows),
                float(predicted[rows].mean()),
                float(mine.benefit.mean()),
                float(mine.helped.mean()),
                more,
                more - half,
                more + half,
                *nnt,
            )
        )
    return tuple(found)


def needed(more: float, low: float, high: float) -> tuple[float | None, float | None, float | None]:
    """Turn a difference in responders with its interval into the number needed to treat.

    Returns
    -------
    estimate, low, high
        None where there is no such number: the drug does not help, or it may not (the upper
        end is then without bound).

    Examples
    --------
    >>> needed(0.25, 0.125, 0.5)
    (4.0, 2.0, 8.0)
    >>> needed(0.1, -0.05, 0.25)
    (10.0, 4.0, None)
    """
    if more <= 0:
        return None, None, None
    return 1 / more, 1 / high, 1 / low if low > 0 else None


def join(parts: Sequence[Benefits]) -> Benefits:
    """Put patients of several draws together."""
    return Benefits(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("benefit", "helped", "more", "drug_change", "placebo_change", "draw")
        )
    )
