"""How the figures of trials look: the arms, the time axis, the legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tolerogen.drawing import PALETTE, REFERENCE, panel, save, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "DASHES",
    "PALETTE",
    "REFERENCE",
    "legend",
    "look",
    "panel",
    "save",
    "styled",
    "weeks",
]

LEGEND = 70  # characters that fit side by side below a panel
DASHES: tuple[Any, ...] = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (3, 1)), (0, (8, 2)))


def look(arms: list[tuple[str, str]]) -> dict[str, tuple[str, Any]]:
    """Give each arm ``(name, role)`` its colour and line style; placebo is grey."""
    styles: dict[str, tuple[str, Any]] = {}
    active = 0
    for name, role in arms:
        if role == "placebo" and REFERENCE not in {colour for colour, _ in styles.values()}:
            styles[name] = (REFERENCE, "--")
        else:
            styles[name] = (PALETTE[active % len(PALETTE)], DASHES[active // len(PALETTE)])
            active += 1
    return styles


def weeks(axes: Axes, horizon: float) -> None:
    """Label the time axis in weeks, with ticks that people count by."""
    import numpy as np

    last = horizon / 7
    step = next(s for s in (1, 2, 4, 8, 13, 26, 52) if last / s <= 14 or s == 52)
    axes.set_xticks(np.arange(0, last + 1e-9, step))
    axes.set_xlim(-0.02 * last, last * 1.02)
    axes.set_xlabel("Time since first dose (weeks)")


def legend(axes: Axes) -> None:
    """Name the lines below the panel, where they cover nothing."""
    handles, labels = axes.get_legend_handles_labels()
    figure = axes.get_figure(root=True)
    if handles and figure is not None:
        columns = 3 if sum(map(len, labels)) <= LEGEND else 1
        figure.legend(handles, labels, loc="outside lower center", ncols=columns)
