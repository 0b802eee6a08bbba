"""An oligo on its target, letter by letter, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tolerogen.oligos.chemistry import SUGARS, Oligo
from tolerogen.oligos.pairing import PAIR, WOBBLE, Pairing

STEP, LEFT, LINE = 17, 150, 20
FILLS = {
    "d": "#e9ecef",
    "e": "#a5d8ff",
    "k": "#ffc9c9",
    "l": "#ffd8a8",
    "m": "#b2f2bb",
    "r": "#fff3bf",
    "p": "#eebefa",
}
INK, PALE, BAD = "#212529", "#868e96", "#c92a2a"
MARKS = {PAIR: "|", WOBBLE: "\u2218", "x": "\u00d7", "^": "\u2227"}


def draw_oligo(
    oligo: Oligo,
    pairings: Sequence[tuple[str, Pairing]],
    before: str = "",
    after: str = "",
    title: str = "",
) -> str:
    """Return an SVG document: the oligo on its site, and on others below it.

    Parameters
    ----------
    pairings
        A label and how the oligo lies there; the first is the target.
    before, after
        Bases of the target on either side of its site.
    title
        What the picture shows, for readers of the screen.
    """
    room = len(before) + max(len(p.marks) for _, p in pairings) + len(after)
    width = LEFT + (room + 4) * STEP
    parts, top = [], 16
    for number, (label, pairing) in enumerate(pairings):
        around = (before, after) if number == 0 else ("", "")
        parts += _block(oligo, label, pairing, around, len(before), top)
        top += 4 * LINE + 8
    if oligo.recruits_rnase_h and oligo.gap:
        parts += _cut(oligo, len(before), top)
        top += LINE
    parts += _legend(oligo, top)
    height = top + 2 * LINE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" role="img" font-family="monospace" font-size="14">',
            f"<title>{escape(title or oligo.sequence)}</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _block(
    oligo: Oligo,
    label: str,
    pairing: Pairing,
    around: tuple[str, str],
    indent: int,
    top: int,
) -> list[str]:
    before, after = around
    x0 = LEFT + indent * STEP
    parts = [_text(8, top + 14, label, INK, 'font-size="12"')]
    first, last = x0 - (len(before) + 1) * STEP, x0 + (len(pairing.target) + len(after)) * STEP
    parts += [_text(first - 8, top + 14, "5'", PALE), _text(last + 4, top + 14, "3'", PALE)]
    parts += [
        _text(x0 + (k - len(before)) * STEP + 4, top + 14, b, PALE) for k, b in enumerate(before)
    ]
    parts += [
        _text(x0 + (len(pairing.target) + k) * STEP + 4, top + 14, b, PALE)
        for k, b in enumerate(after)
    ]
    at = len(oligo)
    for k, (there, mark, own) in enumerate(
        zip(pairing.target, pairing.marks, pairing.oligo, strict=True)
    ):
        x, ink = x0 + k * STEP, INK if mark == PAIR else BAD
        parts.append(_text(x + 4, top + 14, there.replace("T", "U"), ink))
        parts.append(_text(x + 4, top + 14 + LINE, MARKS[mark], ink))
        if own != "-":
            at -= 1
            parts.append(_base(oligo, at, x, top + LINE + 20))
    parts.append(_text(x0 - 2 * STEP + 9, top + 14 + 2 * LINE, "3'", PALE))
    parts.append(_text(x0 + len(pairing.target) * STEP + 4, top + 14 + 2 * LINE, "5'", PALE))
    return parts


def _base(oligo: Oligo, at: int, x: int, y: int) -> str:
    sugar = oligo.sugars[at]
    words = f"{oligo.sequence[at]}{at + 1}, {SUGARS[sugar]}"
    return (
        f'<g><title>{escape(words)}</title><rect x="{x}" y="{y}" width="{STEP - 1}" height="{LINE}"'
        f' rx="2" fill="{FILLS[sugar]}"/>{_text(x + 4, y + 14, oligo.sequence[at], INK)}</g>'
    )


def _cut(oligo: Oligo, indent: int, top: int) -> list[str]:
    start, end = oligo.gap or (0, 0)
    x = LEFT + (indent + len(oligo) - end) * STEP
    width = (end - start) * STEP
    return [
        f'<path d="M{x} {top - 6} h{width - 1}" stroke="{INK}" stroke-width="1.5"/>',
        _text(x, top + 10, "RNase H1 cuts across the gap", INK, 'font-size="11"'),
    ]


def _legend(oligo: Oligo, top: int) -> list[str]:
    parts, x = [], LEFT
    for sugar in dict.fromkeys(oligo.sugars):
        parts.append(f'<rect x="{x}" y="{top}" width="12" height="12" fill="{FILLS[sugar]}"/>')
        parts.append(_text(x + 16, top + 11, SUGARS[sugar], INK, 'font-size="11"'))
        x += 90
    links = {"s": "phosphorothioate", "o": "phosphodiester"}
    kinds = {links[one] for one in oligo.linkages}
    words = f"linkages {' and '.join(sorted(kinds))}" if kinds else ""
    return [*parts, _text(x + 10, top + 11, words, PALE, 'font-size="11"')]


def _text(x: float, y: float, text: str, colour: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" {more}>{escape(text)}</text>'
