"""The neighbourhood of a node in the model: its handle, the signals it turns, what they drive.

Read from the model's own text, so the picture cannot disagree with the equations. What each
reaction does, and where that is published, is said by ``arrows.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.diseases.endpoints import read_endpoints
from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.diseases import Disease

RULE = re.compile(r"^\s*(\w+)\s*:=\s*(.+?)\s*$", re.MULTILINE)
REACTION = re.compile(r"^\s*(\w+)\s*:\s*([^;=]*?)->\s*([^;]*?);\s*(.+?)\s*$", re.MULTILINE)
NAME = re.compile(r"[A-Za-z_]\w*")
ROW = 0.32  # inches


@dataclass(frozen=True)
class Driven:
    """A reaction that feels the node.

    Attributes
    ----------
    id, what
        Of the reaction; what it does, in words.
    by
        The signals it feels it through; the handle itself where it is direct.
    from_, to
        Species taken and made; empty at the edge of the model.
    status, source
        Of the arrow.
    """

    id: str
    what: str
    by: tuple[str, ...]
    from_: tuple[str, ...]
    to: tuple[str, ...]
    status: str
    source: str


@dataclass(frozen=True)
class Neighbourhood:
    """What a node turns.

    Attributes
    ----------
    handles
        Model parameters a therapy sets.
    signals
        Quantities defined by a rule that holds a handle, with the rule.
    reactions
        What feels them.
    clinic
        Quantities that feel them and that the clinic's scores follow.
    """

    node: str
    handles: tuple[str, ...]
    signals: tuple[tuple[str, str], ...]
    reactions: tuple[Driven, ...]
    clinic: tuple[str, ...]


def neighbourhood(disease: Disease, node: str) -> Neighbourhood:
    """Find what a node turns in the model of a disease.

    Parameters
    ----------
    disease
        Its model and ``arrows.csv`` are read.
    node
        A target of the disease.

    Raises
    ------
    SpecError
        For an unknown node.

    Examples
    --------
    >>> from tolerogen.diseases import load_disease
    >>> found = neighbourhood(load_disease("sjogren"), "CTSS")
    >>> [name for name, _ in found.signals]
    ['costimulation']
    """
    if node not in disease.targets:
        raise SpecError(
            f"disease '{disease.id}' has no target '{node}'; {choices(node, disease.targets)}"
        )
    text = re.sub(r"//.*", "", disease.model)
    target = disease.targets[node]
    handles = tuple(
        h
        for h in (
            target.occupancy,
            target.kill,
            target.knock_down,
            target.isoform_shift,
            *target.also,
        )
        if h
    )
    rules: dict[str, str] = dict(RULE.findall(text))
    felt = _closure(rules, handles)
    read = read_endpoints(disease.folder).observables
    clinic = tuple(name for name in felt if name in read)
    feeds = {name for n in felt for name in NAME.findall(rules[n])}
    signals = {n: rules[n] for n in felt if _drives(text, n) or (n in feeds and n not in clinic)}
    words = {arrow.id: arrow for arrow in disease.arrows}
    reactions = []
    for name, left, right, law in REACTION.findall(text):
        by = [s for s in (*signals, *handles) if s in NAME.findall(law)]
        if by:
            arrow = words.get(name)
            reactions.append(
                Driven(
                    name,
                    arrow.what if arrow else name,
                    tuple(by),
                    tuple(NAME.findall(left)),
                    tuple(NAME.findall(right)),
                    arrow.status if arrow else "",
                    arrow.source if arrow else "",
                )
            )
    return Neighbourhood(node, handles, tuple(signals.items()), tuple(reactions), clinic)


def _closure(rules: Mapping[str, str], handles: Sequence[str]) -> tuple[str, ...]:
    """Name the rules that hold a handle, and those that hold such a rule, nearest first."""
    found: dict[str, None] = {}
    reached = set(handles)
    while True:
        new = [n for n, law in rules.items() if n not in found and reached & {*NAME.findall(law)}]
        if not new:
            return tuple(found)
        found |= dict.fromkeys(new)
        reached |= set(new)


def _drives(text: str, name: str) -> bool:
    """Tell whether a rule stands in the law of a reaction."""
    return any(name in NAME.findall(law) for *_, law in REACTION.findall(text))


def draw_neighbourhood(found: Neighbourhood, path: Path) -> Path:
    """Write the picture as SVG: node, signals, what they drive; solid makes more, dashed loses."""
    from tolerogen.trials.figures.style import styled

    with styled():
        figure = neighbourhood_figure(found)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": "Tolerogen"})
    return path


def neighbourhood_figure(found: Neighbourhood) -> Figure:
    """Return the figure; see `draw_neighbourhood`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from tolerogen.trials.figures.style import PALETTE

    ends = [*((r.id, r.what, r.by) for r in found.reactions), *((c, c, ()) for c in found.clinic)]
    rows = max(len(ends), len(found.signals), 1)
    figure = Figure(figsize=(10.0, 0.8 + ROW * rows), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(rows - 0.3, -0.9)
    middle = [name for name, _ in found.signals]
    spot = {name: (rows - 1) * (i + 0.5) / max(len(middle), 1) for i, name in enumerate(middle)}
    centre = (rows - 1) / 2
    _box(axes, 0.9, centre, found.node, PALETTE[0])
    for name, y in spot.items():
        _line(axes, (0.9, centre), (3.7, y), "-", PALETTE[0])
        _box(axes, 3.7, y, name, PALETTE[2])
    for y, (name, what, by) in enumerate(ends):
        loses = y < len(found.reactions) and not found.reactions[y].to
        clinic = y >= len(found.reactions)
        colour = PALETTE[3] if clinic else PALETTE[1] if loses else PALETTE[5]
        for signal in by or middle:
            start = (3.7, spot[signal]) if signal in spot else (0.9, centre)
            _line(axes, start, (5.75, y), "--" if loses else "-", colour)
        axes.plot([5.8], [y], "s" if clinic else "v" if loses else "o", color=colour, markersize=5)
        axes.text(5.95, y, what if not clinic else f"read-out {name}", va="center", fontsize=8)
    titles = ((0.9, "node"), (3.7, "signal"), (5.95, "drives (○ making, ▽ losing, □ clinic)"))
    for x, title in titles:
        side = "left" if x > 5 else "center"
        axes.text(x, -0.75, title, ha=side, fontsize=9, fontweight="bold")
    return figure


def _box(axes: Any, x: float, y: float, text: str, colour: str) -> None:
    style = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": colour, "linewidth": 2}
    axes.text(x, y, text, ha="center", va="center", fontsize=9, bbox=style)


def _line(
    axes: Any, start: tuple[float, float], end: tuple[float, float], dash: str, colour: str
) -> None:
    axes.plot(
        [start[0], end[0]],
        [start[1], end[1]],
        dash,
        color=colour,
        linewidth=0.9,
        alpha=0.7,
        zorder=0,
    )
