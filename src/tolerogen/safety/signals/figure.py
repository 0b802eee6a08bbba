"""The pairs with the highest scores, each with its estimate and interval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.drawing import PALETTE, REFERENCE, logarithmic, panel, save, styled

if TYPE_CHECKING:
    from tolerogen.safety.signals.result import SignalTable

ADDITIVE = ("ic", "bcpnn")
"""Methods whose estimate is a logarithm already: nothing unusual is 0, not 1."""
HEIGHT = 0.26  # inches a pair
LONGEST = 44


def draw_signals(result: SignalTable, stem: Path, top: int = 25) -> tuple[Path, Path]:
    """Write the figure as ``stem.svg`` and ``stem.png``.

    Parameters
    ----------
    result
        From `find_signals`.
    stem
        Where to write, without an ending.
    top
        How many pairs, those with the highest score.
    """
    frame = result.frame(limit=top)
    signal = result.signal[result.order()[:top]]
    estimate, low, high = (frame[name].to_numpy(float) for name in ("estimate", "low", "high"))
    with styled():
        figure, axes = panel(8.0, 1.2 + HEIGHT * len(frame))
        names = [_label(*row) for row in frame[["drug", "event", "n"]].to_numpy()]
        null = 0.0 if result.method in ADDITIVE else 1.0
        for y in range(len(frame)):
            colour = PALETTE[1] if signal[y] else PALETTE[0]
            if np.isfinite([low[y], high[y]]).all():
                axes.plot([low[y], high[y]], [y, y], color=colour, linewidth=1.6)
            # a filled dot is a signal, an open one is none: colour is not the only sign
            filling = colour if signal[y] else "white"
            axes.plot([estimate[y]], [y], "o", color=colour, ms=5, markerfacecolor=filling)
        if result.method not in ADDITIVE and (estimate > 0).all():
            logarithmic(axes, "x")
        axes.axvline(null, color=REFERENCE, linewidth=0.8)
        axes.set_yticks(range(len(frame)), names)
        axes.set_ylim(len(frame) - 0.4, -0.6)
        axes.set_xlabel(
            f"{result.method.upper()} with {result.level:.0%} interval; "
            "filled: fulfils the criterion"
        )
        stem.parent.mkdir(parents=True, exist_ok=True)
        return save(figure, stem)


def _label(drug: object, event: object, n: object) -> str:
    text = f"{drug}: {event}"
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f"{short} ({n})"
