"""The difference that the same trial would find with other patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.figures.style import legend, look, panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.trials.result import TrialResult


def draw(result: TrialResult) -> Figure:
    """Draw a histogram of the difference over replicates, one outline an arm."""
    from matplotlib.ticker import MaxNLocator

    spec, table = result.spec, result.replicates
    reference = spec.reference
    styles = look([(arm.name, arm.role) for arm in spec.arms])
    figure, axes = panel()
    values = table["difference"].dropna()
    count = min(30, max(8, int(np.sqrt(len(values)) * 1.5)))
    bins = np.histogram_bin_edges(values, bins=count).tolist()
    for found in result.differences:
        rows = table[table["arm"] == found.arm]
        colour, dash = styles[found.arm]
        wins = found.favourable.estimate if found.favourable else float("nan")
        label = f"{found.arm}: mean {found.mean:.2f}, favourable interval in {100 * wins:.0f} %"
        drawn = rows["difference"].dropna()
        axes.hist(drawn, bins=bins, color=colour, alpha=0.25)
        axes.hist(drawn, bins=bins, histtype="step", color=colour, linestyle=dash, label=label)
        axes.axvline(found.mean, color=colour, linestyle=dash)
    axes.axvline(0, color="#999999", linewidth=0.8, linestyle=":")
    axes.set_xlabel(
        f"Difference in change of {spec.endpoint.measure.title} "
        f"from {reference.name if reference else 'reference'}"
    )
    axes.set_ylabel("Replicate trials")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    trials = table["replicate"].nunique()
    axes.set_title(f"{spec.name}: {trials} replicate trials", loc="left", fontsize=11)
    legend(axes)
    return figure
