"""Does a ranking tell targets that worked from those that did not? Area under the curve."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import AnalysisError, SpecError
from tolerogen.targets.ranking.result import Ranking

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

RESAMPLES = 2000
WORDS = {"1": True, "yes": True, "positive": True, "true": True,
         "0": False, "no": False, "negative": False, "false": False}  # fmt: skip


@dataclass(frozen=True)
class Discrimination:
    """Area under the receiver operating characteristic curve, with its 95 % bootstrap interval."""

    score: str
    auc: float
    low: float
    high: float
    positive: int
    negative: int


def auc(scores: ArrayLike, outcomes: ArrayLike) -> float:
    """Return the chance that a positive scores above a negative; a tie counts half.

    Examples
    --------
    >>> auc([0.9, 0.8, 0.1], [True, False, False])
    1.0
    """
    values, won = np.asarray(scores, dtype=float), np.asarray(outcomes, dtype=bool)
    above = values[won][:, None] - values[~won][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def discrimination(
    name: str, scores: ArrayLike, outcomes: ArrayLike, seed: int = 1
) -> Discrimination:
    """Return the area with an interval, targets resampled within positives and negatives.

    Raises
    ------
    AnalysisError
        Without a positive or without a negative.
    """
    values, won = np.asarray(scores, dtype=float), np.asarray(outcomes, dtype=bool)
    if won.all() or not won.any():
        raise AnalysisError("an area under the curve needs positive and negative targets.")
    rng = np.random.default_rng(seed)
    up, down = values[won], values[~won]
    picks_up = up[rng.integers(0, len(up), (RESAMPLES, len(up)))]
    picks_down = down[rng.integers(0, len(down), (RESAMPLES, len(down)))]
    above = picks_up[:, :, None] - picks_down[:, None, :]
    areas = ((above > 0) + 0.5 * (above == 0)).mean(axis=(1, 2))
    low, high = np.quantile(areas, [0.025, 0.975])
    return Discrimination(name, auc(values, won), float(low), float(high), len(up), len(down))


def compare_with_outcomes(
    ranking: Ranking, outcomes: Mapping[str, bool]
) -> tuple[Discrimination, ...]:
    """Return the area of the composite, of the composite without precedence, and of each column.

    Parameters
    ----------
    outcomes
        Whether trials at a target were positive, by node or gene.

    Raises
    ------
    SpecError
        An outcome of a target that is not ranked.
    """
    rows = [(ranking[name], won) for name, won in outcomes.items()]
    won = [result for _, result in rows]
    scores = {
        "composite": [t.composite for t, _ in rows],
        "composite without precedence": [t.composite_without_precedence for t, _ in rows],
    }
    for column in ("mechanism", "genetics", "expression", "modality_fit", "safety"):
        scores[column] = [t.columns[column] or 0.0 for t, _ in rows]
    return tuple(discrimination(name, values, won) for name, values in scores.items())


def read_outcomes(path: Path) -> dict[str, bool]:
    """Read a CSV with the columns target and outcome (positive or negative, 1 or 0, yes or no).

    Raises
    ------
    SpecError
        Names the line that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SpecError(f"{path}: the outcomes cannot be read ({error}).") from None
    found = {}
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    if not {"target", "outcome"} <= set(rows.fieldnames or ()):
        raise SpecError(f"{path.name}: give the columns 'target' and 'outcome'.")
    for number, row in enumerate(rows, start=2):
        word = row["outcome"].strip().lower()
        if word not in WORDS:
            raise SpecError(f"{path.name}, line {number}: '{word}' is no outcome; write 1 or 0.")
        found[row["target"].strip()] = WORDS[word]
    return found
