"""The picture of a forecast: patients against months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.recruitment.plan import INTERVAL, MONTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tolerogen.trials.recruitment.result import RecruitmentForecast

POINTS = 200


def draw(forecast: RecruitmentForecast) -> Figure:
    """Draw the mean and the 80 % interval, what was observed, and the day that was named."""
    from tolerogen.trials.figures.style import PALETTE, REFERENCE, legend, panel

    figure, axes = panel()
    now = 0.0
    if forecast.observed is not None:
        now = float(forecast.observed.day)
        axes.plot(
            [now / MONTH], [forecast.already], "o", color=PALETTE[1], label="randomised so far"
        )
    days = np.linspace(now, float(np.quantile(forecast.full, 0.99)), POINTS)
    counts = forecast.already + np.array(
        [np.searchsorted(trial, days, side="right") for trial in forecast.days]
    )
    low, high = np.quantile(counts, INTERVAL, axis=0)
    axes.fill_between(
        days / MONTH, low, high, color=PALETTE[0], alpha=0.25, lw=0, label="8 of 10 trials"
    )
    axes.plot(days / MONTH, counts.mean(axis=0), color=PALETTE[0], label="expected")
    axes.axhline(forecast.plan.patients, color=REFERENCE, lw=0.8, ls=":")
    if forecast.plan.finish is not None:
        axes.axvline(
            forecast.plan.finish / MONTH, color=REFERENCE, lw=1, ls="--", label="to be full by"
        )
    _name(axes, forecast)
    legend(axes)
    return figure


def _name(axes: Axes, forecast: RecruitmentForecast) -> None:
    axes.set_xlabel("Time since the first centre opened (months)")
    axes.set_ylabel("Patients randomised")
    axes.set_ylim(0, forecast.plan.patients * 1.05)
    axes.set_xlim(left=0)
