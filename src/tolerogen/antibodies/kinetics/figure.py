"""Sensorgrams with their fit: dots are measured, lines are the model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.drawing import PALETTE, REFERENCE, save, styled

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.result import KineticFit

MOST_DOTS = 400
"""Measured points that are drawn of a cycle."""
ROW = 3.4  # inches an analyte


def draw_kinetics(fits: Sequence[KineticFit], stem: Path) -> tuple[Path, Path]:
    """Write ``stem.svg`` and ``stem.png``: a row for each analyte, the residuals on the right.

    Parameters
    ----------
    fits
        From `fit_kinetics`; those of steady states have no curves and are left out.
    stem
        Where to write, without an ending.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [fit for fit in fits if fit.curves] or list(fits[:1])
    with styled():
        figure = Figure(figsize=(9.0, ROW * len(shown)), layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(len(shown), 2, squeeze=False, width_ratios=[2.2, 1.0])
        for (left, right), fit in zip(panels, shown, strict=True):
            for number, curve in enumerate(fit.curves):
                colour = PALETTE[number % len(PALETTE)]
                every = max(1, len(curve.time) // MOST_DOTS)
                left.plot(
                    curve.time[::every], curve.response[::every], ".", color=colour, ms=2.5
                )  # fmt: skip
                left.plot(
                    curve.time, curve.fitted, color=colour, lw=1.2,
                    label=f"{curve.highest * 1e9:.3g} nM",
                )  # fmt: skip
                right.plot(curve.time, curve.response - curve.fitted, color=colour, lw=0.7)
            right.axhline(0, color=REFERENCE, lw=0.8)
            left.set_title(f"{fit.analyte}, {fit.model}", loc="left")
            left.set_ylabel("Response")
            right.set_title("Measured less fitted", loc="left")
            for axes in (left, right):
                axes.set_xlabel("Time, s")
            if fit.curves:
                left.legend(ncols=2, fontsize=8)
        stem.parent.mkdir(parents=True, exist_ok=True)
        return save(figure, stem)
