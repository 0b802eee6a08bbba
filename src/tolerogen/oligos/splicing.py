"""Splice switching: which windows over an exon and its flanks change whether it is used.

Each window is laid over what decides that: the splice sites, the branch point, enhancers and
silencers. Covering the first four leaves the exon out, covering a silencer keeps it in; the sum is
the effect, from -1 (skipped) to 1 (included). The weights are assumed and the effect was not
measured here: it says which windows to try first, and in which direction.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.candidates import OligoCandidate, candidate, with_offtargets
from tolerogen.oligos.chemistry import read_oligo
from tolerogen.oligos.index import TranscriptIndex
from tolerogen.oligos.layouts import layouts
from tolerogen.oligos.skipping import Skip, skip_exon
from tolerogen.oligos.thermodynamics import duplex
from tolerogen.oligos.transcripts import Transcript
from tolerogen.oligos.walk import Placed, walk

Direction = Literal["skip", "include"]
TABLE = Path(__file__).parent / "data" / "splice_elements.csv"
FLANK = 60  # bases of intron on either side
CLOSE = 5  # times as many windows are folded as are asked for
EXONIC = -0.2
"""Of any window inside the exon (assumed): about two thirds of exonic oligos made dystrophin skip
an exon (Aartsma-Rus 2009, doi:10.1038/mt.2008.205, recalled and not read again: unsourced)."""
DONOR, ACCEPTOR, BRANCH = -0.6, -0.6, -0.4  # assumed
DONOR_SPAN, ACCEPTOR_SPAN = (-3, 6), (-20, 3)  # bases around the border that the sites reach
BRANCH_SPAN = (-44, -18)  # of the border; where most branch points lie (unsourced)
BRANCH_POINT = "YNYTRAY"  # the adenine is the last but one; consensus of mammals (unsourced)
_IUPAC = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "[AG]", "Y": "[CT]", "S": "[CG]", "W": "[AT]",
    "K": "[GT]", "M": "[AC]", "B": "[CGT]", "D": "[AGT]", "H": "[ACT]", "V": "[ACG]", "N": "[ACGT]",
}  # fmt: skip


@dataclass(frozen=True)
class Element:
    """Something that decides whether an exon is used, where it lies on the pre-mRNA.

    `weight` is what covering all of it adds to the inclusion of the exon, -1 to 1.
    """

    name: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class SpliceWindow:
    """An oligo over an exon or its flanks.

    Attributes
    ----------
    candidate
        Its `start` counts on the pre-mRNA.
    place
        First and last base as people name them: ``-5`` before the exon, ``12`` in it, ``+10``
        behind it.
    effect
        -1 (the exon is left out) to 1 (it is kept in).
    covers
        Names of the elements that it lies on, half of them or more.
    haplotypes
        Those that hold its site unchanged.
    """

    candidate: OligoCandidate
    place: str
    effect: float
    covers: tuple[str, ...]
    haplotypes: tuple[str, ...]


@dataclass(frozen=True)
class SpliceDesign:
    """A walk over one exon.

    Attributes
    ----------
    transcript
        The haplotype that was walked over.
    direction
        ``skip`` or ``include``.
    consequences
        What leaving the exon out does, for each haplotype by name.
    elements
        What the windows were laid over.
    windows
        Best first.
    """

    transcript: Transcript
    direction: Direction
    consequences: dict[str, Skip]
    elements: tuple[Element, ...]
    windows: tuple[SpliceWindow, ...]


def splice(
    transcripts: Sequence[Transcript],
    exon: int,
    *,
    direction: Direction = "skip",
    chemistries: Sequence[str] = ("moe/ps",),
    lengths: Sequence[int] = (18, 20),
    flank: int = FLANK,
    index: TranscriptIndex | None = None,
    haplotype: str | None = None,
    top: int = 20,
) -> SpliceDesign:
    """Walk over an exon and its flanks.

    Parameters
    ----------
    transcripts
        From `read_transcripts` with an annotation. The first is walked over; of its haplotypes,
        windows that all of them hold.
    exon
        Number from 1 at the 5' end.
    direction
        ``skip`` wants the exon left out, ``include`` kept in.
    chemistries, lengths
        Without a gap of DNA, see `design`.
    flank
        Bases of intron on either side.
    index
        Of pre-mRNA, to look for off-targets in: splice sites are not in mature transcripts.
    haplotype
        Take windows that this one holds, whether or not the others do.
    top
        How many to return.

    Raises
    ------
    SpecError
        As `skip_exon`, `design`; for a direction or haplotype that is not there.
    """
    if direction not in get_args(Direction):
        raise SpecError(f"direction '{direction}': {choices(direction, get_args(Direction))}")
    if flank < 0 or top < 1:
        raise SpecError("the flank must be 0 bases or more, and --top 1 or more.")
    own = [
        t for t in transcripts if (t.name, t.contig) == (transcripts[0].name, transcripts[0].contig)
    ]
    walked = _walked(own, haplotype)
    consequences = {t.haplotype: skip_exon(t, exon) for t in own}
    place = consequences[walked.haplotype].place
    found = elements(walked, exon, flank)
    shared = [] if haplotype else [t.pre_mrna for t in own]
    kinds = layouts(chemistries, lengths, "steric")
    sites = walk(walked.pre_mrna, kinds, shared, _region(walked, exon, flank))
    close = _best(sites, found, walked, 1 if direction == "include" else -1, top)
    if not close:
        raise SpecError(
            f"no window over exon {exon} is expected to {direction} it: nothing known to work that "
            "way lies there. Widen --flank, or choose other lengths."
        )
    chosen = with_offtargets([c for _, c in close], walked.gene, index)
    windows = tuple(
        _window(c, e, found, place, own) for (e, _), c in zip(close, chosen, strict=True)
    )
    return SpliceDesign(walked, direction, consequences, found, windows)


def _best(
    sites: Sequence[Placed], found: Sequence[Element], walked: Transcript, sign: int, top: int
) -> list[tuple[float, OligoCandidate]]:
    """Choose by effect to a tenth, then by what holding the open site yields."""
    wanted = [
        (value, read_oligo(s.sequence, s.chemistry), s.start)
        for s in sites
        if sign * (value := effect(found, s.start, s.start + len(s.sequence))) > 0
    ]
    wanted.sort(key=lambda w: (round(-w[0] * sign, 1), duplex(w[1]).energy, w[2]))
    record = walked.record(pre_mrna=True)
    close = [(e, candidate(o, record, start, None)) for e, o, start in wanted[: top * CLOSE]]
    close.sort(key=lambda w: (round(-w[0] * sign, 1), w[1].net_energy))
    return close[:top]


def elements(transcript: Transcript, exon: int, flank: int = FLANK) -> tuple[Element, ...]:
    """Return what decides about an exon, in the order of the pre-mRNA."""
    block = transcript.mrna_to_pre.blocks[exon - 1]
    start, end = block.there, block.there + block.length
    low, high = _region(transcript, exon, flank)
    text = transcript.pre_mrna
    found = [
        Element("exon", start, end, EXONIC),
        Element("acceptor", start + ACCEPTOR_SPAN[0], start + ACCEPTOR_SPAN[1], ACCEPTOR),
        Element("donor", end + DONOR_SPAN[0], end + DONOR_SPAN[1], DONOR),
    ]
    branches = _matches(BRANCH_POINT, text, start + BRANCH_SPAN[0], start + BRANCH_SPAN[1])
    found += [Element("branch point", at, at + len(BRANCH_POINT), BRANCH) for at in branches]
    for name, pattern, where, weight in _table():
        spans = [(start, end)]
        if where == "intron":
            spans = [(low, start + ACCEPTOR_SPAN[0]), (end + DONOR_SPAN[1], high)]
        for first, last in spans:
            places = _matches(pattern, text, first, last)
            found += [Element(name, at, at + len(pattern), weight) for at in places]
    return tuple(sorted(found, key=lambda e: (e.start, e.end, e.name)))


def effect(found: Sequence[Element], start: int, end: int) -> float:
    """Return what covering ``start`` to ``end`` does to the inclusion of the exon, -1 to 1.

    Each element adds its weight by the share of it that is covered; of the exon itself, by the
    share of the window that lies in it, since any part of it will do.
    """
    total = 0.0
    for element in found:
        shared = min(end, element.end) - max(start, element.start)
        if shared > 0:
            of = end - start if element.name == "exon" else element.end - element.start
            total += element.weight * shared / of
    return max(-1.0, min(1.0, total))


def _walked(own: Sequence[Transcript], haplotype: str | None) -> Transcript:
    names = {t.haplotype: t for t in own}
    if haplotype is None:
        return own[0]
    if haplotype not in names:
        raise SpecError(f"no haplotype '{haplotype}'; {choices(haplotype, names)}")
    return names[haplotype]


def _region(transcript: Transcript, exon: int, flank: int) -> tuple[int, int]:
    """Return the exon with its flanks, as far as the introns reach."""
    blocks = transcript.mrna_to_pre.blocks
    block = blocks[exon - 1]
    before = blocks[exon - 2].there + blocks[exon - 2].length
    return max(before, block.there - flank), min(
        blocks[exon].there, block.there + block.length + flank
    )


def _window(
    c: OligoCandidate,
    value: float,
    found: Sequence[Element],
    place: tuple[int, int],
    own: Sequence[Transcript],
) -> SpliceWindow:
    start, end = c.start, c.start + len(c.oligo)
    covers = [
        e.name
        for e in found
        if e.name != "exon" and 2 * (min(end, e.end) - max(start, e.start)) >= e.end - e.start
    ]
    names = tuple(t.haplotype for t in own if c.oligo.target in t.pre_mrna)
    label = f"{_named(start, place)} to {_named(end - 1, place)}"
    return SpliceWindow(c, label, value, tuple(dict.fromkeys(covers)), names)


def _named(at: int, place: tuple[int, int]) -> str:
    start, end = place
    return (
        f"-{start - at}" if at < start else f"+{at - end + 1}" if at >= end else f"{at - start + 1}"
    )


def _matches(pattern: str, text: str, low: int, high: int) -> list[int]:
    """Return where a pattern begins that lies within ``low`` to ``high``."""
    low = max(0, low)
    expression = "".join(_IUPAC[code] for code in pattern)
    found = re.finditer(f"(?={expression})", text[low:high])
    return [low + match.start() for match in found if match.start() + len(pattern) <= high - low]


@cache
def _table() -> tuple[tuple[str, str, str, float], ...]:
    with TABLE.open(encoding="utf-8") as handle:
        rows = csv.DictReader(line for line in handle if not line.startswith("#"))
        return tuple((r["name"], r["pattern"], r["where"], float(r["weight"])) for r in rows)
