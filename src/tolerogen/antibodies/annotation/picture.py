"""An annotated sequence as SVG: regions, numbers, liabilities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tolerogen.antibodies.annotation.liabilities import Liability, liabilities
from tolerogen.antibodies.numbering import DEFINITIONS, Domain
from tolerogen.antibodies.numbering.definitions import in_cdr

A_LINE, STEP, LEFT, HEIGHT = 64, 15, 20, 66
REGIONS = ("#f1f3f5", "#cbe4f3", "#f5e3ee", "#fbeccb")
"""Framework and CDRs: tints of sky blue, reddish purple and orange (Okabe and Ito)."""
MARKS = {"high": "#a34700", "medium": "#0072b2", "low": "#6c757d"}
SIGNS = {
    "deamidation": "d", "isomerisation": "i", "N-glycosylation": "g", "oxidation": "o",
    "acid cleavage": "x", "integrin binding": "r", "pyroglutamate": "p", "free cysteine": "c",
    "extra cysteine pair": "c",
}  # fmt: skip


def draw(domains: Sequence[Domain]) -> str:
    """Return an SVG document: one block a domain, CDRs (IMGT) tinted, liabilities marked.

    The number above a residue is its position in the domain's scheme; the letter below stands for
    the liability and its colour for the severity. Hovering shows both in words.
    """
    parts, top = [], 10
    for domain in domains:
        block, height = _block(domain, top)
        parts += block
        top += height
    parts += _legend(top)
    width = 2 * LEFT + A_LINE * STEP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top + 44}" '
        f'width="{width}" role="img" font-family="monospace" font-size="12">'
    )
    names = escape(", ".join(domain.id for domain in domains))
    return "\n".join(
        [
            head,
            f"<title>Annotated variable domains: {names}</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _block(domain: Domain, top: int) -> tuple[list[str], int]:
    loops = in_cdr(DEFINITIONS["imgt"], domain.chain, domain.imgt)
    marks: dict[int, list[Liability]] = {}
    for one in liabilities(domain):
        marks.setdefault(one.index, []).append(one)
    gene = f"{domain.v.gene}, {domain.v.identity:.0%}" if domain.v else "no V gene"
    title = escape(f"{domain.id} ({domain.chain}; {gene}; {domain.scheme} numbers)")
    parts = [_text(LEFT, top + 14, title, "#212529", 'font-weight="bold"')]
    for index, letter in enumerate(domain.residues):
        line, column = divmod(index, A_LINE)
        x, y = LEFT + column * STEP, top + 40 + line * HEIGHT
        place = domain.positions[index]
        parts.append(
            f'<g><title>{letter}{place}</title><rect x="{x}" y="{y}" width="{STEP}" height="20" '
            f'fill="{REGIONS[loops[index]]}"/>{_text(x + 4, y + 14, letter, "#212529")}</g>'
        )
        if place.isdigit() and int(place) % 10 == 0:
            parts.append(_text(x, y - 4, place, "#495057", 'font-size="9"'))
        if index in marks:
            parts.append(_mark(x, y + 20, marks[index]))
    lines = -(-len(domain.residues) // A_LINE)
    return parts, 40 + lines * HEIGHT


def _mark(x: int, y: int, found: Sequence[Liability]) -> str:
    worst = found[0]
    words = escape("; ".join(f"{f.kind} {f.motif}{f.position}, {f.severity}" for f in found))
    colour = MARKS[worst.severity]
    return (
        f'<g><title>{words}</title><rect x="{x}" y="{y}" width="{STEP * len(worst.motif)}" '
        f'height="3" fill="{colour}"/>{_text(x + 3, y + 15, SIGNS[worst.kind], colour)}</g>'
    )


def _legend(top: int) -> list[str]:
    first = "   ".join(f"{sign} {kind}" for kind, sign in SIGNS.items() if "pair" not in kind)
    parts = [_text(LEFT, top + 12, first, "#212529", 'font-size="10" xml:space="preserve"')]
    x = LEFT
    boxes = [*zip(("framework", "CDR1", "CDR2", "CDR3"), REGIONS, strict=True), *MARKS.items()]
    for word, colour in boxes:
        parts.append(f'<rect x="{x}" y="{top + 22}" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 14, top + 31, word, "#212529", 'font-size="10"'))
        x += 90
    return parts


def _text(x: int, y: int, text: str, colour: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" {more}>{text}</text>'
