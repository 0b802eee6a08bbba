"""What a candidate is worth: chances, costs, time and the value of a launch, discounted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tolerogen.projects.chances import Chance, Floats
from tolerogen.projects.project import Project
from tolerogen.projects.stages import Stage


@dataclass(frozen=True)
class Worth:
    """Expected net present value, in the project's currency.

    Attributes
    ----------
    value
        Mean, 5 % and 95 %, over what is not known of chances and value; chance itself is averaged.
    positive
        Share of draws above zero.
    cost, months
        Of the stage the candidate is in: until the next decision.
    spans
        Stage, first and last month from now, and the chance that it is reached: the Gantt view.
    """

    value: tuple[float, float, float]
    positive: float
    cost: float
    months: float
    spans: tuple[tuple[str, float, float, float], ...]


def worth(
    project: Project, stages: Sequence[Stage], stage: str, chance: Chance, *, seed: int = 1
) -> Worth:
    """Return what going on from a stage is worth.

    Notes
    -----
    Each stage that is reached costs its cost at its beginning; a launch is worth a draw from the
    triangular distribution of the project on the day it comes.
    """
    rng = np.random.default_rng(seed)
    value, draws = project.value, chance.draws.shape[1]
    at = [one.id for one in stages].index(stage)
    ahead, month = stages[at:-1], 0.0
    reached: Floats = np.ones(draws)
    total: Floats = np.zeros(draws)
    spans = []
    for one, success in zip(ahead, chance.draws, strict=True):
        total -= reached * one.cost * _discounted(month, value.discount)
        spans.append((one.id, month, month + one.months, float(reached.mean())))
        month += one.months
        reached = reached * success
    launch: Floats = np.full(draws, value.likely)
    if value.high > value.low:
        launch = np.asarray(rng.triangular(value.low, value.likely, value.high, draws))
    total = total + reached * launch * _discounted(month, value.discount)
    low, high = np.quantile(total, [0.05, 0.95])
    return Worth(
        (float(total.mean()), float(low), float(high)),
        float((total > 0).mean()),
        stages[at].cost,
        stages[at].months,
        tuple(spans),
    )


def _discounted(month: float, rate: float) -> float:
    return float((1.0 + rate) ** (-month / 12.0))
