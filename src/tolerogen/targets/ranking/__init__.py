"""Columns side by side, a composite with stated weights, and how steady the places are."""

from __future__ import annotations

from tolerogen.targets.ranking.outcomes import (
    Discrimination,
    auc,
    compare_with_outcomes,
    discrimination,
    read_outcomes,
)
from tolerogen.targets.ranking.rank import column_score, rank_targets
from tolerogen.targets.ranking.result import GroupEffect, Mechanism, Ranking, Target
from tolerogen.targets.ranking.stability import Stability, stability
from tolerogen.targets.ranking.weights import BENEFIT, COLUMNS, WEIGHTS, chosen_weights

__all__ = [
    "BENEFIT",
    "COLUMNS",
    "WEIGHTS",
    "Discrimination",
    "GroupEffect",
    "Mechanism",
    "Ranking",
    "Stability",
    "Target",
    "auc",
    "chosen_weights",
    "column_score",
    "compare_with_outcomes",
    "discrimination",
    "rank_targets",
    "read_outcomes",
    "stability",
]
