"""How steady a rank is: other weights, other parameter sets, the same columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SAMPLES = 2000
LOG_SD = 0.5  # assumed: a weight may as well be two thirds or one and a half times what is stated


@dataclass(frozen=True, eq=False)
class Stability:
    """Shares and intervals by target, in the order given: arrays of shape (targets,)."""

    p_top3: Array
    p_top5: Array
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]


def stability(
    columns: Mapping[str, Array],
    by_draw: Mapping[str, Array],
    weights: Mapping[str, float],
    seed: int,
    samples: int = SAMPLES,
) -> Stability:
    """Rank targets many times with weights times ``exp(0.5 z)`` and a parameter set at random.

    Parameters
    ----------
    columns
        Scores by column, shape (targets,).
    by_draw
        Scores of columns that differ between parameter sets, shape (draws, targets); they take
        the place of those in `columns`.
    weights
        Stated weights; a weight of 0 stays 0.
    seed
        Of the run.
    samples
        How often.

    Returns
    -------
    Stability
        Shares of samples in the first three and five; 5th and 95th percentile of the rank.

    Examples
    --------
    >>> one = {"a": np.array([0.9, 0.1, 0.2, 0.3])}
    >>> stability(one, {}, {"a": 1.0}, seed=1).p_top3
    array([1., 0., 1., 1.])
    """
    rng = np.random.default_rng(seed)
    names = [name for name, weight in weights.items() if weight > 0]
    count = len(next(iter(columns.values())))
    stated = np.array([weights[name] for name in names])
    moved = stated * np.exp(LOG_SD * rng.standard_normal((samples, len(names))))
    moved /= moved.sum(axis=1, keepdims=True)
    draws = len(next(iter(by_draw.values()))) if by_draw else 1
    picked = rng.integers(0, draws, samples)
    totals = np.zeros((samples, count))
    for place, name in enumerate(names):
        score = by_draw[name][picked] if name in by_draw else columns[name][None, :]
        totals += moved[:, place : place + 1] * score
    ranks = _ranks(totals)
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0, method="nearest")
    return Stability(
        p_top3=(ranks <= 3).mean(axis=0),
        p_top5=(ranks <= 5).mean(axis=0),
        rank_low=low.astype(np.int64),
        rank_high=high.astype(np.int64),
    )


def _ranks(totals: Array) -> NDArray[np.int64]:
    """Rank each row, the largest first; ties in the order given."""
    order = np.argsort(-totals, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, totals.shape[1] + 1)[None, :], axis=1)
    return ranks


def as_columns(
    scores: Sequence[Mapping[str, float | None]], names: Sequence[str]
) -> dict[str, Array]:
    """Turn one mapping a target into one array a column; None counts as 0."""
    return {name: np.array([float(row.get(name) or 0.0) for row in scores]) for name in names}
