"""A transcript as SVG: exons, how open it is, candidates and variants along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tolerogen.oligos.accessibility import opening_profile

WIDTH, LEFT, RIGHT = 960, 110, 20
POINTS, WINDOW = 160, 16
EXONS = ("#ced4da", "#adb5bd")
INK, OPEN, VARIANT, SITE = "#212529", "#0072b2", "#d55e00", "#009e73"


@dataclass(frozen=True)
class Mark:
    """Something that lies on the transcript from `start` to `end`, and what it says."""

    start: int
    end: int
    words: str
    strength: float = 1.0


def profile(sequence: str, points: int = POINTS) -> list[tuple[int, float]]:
    """Return (middle of a window of 16 bases, energy that opening it costs in kcal/mol)."""
    last = len(sequence) - WINDOW
    if last < 0:
        return []
    step = max(1, -(-last // points))
    costs = opening_profile(sequence, WINDOW)
    return [(at + WINDOW // 2, float(costs[at])) for at in range(0, last + 1, step)]


def draw_track(
    name: str,
    length: int,
    exons: Sequence[tuple[int, int]],
    opening: Sequence[tuple[int, float]],
    candidates: Sequence[Mark],
    variants: Sequence[Mark],
) -> str:
    """Return an SVG document.

    Parameters
    ----------
    name, length
        Of the transcript, bases.
    exons
        Half-open spans on it.
    opening
        From `profile`.
    candidates
        Sites with what to say of them; `strength` 0 to 1 makes them darker.
    variants
        Those of the person, where they lie on it.
    """
    scale = (WIDTH - LEFT - RIGHT) / max(1, length)
    candidates = sorted(candidates, key=lambda mark: mark.start)
    lanes = _lanes(candidates, 3 / scale)
    height = 190 + 12 * (max(lanes, default=0) + 1)
    parts = [*_ruler(length, scale), *_exon_bar(exons, scale), *_opening(opening, scale)]
    for mark in variants:
        x = LEFT + mark.start * scale
        parts.append(
            f'<g><title>{escape(mark.words)}</title><path d="M{x:.1f} 30 v128" stroke="{VARIANT}" '
            f'stroke-dasharray="3 2"/><circle cx="{x:.1f}" cy="30" r="4" fill="{VARIANT}"/></g>'
        )
    for lane, mark in zip(lanes, candidates, strict=True):
        x, width = LEFT + mark.start * scale, max(3.0, (mark.end - mark.start) * scale)
        parts.append(
            f'<g><title>{escape(mark.words)}</title><rect x="{x:.1f}" y="{168 + 12 * lane}" '
            f'width="{width:.1f}" height="9" rx="2" fill="{SITE}" '
            f'fill-opacity="{0.3 + 0.7 * min(1.0, max(0.0, mark.strength)):.2f}"/></g>'
        )
    labels = [(44, "exons"), (108, "opening,"), (122, "kcal/mol"), (176, "candidates")]
    if variants:
        labels.append((30, "variants"))
    parts += [_text(8, y, words) for y, words in labels]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" role="img" font-family="sans-serif" font-size="12">',
            f"<title>{escape(name)}: candidates along the transcript</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _ruler(length: int, scale: float) -> list[str]:
    step = next(s for k in range(9) for s in (10**k, 2 * 10**k, 5 * 10**k) if s * 10 >= length)
    parts = []
    for at in range(0, length + 1, step):
        x = LEFT + at * scale
        parts.append(f'<path d="M{x:.1f} 14 v5" stroke="{INK}"/>')
        parts.append(_text(x, 11, f"{at}", 'text-anchor="middle" font-size="10"'))
    return parts


def _exon_bar(exons: Sequence[tuple[int, int]], scale: float) -> list[str]:
    whole = max((end for _, end in exons), default=0)
    parts = [f'<path d="M{LEFT} 44 h{whole * scale:.1f}" stroke="{EXONS[1]}"/>']
    for number, (start, end) in enumerate(exons):
        parts.append(
            f"<g><title>exon {number + 1}: {start} to {end}, {end - start} bases</title>"
            f'<rect x="{LEFT + start * scale:.1f}" y="38" width="{(end - start) * scale:.1f}" '
            f'height="12" fill="{EXONS[number % 2]}"/></g>'
        )
    return parts


def _opening(opening: Sequence[tuple[int, float]], scale: float) -> list[str]:
    if not opening:
        return []
    most = max(1.0, *(energy for _, energy in opening))
    points = " ".join(
        f"{LEFT + at * scale:.1f},{156 - 90 * energy / most:.1f}" for at, energy in opening
    )
    ticks = [_text(LEFT - 6, y, words, 'text-anchor="end" font-size="10"') for y, words in (
        (159, "0"), (70, f"{most:.0f}")
    )]  # fmt: skip
    return [
        f'<path d="M{LEFT} 66 v90 h{WIDTH - LEFT - RIGHT}" fill="none" stroke="{EXONS[0]}"/>',
        f'<polyline points="{points}" fill="none" stroke="{OPEN}" stroke-width="1.3"/>',
        *ticks,
    ]


def _lanes(marks: Sequence[Mark], gap: float) -> list[int]:
    """Put marks, ordered by start, into lanes in which none overlaps."""
    ends: list[float] = []
    found = []
    for mark in marks:
        free = next((n for n, end in enumerate(ends) if end + gap <= mark.start), len(ends))
        if free == len(ends):
            ends.append(mark.end)
        else:
            ends[free] = mark.end
        found.append(free)
    return found


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y}" fill="{INK}" {more}>{escape(text)}</text>'
