"""Figures: the classes by their features, who is helped, and benefit by decile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.drawing import PALETTE, REFERENCE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.patients.endotypes import Endotypes
    from tolerogen.trials.benefit.result import BenefitResult

MARKS = ("o", "s", "D", "^", "v", "P", "X", "*")
HIGHEST = 1.5  # standard deviations at which the colours end


def _blank(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def draw_classes(found: Endotypes) -> Figure:
    """Draw each class by its features, in standard deviations from all patients."""
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("", [PALETTE[0], "white", PALETTE[1]])
    features = found.plan.feature
    heights = np.array([[c.height[f.id] for c in found.classes] for f in features])
    figure = _blank(2.6 + 1.1 * len(found.classes), 0.6 + 0.28 * len(features))
    axes = figure.add_subplot()
    image = axes.imshow(heights, cmap=colours, vmin=-HIGHEST, vmax=HIGHEST, aspect="auto")
    for row, column in np.ndindex(heights.shape):
        axes.text(column, row, f"{heights[row, column]:.1f}", ha="center", va="center", fontsize=8)
    axes.set_yticks(range(len(features)), [f.name for f in features], fontsize=8)
    axes.set_xticks(
        range(len(found.classes)), [f"{c.id}\n{100 * c.share:.0f} %" for c in found.classes]
    )
    axes.grid(visible=False)
    figure.colorbar(image, ax=axes, label="standard deviations", shrink=0.7)
    axes.set_title("Endotypes", loc="left", fontsize=11)
    return figure


def draw_helped(result: BenefitResult) -> Figure:
    """Draw the share helped by each therapy, in each endotype, with 95 % intervals."""
    rows = result.therapies
    figure = _blank(8.0, 1.4 + 0.5 * len(rows))
    axes = figure.add_subplot()
    names = [c.id for c in result.endotypes.classes]
    for k, name in enumerate(names):
        aside = (k - (len(names) - 1) / 2) * 0.16
        groups = [item.groups[k] for item in rows]
        axes.errorbar(
            [100 * g.helped for g in groups],
            np.arange(len(rows)) + aside,
            xerr=[196 * g.helped_se for g in groups],
            fmt=MARKS[k % len(MARKS)],
            color=PALETTE[k % len(PALETTE)],
            markersize=4.5,
            linewidth=1,
            label=name,
        )
    everybody = [100 * item.everybody.helped for item in rows]
    axes.plot(everybody, range(len(rows)), "|", color=REFERENCE, markersize=22, label="all")
    axes.set_yticks(range(len(rows)), [f"{i.therapy} ({i.target})" for i in rows])
    axes.invert_yaxis()
    axes.set_xlabel(
        f"at least {result.improvement:g} points of {result.measure} beyond placebo at week "
        f"{result.week:g}, %"
    )
    figure.legend(loc="outside lower center", ncols=len(names) + 1)
    return figure


def draw_deciles(result: BenefitResult) -> Figure:
    """Draw actual benefit by decile of predicted benefit, a line each therapy."""
    figure = _blank(8.0, 4.8)
    axes = figure.add_subplot()
    for k, item in enumerate(result.therapies):
        axes.plot(
            [d.decile for d in item.deciles],
            [d.benefit for d in item.deciles],
            marker=MARKS[k % len(MARKS)],
            markersize=4,
            linestyle="-" if k < len(PALETTE) else "--",
            color=PALETTE[k % len(PALETTE)],
            label=item.therapy,
        )
    axes.axhline(0, color=REFERENCE, linewidth=0.8)
    axes.set_xticks(range(1, 11))
    axes.set_xlabel("decile of predicted benefit")
    axes.set_ylabel(f"{result.measure}, points beyond placebo")
    figure.legend(loc="outside lower center", ncols=4)
    return figure
