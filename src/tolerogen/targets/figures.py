"""Ranked bars: what each column adds, and the interval of the simulated effect beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.targets.ranking.weights import COLUMNS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.targets.ranking.result import Ranking, Target

HATCHES = ("", "//", "", "..", "", "xx")
"""A second sign beside the colour, for print without colour."""
HEIGHT = 0.27  # inches a target


def draw_ranking(ranking: Ranking, stem: Path, top: int = 25) -> tuple[Path, Path]:
    """Write the figure of a ranking as ``stem.svg`` and ``stem.png``.

    Left: the composite, divided into what each column adds, with the rank's 90 % interval. Right:
    the simulated change of ESSDAI, the dot and thick line being mean and 90 % of parameter sets,
    the thin line 5 to 95 % of patients.
    """
    from tolerogen.trials.figures.style import save, styled

    with styled():
        figure = ranking_figure(ranking, top)
        stem.parent.mkdir(parents=True, exist_ok=True)
        return save(figure, stem)


def ranking_figure(ranking: Ranking, top: int = 25) -> Figure:
    """Return the figure; see `draw_ranking`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = ranking.targets[:top]
    figure = Figure(figsize=(9.0, 1.6 + HEIGHT * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1.5, 1.0])
    _bars(left, ranking, shown)
    _effects(right, shown)
    left.set_yticks(range(len(shown)), [_label(t) for t in shown])
    left.set_ylim(len(shown) - 0.4, -0.6)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=6)
    return figure


def _label(target: Target) -> str:
    return f"{target.target}  ({target.rank_low} to {target.rank_high})"


def _bars(axes: Any, ranking: Ranking, shown: tuple[Target, ...]) -> None:
    from tolerogen.trials.figures.style import PALETTE

    total = sum(ranking.weights.values())
    start = [0.0] * len(shown)
    for number, name in enumerate(COLUMNS):
        adds = [ranking.weights[name] * (t.columns[name] or 0.0) / total for t in shown]
        axes.barh(
            range(len(shown)),
            adds,
            left=start,
            height=0.75,
            color=PALETTE[number],
            hatch=HATCHES[number],
            edgecolor="white",
            linewidth=0.4,
            label=name.replace("_", " "),
        )
        start = [a + b for a, b in zip(start, adds, strict=True)]
    axes.set_xlabel("Composite score, by column; in brackets 90 % of ranks")
    axes.grid(visible=False, axis="y")


def _effects(axes: Any, shown: tuple[Target, ...]) -> None:
    from tolerogen.trials.figures.style import PALETTE, REFERENCE

    for row, target in enumerate(shown):
        if target.mechanism is None:
            axes.text(
                -0.1, row, "not in the model", va="center", ha="right", fontsize=8, color=REFERENCE
            )
            continue
        e = target.mechanism.essdai
        axes.plot([e.patient_low, e.patient_high], [row, row], color=REFERENCE, linewidth=0.8)
        if e.low is not None:
            axes.plot([e.low, e.high], [row, row], color=PALETTE[0], linewidth=4)
        axes.plot([e.mean], [row], "o", color=PALETTE[1], markersize=4)
    axes.axvline(0, color=REFERENCE, linewidth=0.8)
    axes.set_xlabel("Change of ESSDAI at week 24, points")
    axes.grid(visible=False, axis="y")
