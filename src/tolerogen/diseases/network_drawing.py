"""A network as SVG: a box a place, a knot a state, arrows for flow and for what drives what.

Presentation is left to classes (``state``, ``flow``, ``drive``) and colours to the attributes of
the drawing, so that it shows alone and inside a page whose policy forbids styles in the markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot

from tolerogen.diseases.network import Network, State
from tolerogen.drawing import PALETTE, REFERENCE

WIDE, HIGH = 118, 26  # of a knot, pixels
GAP_X, GAP_Y, HEAD, EDGE = 34, 26, 26, 14
COLUMNS = 3
ACROSS = 3  # knots beside each other in a box
ROOM = 40


@dataclass(frozen=True)
class Box:
    """Where a place is drawn."""

    place: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Where everything is drawn, pixels; a knot by its centre."""

    boxes: tuple[Box, ...]
    knots: Mapping[str, tuple[float, float]]
    width: float
    height: float


def draw_network(net: Network, address: str = "", touched: Sequence[str] = ()) -> str:
    """Return the network as one SVG element.

    Parameters
    ----------
    net
        The network.
    address
        What leads to a state: its id is appended, ``"#state-"`` for one. Empty for no links.
    touched
        Ids of links to set off: those that a therapy changes.
    """
    plan = layout(net)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" role="group" '
        f'aria-label="Immune network" font-family="sans-serif" '
        f'viewBox="0 0 {plan.width:g} {plan.height:g}">',
        "<defs>",
        *(_head(name, colour) for name, colour in _COLOURS.items()),
        "</defs>",
        *_boxes(plan),
        *_arrows(net, plan, set(touched)),
        *_knots(net, plan, address, {e for i in net.links if i.id in touched for e in i.ends}),
        "</svg>",
    ]
    return "\n".join(parts)


_COLOURS = {"flow": REFERENCE, "drive": PALETTE[5], "touched": PALETTE[1]}


def layout(net: Network) -> Layout:
    """Place the boxes in columns, the fullest first, and the knots in the boxes."""
    places: dict[str, list[State]] = {}
    for state in net.states:
        places.setdefault(state.place, []).append(state)
    width = ACROSS * (WIDE + GAP_X) - GAP_X + 2 * EDGE
    tops = [float(EDGE)] * COLUMNS
    boxes, knots = [], {}
    for place, states in sorted(places.items(), key=lambda item: -len(item[1])):
        column = tops.index(min(tops))
        rows = -(-len(states) // ACROSS)
        height = HEAD + rows * (HIGH + GAP_Y) + EDGE
        x, y = EDGE + column * (width + ROOM), tops[column]
        boxes.append(Box(place, x, y, width, height))
        for number, state in enumerate(states):
            row, across = divmod(number, ACROSS)
            # every second row a step aside, so that arrows along a column stay apart
            knots[state.id] = (
                x + EDGE + WIDE / 2 + across * (WIDE + GAP_X),
                y + HEAD + HIGH / 2 + 6 + row * (HIGH + GAP_Y) + 7 * (across % 2),
            )
        tops[column] += height + ROOM
    return Layout(
        tuple(boxes), knots, EDGE + COLUMNS * (width + ROOM) - ROOM + EDGE, max(tops) - ROOM + EDGE
    )


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="head-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" '
        f'markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
    )


def _boxes(plan: Layout) -> Iterator[str]:
    for box in plan.boxes:
        yield (
            f'<g class="place"><rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
            f'height="{box.height:g}" rx="8" fill="#F2F5F5" stroke="#B0B0B0"/>'
            f'<text x="{box.x + EDGE:g}" y="{box.y + 18:g}" font-size="14" font-weight="bold" '
            f'fill="#1A1A1A">{escape(box.place.replace("_", " "))}</text></g>'
        )


def _arrows(net: Network, plan: Layout, touched: set[str]) -> Iterator[str]:
    for link in net.links:
        sides = [(a, b, "flow") for a in link.from_ for b in link.to]
        sides += [(a, b, "drive") for a in link.drivers for b in (link.to or link.from_)]
        for start, end, kind in sides:
            look = "touched" if link.id in touched else kind
            dash = ' stroke-dasharray="4 3"' if kind == "drive" else ""
            faint = ' opacity="0.45"' if look == "drive" else ""
            yield (
                f'<path class="{kind} {look}" data-link="{escape(link.id)}" '
                f'data-from="{escape(start)}" data-to="{escape(end)}" '
                f'd="{_curve(plan.knots[start], plan.knots[end])}" fill="none" '
                f'stroke="{_COLOURS[look]}" stroke-width="{1.2 if look == "drive" else 2:g}"'
                f'{dash}{faint} marker-end="url(#head-{look})">'
                f"<title>{escape(link.what)} ({escape(start)} to {escape(end)})</title></path>"
            )


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Bend an arrow to its left, from border to border, so that there and back are two lines."""
    (x0, y0), (x1, y1) = start, end
    far = hypot(x1 - x0, y1 - y0) or 1.0
    bend = min(0.16 * far, 60)
    cx, cy = (x0 + x1) / 2 + (y1 - y0) / far * bend, (y0 + y1) / 2 - (x1 - x0) / far * bend
    ax, ay = _border((x0, y0), (cx, cy))
    bx, by = _border((x1, y1), (cx, cy))
    return f"M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}"


def _border(centre: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Return where the line from a knot's centre leaves the knot."""
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    reach = max(abs(dx) / (WIDE / 2 + 2), abs(dy) / (HIGH / 2 + 2)) or 1.0
    return centre[0] + dx / reach, centre[1] + dy / reach


def _knots(net: Network, plan: Layout, address: str, touched: set[str]) -> Iterator[str]:
    for state in net.states:
        x, y = plan.knots[state.id]
        edge = _COLOURS["touched"] if state.id in touched else PALETTE[0]
        thick = 3 if state.id in touched else 1.5
        name, unit = escape(state.id), escape(state.unit.replace("_", " "))
        knot = (
            f'<rect x="{x - WIDE / 2:g}" y="{y - HIGH / 2:g}" width="{WIDE}" height="{HIGH}" '
            f'rx="6" fill="#FFFFFF" stroke="{edge}" stroke-width="{thick:g}"/>'
            f'<text x="{x:g}" y="{y + 4.5:g}" font-size="13" text-anchor="middle" '
            f'fill="#1A1A1A">{name}</text><title>{name} ({unit})</title>'
        )
        if address:
            href = escape(address + state.id, quote=True)
            yield f'<a class="state" href="{href}" data-state="{name}">{knot}</a>'
        else:
            yield f'<g class="state" data-state="{name}">{knot}</g>'
