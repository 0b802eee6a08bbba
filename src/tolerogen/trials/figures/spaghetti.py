"""Fifty patients, one line each: how much of a trial is noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.figures.style import legend, look, panel, weeks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.trials.result import TrialResult

PATIENTS = 50
SHIFT = 0.3
"""Scores are whole numbers, so lines would hide each other: each patient's is moved a little."""


def draw(result: TrialResult) -> Figure:
    """Draw the observed primary measure of the first 50 patients randomised."""
    spec = result.spec
    name = spec.endpoint.measure.id
    styles = look([(arm.name, arm.role) for arm in spec.arms])
    figure, axes = panel()
    shown = result.patients.index[:PATIENTS]
    seen = result.observations.dropna(subset=[name])
    whole = bool((seen[name] % 1 == 0).all())
    arms = result.patients["arm"].to_dict()
    shifts = dict(zip(shown, np.linspace(-SHIFT, SHIFT, len(shown)), strict=True))
    labelled: set[str] = set()
    for patient, rows in seen[seen["patient"].isin(shown)].groupby("patient", sort=True):
        arm = str(arms[patient])
        colour, dash = styles[arm]
        axes.plot(
            rows["day"] / 7,
            rows[name] + (shifts[patient] if whole else 0.0),
            color=colour,
            linestyle=dash,
            linewidth=0.8,
            marker="." if len(rows) == 1 else "",  # a patient who left after one visit is no line
            markersize=4,
            alpha=0.6,
            label=None if arm in labelled else arm,
        )
        labelled.add(arm)
    weeks(axes, spec.horizon)
    axes.set_ylabel(spec.endpoint.measure.title)
    axes.set_ylim(bottom=-SHIFT if whole else 0)
    note = f", lines moved by up to {SHIFT:g} to be told apart" if whole else ""
    axes.set_title(f"{spec.name}: {len(shown)} patients{note}", loc="left", fontsize=11)
    legend(axes)
    return figure
