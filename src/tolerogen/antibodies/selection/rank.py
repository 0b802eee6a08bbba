"""A panel ranked: Pareto fronts, a weighted score, and how sure either is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.antibodies.selection.panel import Panel
from tolerogen.antibodies.selection.pareto import pareto_fronts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

DRAWS = 1000
TOP = 3


@dataclass(frozen=True)
class Ranked:
    """An antibody's place in its panel.

    Attributes
    ----------
    rank
        By score, 1 is best.
    score
        Weighted mean of the properties, each from 0 (worst of the panel) to 1 (best).
    front
        Pareto front by the values as measured, 1 is best.
    rank_low, rank_high
        Between these lie 95 % of ranks when values are drawn within their errors.
    first_front, top
        Share of draws in the first front, and among the best `TOP` by score.
    missing
        Columns that were not measured: drawn from those of the others.
    """

    id: str
    rank: int
    score: float
    front: int
    rank_low: int
    rank_high: int
    first_front: float
    top: float
    missing: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody select --json``."""
        return {
            "id": self.id,
            "rank": self.rank,
            "score": self.score,
            "front": self.front,
            "rank_low": self.rank_low,
            "rank_high": self.rank_high,
            "first_front": self.first_front,
            "top": self.top,
            "missing": list(self.missing),
        }


def rank_panel(panel: Panel, draws: int = DRAWS, seed: int = 1) -> list[Ranked]:
    """Rank the antibodies of a panel, best first.

    Parameters
    ----------
    draws
        How often values are drawn: normal within their errors, missing ones from the values that
        others have in that column.
    seed
        The same seed gives the same shares.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    turned = panel.values * np.array([1.0 if g.direction == "max" else -1.0 for g in panel.goals])
    weights = np.array([goal.weight for goal in panel.goals])
    weights = weights / weights.sum()
    absent = np.isnan(turned)
    middle = np.where(absent, _middles(turned), turned)
    scores, fronts = _scores(middle, weights), pareto_fronts(middle)
    ranks = _ranks(scores)
    drawn = np.empty((draws, len(ranks)), dtype=np.int64)
    first = np.zeros(len(ranks))
    for i in range(draws):
        values = _filled(turned, rng) + panel.errors * rng.standard_normal(turned.shape)
        drawn[i] = _ranks(_scores(values, weights))
        first += pareto_fronts(values) == 1
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0, method="nearest").astype(int)
    found = [
        Ranked(
            id=name,
            rank=int(ranks[i]),
            score=float(scores[i]),
            front=int(fronts[i]),
            rank_low=int(low[i]),
            rank_high=int(high[i]),
            first_front=float(first[i] / draws),
            top=float((drawn[:, i] <= TOP).mean()),
            missing=tuple(g.column for g, gone in zip(panel.goals, absent[i], strict=True) if gone),
        )
        for i, name in enumerate(panel.names)
    ]
    return sorted(found, key=lambda one: one.rank)


def _middles(values: Array) -> Array:
    import numpy as np

    known = [column[~np.isnan(column)] for column in values.T]
    return np.array([np.median(column) if column.size else 0.0 for column in known])


def _filled(values: Array, rng: np.random.Generator) -> Array:
    import numpy as np

    filled = values.copy()
    for column in filled.T:
        gone = np.isnan(column)
        if gone.any():
            column[gone] = rng.choice(column[~gone], gone.sum()) if not gone.all() else 0.0
    return filled


def _scores(values: Array, weights: Array) -> Array:
    import numpy as np

    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values - low) / np.where(high > low, high - low, 1.0)
    return np.asarray(scaled @ weights)


def _ranks(scores: Array) -> npt.NDArray[np.int64]:
    import numpy as np

    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
