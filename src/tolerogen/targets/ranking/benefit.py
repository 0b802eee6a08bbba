"""From simulated changes to the mechanism column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints
from tolerogen.targets.endotypes import Endotypes, members
from tolerogen.targets.ranking.result import GroupEffect, Mechanism
from tolerogen.targets.ranking.weights import BENEFIT, FLOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tolerogen.targets.mechanism import Effects

    Array = NDArray[np.float64]

FEWEST = 5  # patients of an endotype below which no effect is reported
WITHOUT_FIT = 0.5  # assumed: druggability of a node whose genes are not known


def benefits(effects: Effects, folder: Path) -> Array:
    """Return the mechanism score by draw and intervention, shape (draws, interventions).

    Each change is divided by its clinically important size and counts at most once it is reached;
    a worsening counts against.
    """
    sizes = important_changes(folder)
    total = np.zeros(effects.shape[:2])
    for name, weight in BENEFIT.items():
        total += weight * np.clip(effects.means(name) / sizes[name], -1.0, 1.0)
    return np.maximum(total, 0.0)


def important_changes(folder: Path) -> dict[str, float]:
    """Return the clinically important change of each measure, with its sign."""
    endpoints = read_endpoints(folder)
    score = next(s for s in endpoints.score if s.id == "essdai")
    index = next(c for c in endpoints.composite if c.id == "esspri")
    return {"essdai": -score.improvement, "esspri": -index.improvement, "flow": FLOW}


def best_way(effects: Effects, scores: Array, node: str) -> int | None:
    """Return the place of the intervention of a node with the most benefit times druggability."""
    mine = [i for i, item in enumerate(effects.interventions) if item.node == node]
    if not mine:
        return None

    def worth(at: int) -> float:
        fit = effects.interventions[at].fit
        return float(scores[:, at].mean()) * (fit.factor if fit else WITHOUT_FIT)

    return max(mine, key=worth)


def mechanism_of(
    effects: Effects,
    scores: Array,
    at: int,
    endotypes: Endotypes | None,
    labels: NDArray[np.int64] | None,
) -> Mechanism:
    """Describe one intervention, and the other ways to its node beside it."""
    best = effects.interventions[at]
    values = scores[:, at]
    low, high = (None, None)
    if len(values) > 1:
        low, high = (float(x) for x in np.quantile(values, [0.05, 0.95]))
    others = tuple(
        (item.id, item.level, effects.spread("essdai", i))
        for i, item in enumerate(effects.interventions)
        if item.node == best.node and i != at
    )
    margins = {name: float(share[:, at].mean()) for name, share in effects.margins.items()}
    return Mechanism(
        best=best,
        score=float(values.mean()),
        score_low=low,
        score_high=high,
        share_3_points=effects.share(at),
        endotypes=_groups(effects, at, endotypes, labels),
        others=others,
        essdai=effects.spread("essdai", at),
        esspri=effects.spread("esspri", at),
        flow=effects.spread("flow", at),
        antiro=effects.spread("antiro", at),
        igg=effects.spread("igg", at),
        igg_low=margins["igg_low"],
        igg_moderate=margins["igg_moderate"],
        lymphopenia=margins["lymphopenia"],
    )


def _groups(
    effects: Effects, at: int, endotypes: Endotypes | None, labels: NDArray[np.int64] | None
) -> tuple[GroupEffect, ...]:
    if endotypes is None or labels is None:
        return ()
    found = []
    for number, (name, label) in enumerate(zip(endotypes.ids, endotypes.names, strict=True)):
        who: Sequence[int] = members(labels, number)
        if len(who) >= FEWEST:
            found.append(GroupEffect(name, label, len(who), effects.spread("essdai", at, who)))
    return tuple(sorted(found, key=lambda group: group.essdai.mean))
