"""What the drug did: free drug in plasma, and the share of its target that it held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.figures.style import PALETTE, legend, look, panel, weeks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tolerogen.trials.result import TrialResult


def drugs(result: TrialResult, suffix: str) -> list[tuple[str, Any]]:
    """Return ``(arm name, therapy)`` for every drug with an observable ``<id>_<suffix>``."""
    return [
        (arm.name, treatment.therapy)
        for arm in result.spec.arms
        for treatment in arm.treatments
        if f"{treatment.therapy.id}_{suffix}" in result.trajectories
    ]


def draw_occupancy(result: TrialResult) -> Figure:
    """Draw median and 5th to 95th percentiles of the share of target held."""
    figure, axes = panel()
    _bands(result, axes, "occupancy", 100.0)
    axes.axhline(90, color="#999999", linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 103)
    axes.set_ylabel("Target held by the drug (%)")
    axes.set_title(_title(result, "target occupancy"), loc="left", fontsize=11)
    legend(axes)
    return figure


def draw_exposure(result: TrialResult) -> Figure:
    """Draw median and 5th to 95th percentiles of free drug in plasma, logarithmic."""
    figure, axes = panel()
    _bands(result, axes, "C", 1.0)
    axes.set_yscale("log")
    for axis_part in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
        axis_part(_plain_number)
    top = axes.get_ylim()[1]
    # below a ten-thousandth of the peak there is no exposure to speak of
    axes.set_ylim(max(axes.get_ylim()[0], top * 1e-4), top)
    axes.set_ylabel("Free drug in plasma (mg/L)")
    axes.set_title(_title(result, "exposure"), loc="left", fontsize=11)
    legend(axes)
    return figure


def _bands(result: TrialResult, axes: Axes, suffix: str, scale: float) -> None:
    spec, data = result.spec, result.trajectories
    styles = look([(arm.name, arm.role) for arm in spec.arms])
    time = data["time"].to_numpy() / 7
    shown = drugs(result, suffix)
    for position, (arm, therapy) in enumerate(shown):
        values = data[f"{therapy.id}_{suffix}"].to_numpy()[data["arm"].to_numpy() == arm] * scale
        values = values[np.isfinite(values).all(axis=1)]
        if not len(values):
            continue
        if suffix == "C":  # zero before the first dose has no place on a logarithmic axis
            values = np.where(values > 0, values, np.nan)
        with np.errstate(invalid="ignore"):
            low, middle, high = _percentiles(values)
        # two drugs in one arm would share the arm's colour
        crowded = sum(name == arm for name, _ in shown) > 1
        colour, dash = (PALETTE[position % len(PALETTE)], "-") if crowded else styles[arm]
        axes.fill_between(time, low, high, color=colour, alpha=0.2, linewidth=0)
        label = f"{arm}: {therapy.name}" if crowded else arm
        axes.plot(time, middle, color=colour, linestyle=dash, label=label)
    weeks(axes, spec.horizon)


def _percentiles(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values).any(axis=0)
    out = np.full((3, values.shape[1]), np.nan)
    out[:, known] = np.nanpercentile(values[:, known], [5, 50, 95], axis=0)
    return out


def _plain_number(value: float, _position: float = 0) -> str:
    """Label 1, 2, 5, 10 ... of a logarithmic axis as people write them."""
    return f"{value:g}" if f"{value:e}"[0] in "125" else ""


def _title(result: TrialResult, what: str) -> str:
    return f"{result.spec.name}: {what}, median and 5-95 %"
