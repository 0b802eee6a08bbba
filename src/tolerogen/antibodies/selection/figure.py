"""A panel in two of its properties, with the Pareto fronts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.drawing import PALETTE, REFERENCE, logarithmic, panel, save, styled

if TYPE_CHECKING:
    from tolerogen.antibodies.selection.panel import Panel
    from tolerogen.antibodies.selection.rank import Ranked

SIGNS = ("o", "s", "^", "D", "v", "P")
"""A shape for each front: colour is not the only sign."""


def draw_panel(board: Panel, ranked: Sequence[Ranked], stem: Path) -> tuple[Path, Path]:
    """Write ``stem.svg`` and ``stem.png``: the first two goals, a shape for each front.

    Parameters
    ----------
    board, ranked
        From `read_panel` and `rank_panel`; with one goal the score is the other axis.
    stem
        Where to write, without an ending.
    """
    import numpy as np

    places = {one.id: one for one in ranked}
    with styled():
        figure, axes = panel(7.5, 5.0)
        goals = board.goals[:2]
        columns = [
            np.exp(board.values[:, k]) if goal.log else board.values[:, k]
            for k, goal in enumerate(goals)
        ]
        if len(columns) == 1:
            columns.append(np.array([places[name].score for name in board.names]))
        fronts = np.array([places[name].front for name in board.names])
        for front in sorted(set(fronts)):
            here = fronts == front
            sign = SIGNS[(front - 1) % len(SIGNS)]
            axes.plot(
                columns[0][here], columns[1][here], sign, ms=7 if front == 1 else 5,
                color=PALETTE[(front - 1) % len(PALETTE)], label=f"front {front}",
            )  # fmt: skip
        for name, x, y in zip(board.names, *columns, strict=True):
            if np.isfinite([x, y]).all():
                axes.annotate(
                    f"{places[name].rank} {name}"[:24], (x, y), xytext=(5, 4), fontsize=8,
                    textcoords="offset points", color=REFERENCE,
                )  # fmt: skip
        words = [f"{g.column} ({'small' if g.direction == 'min' else 'large'} is good)"
                 for g in goals]  # fmt: skip
        axes.set_xlabel(words[0])
        axes.set_ylabel(words[1] if len(words) > 1 else "Score")
        if goals[0].log:
            logarithmic(axes, "x")
        if len(goals) > 1 and goals[1].log:
            logarithmic(axes, "y")
        axes.legend(title="Pareto fronts, all goals; numbers are ranks", fontsize=8)
        stem.parent.mkdir(parents=True, exist_ok=True)
        return save(figure, stem)
