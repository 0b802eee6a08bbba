"""The comparison as a figure: simulated beside published, row by row and all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.drawing import PALETTE, REFERENCE
from tolerogen.patients.comparison.statistic import kind_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tolerogen.patients.comparison.result import Comparison, ComparisonRow

MARKS = {
    "agrees": ("o", PALETTE[0]),
    "between cohorts": ("s", PALETTE[4]),
    "differs": ("D", PALETTE[1]),
}
LEVELS = ("mean", "median", "sd", "q25", "q75")
LINKS = ("pearson", "spearman", "ratio_of_means", "ratio_of_medians")
MOST = 24  # labelled rows that fit into a panel


def draw(comparison: Comparison) -> Figure:
    """Draw the comparison in four panels.

    Above: simulated against published, shares and levels; on the line they are the same. Below,
    with labels: the domains of the activity score in a clinic, and what goes with what. Bars
    are what 95 % of virtual cohorts of the published size report.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 9), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2).ravel()
    rows = comparison.rows
    _scatter(axes[0], [r for r in rows if kind_of(r.statistic) == "share"], "shares, %", 100.0)
    levels = [r for r in rows if kind_of(r.statistic) in LEVELS and r.simulated > 0]
    _scatter(axes[1], levels, "means, medians and spreads", 1.0)
    first = next(iter(comparison.patients))
    domains = [
        r
        for r in rows
        if r.measure.startswith("essdai_") and r.population == first and r.measure.count("|") < 2
    ]
    _dots(axes[2], domains, "domains active at a visit, %", 100.0)
    _dots(axes[3], [r for r in rows if r.statistic in LINKS], "correlations and ratios", 1.0)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    counts = comparison.summary["all"]
    figure.suptitle(
        f"{counts['rows']} published values: {counts['agrees']} agree, "
        f"{counts['between cohorts']} lie between cohorts, {counts['differs']} differ",
        fontsize=11,
    )
    return figure


def _scatter(axes: Axes, rows: Sequence[ComparisonRow], title: str, scale: float) -> None:
    if scale == 1.0:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_major_formatter("{x:g}")
    values = [scale * v for r in rows for v in (r.published, r.simulated) if np.isfinite(v)]
    ends = (min(values, default=0.0), max(values, default=1.0))
    axes.plot(ends, ends, color=REFERENCE, linewidth=0.8, zorder=1)
    for verdict, (mark, colour) in MARKS.items():
        mine = [r for r in rows if r.verdict == verdict]
        published = [scale * r.published for r in mine]
        simulated = [scale * r.simulated for r in mine]
        axes.plot(published, simulated, mark, color=colour, markersize=4.5, label=verdict, zorder=3)
        for row in mine:
            if row.cohort_low is not None and row.cohort_high is not None:
                span = [scale * row.cohort_low, scale * row.cohort_high]
                axes.plot([scale * row.published] * 2, span, color=colour, linewidth=0.6, zorder=2)
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel("published")
    axes.set_ylabel("simulated")


def _dots(axes: Axes, rows: Sequence[ComparisonRow], title: str, scale: float) -> None:
    rows = rows[:MOST]
    for place, row in enumerate(rows):
        mark, colour = MARKS[row.verdict]
        if row.cohort_low is not None and row.cohort_high is not None:
            span = [scale * row.cohort_low, scale * row.cohort_high]
            axes.plot(span, [place, place], color=colour, linewidth=1.2)
        axes.plot(scale * row.simulated, place, mark, color=colour, markersize=5)
        axes.plot(scale * row.published, place, "x", color="black", markersize=5)
    axes.set_yticks(range(len(rows)), [_short(row) for row in rows], fontsize=7)
    axes.invert_yaxis()
    axes.set_title(f"{title} (cross: published)", loc="left", fontsize=10)


def _short(row: ComparisonRow) -> str:
    name = row.measure.removeprefix("essdai_").replace("|essdai_", " or ")
    if row.statistic in LINKS:
        second = row.other or row.where
        name = f"{name}, {second}"
    return f"{name} (n={row.n})" if row.n else name
