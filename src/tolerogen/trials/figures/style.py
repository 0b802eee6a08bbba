"""How figures look, and how they are written so that the same numbers give the same file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito, Color Universal Design (jfly.uni-koeln.de/color): blue, vermillion, bluish green,
# reddish purple, orange, sky blue; grey for the reference arm
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
REFERENCE = "#555555"
LEGEND = 70  # characters that fit side by side below a panel
DASHES: tuple[Any, ...] = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (3, 1)), (0, (8, 2)))

SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tolerogen",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "text.parse_math": False,  # a name with a dollar sign is a name
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "axes.axisbelow": True,
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "legend.frameon": False,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save with the house's settings, leaving those of the caller alone."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def panel(width: float = 7.0, height: float = 4.2) -> tuple[Figure, Axes]:
    """Return an empty figure with one panel (inches), drawn without a display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


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


def save(figure: Figure, stem: Path) -> tuple[Path, Path]:
    """Write a figure as ``stem.svg`` and ``stem.png``, the same bytes for the same figure."""
    svg, png = stem.with_suffix(".svg"), stem.with_suffix(".png")
    with styled():
        figure.savefig(svg, metadata={"Date": None, "Creator": "Tolerogen"})
        figure.savefig(png, metadata={"Software": "Tolerogen"})
    return svg, png
