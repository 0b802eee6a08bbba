"""The figures of a trial result, one idea a file.

`draw` makes one as a matplotlib figure, `save` writes it as SVG and PNG. Colours are those of
Okabe and Ito (jfly.uni-koeln.de/color), told apart with every kind of colour vision; lines of
arms differ in style as well. The same result gives the same SVG, byte for byte: no date, no
random identifiers, text as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices
from tolerogen.trials.figures.style import save, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.trials.result import TrialResult

__all__ = ["KINDS", "draw", "kinds", "save"]

KINDS = ("endpoint", "spaghetti", "occupancy", "exposure", "replicates")


def kinds(result: TrialResult) -> tuple[str, ...]:
    """Return the figures that a result has something to show in."""
    from tolerogen.trials.figures.exposure import drugs

    without = set()
    for kind, suffix in (("occupancy", "occupancy"), ("exposure", "C")):
        if not drugs(result, suffix):
            without.add(kind)
    if result.replicates["difference"].notna().sum() < 2:
        without.add("replicates")
    return tuple(kind for kind in KINDS if kind not in without)


def draw(result: TrialResult, kind: str) -> Figure:
    """Draw a figure.

    Parameters
    ----------
    result
        What to show.
    kind
        ``endpoint`` (primary measure over time with interval), ``spaghetti`` (50 patients),
        ``occupancy`` (target held), ``exposure`` (free drug, mg/L) or ``replicates``
        (distribution of the difference).

    Raises
    ------
    SpecError
        When there is no such figure, or nothing to show in it.
    """
    from tolerogen.trials.figures import endpoint, exposure, replicates, spaghetti

    makers: dict[str, Callable[[TrialResult], Figure]] = {
        "endpoint": endpoint.draw,
        "spaghetti": spaghetti.draw,
        "occupancy": exposure.draw_occupancy,
        "exposure": exposure.draw_exposure,
        "replicates": replicates.draw,
    }
    available = kinds(result)
    if kind not in available:
        raise SpecError(f"this result has no figure '{kind}'; {choices(kind, available)}")
    with styled():
        return makers[kind](result)
