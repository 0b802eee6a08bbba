"""The primary measure over time: mean of each arm with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.figures.style import legend, look, panel, weeks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.trials.result import TrialResult


def draw(result: TrialResult) -> Figure:
    """Draw means with t-based intervals of the available cases at each visit."""
    from scipy.stats import t as student

    spec = result.spec
    name, level = spec.endpoint.measure.id, spec.endpoint.level
    styles = look([(arm.name, arm.role) for arm in spec.arms])
    figure, axes = panel()
    seen = result.observations.dropna(subset=[name])
    for position, arm in enumerate(spec.arms):
        group = seen[seen["arm"] == arm.name].groupby("day")[name]
        mean, sd, n = group.mean(), group.std(), group.count()
        half = sd / np.sqrt(n) * student.ppf(0.5 + level / 2, np.maximum(n - 1, 1))
        # a small step aside keeps the intervals of different arms apart
        aside = (position - (len(spec.arms) - 1) / 2) * 0.006 * spec.horizon / 7
        colour, dash = styles[arm.name]
        axes.errorbar(
            mean.index.to_numpy(float) / 7 + aside,
            mean,
            yerr=half.fillna(0),
            color=colour,
            linestyle=dash,
            marker="o",
            markersize=4,
            capsize=2.5,
            label=f"{arm.name} (n = {int(n.iloc[0]) if len(n) else 0})",
        )
    weeks(axes, spec.horizon)
    axes.axvline(spec.endpoint.day / 7, color="#999999", linewidth=0.8, linestyle=":")
    axes.set_ylabel(spec.endpoint.measure.title)
    axes.set_ylim(bottom=0)
    axes.set_title(f"{spec.name}: mean with {100 * level:g} % interval", loc="left", fontsize=11)
    legend(axes)
    return figure
