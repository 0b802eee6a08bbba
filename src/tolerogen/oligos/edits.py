"""Edits of a stretch of reference: the edited sequence, and its map to the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tolerogen.errors import SpecError
from tolerogen.oligos.coordinates import Block, CoordinateMap


@dataclass(frozen=True, order=True)
class Edit:
    """Bases `start` to `end` (left out) of the reference are `sequence` instead."""

    start: int
    end: int
    sequence: str

    @property
    def shift(self) -> int:
        """By how much everything behind it moves."""
        return len(self.sequence) - (self.end - self.start)


def minimal(start: int, reference: str, alternative: str) -> tuple[Edit, ...]:
    """Return what really differs: shared ends off, equal lengths taken apart base by base.

    Examples
    --------
    >>> minimal(10, "CAG", "CG"), minimal(10, "A", "AT"), minimal(10, "ACA", "GCT")[1].start
    ((Edit(start=11, end=12, sequence=''),), (Edit(start=11, end=11, sequence='T'),), 12)
    """
    end = start + len(reference)
    while reference and alternative and reference[-1] == alternative[-1]:
        reference, alternative, end = reference[:-1], alternative[:-1], end - 1
    while reference and alternative and reference[0] == alternative[0]:
        reference, alternative, start = reference[1:], alternative[1:], start + 1
    if len(reference) == len(alternative):
        pairs = enumerate(zip(reference, alternative, strict=True))
        return tuple(Edit(start + i, start + i + 1, b) for i, (a, b) in pairs if a != b)
    return (Edit(start, end, alternative),)


@dataclass(frozen=True)
class Edited:
    """A stretch after its edits.

    Attributes
    ----------
    sequence
        The edited stretch.
    map
        From its positions to those of the reference. A replaced base keeps its partner; inserted
        bases, and those of a replacement of another length, have none.
    offset
        Position of the reference at which the stretch starts.
    edits
        In order, not overlapping.
    """

    sequence: str
    map: CoordinateMap
    offset: int
    edits: tuple[Edit, ...]

    def start_of(self, boundary: int) -> int:
        """Return where something that starts at a reference position starts here.

        An insertion just before it is not part of it; a deletion over it moves it behind.
        """
        at = boundary - self.offset
        for edit in self.edits:
            if edit.end <= boundary:
                at += edit.shift
            elif edit.start < boundary:
                return at + (edit.start - boundary) + len(edit.sequence)
        return at

    def end_of(self, boundary: int) -> int:
        """Return where something that ends before a reference position ends here.

        An insertion just behind it is not part of it.
        """
        at = boundary - self.offset
        for edit in self.edits:
            if edit.end <= boundary and edit.start < boundary:
                at += edit.shift
            elif edit.start < boundary < edit.end:
                return at + (edit.start - boundary)
        return at


def apply_edits(reference: str, offset: int, edits: Sequence[Edit]) -> Edited:
    """Apply edits, in the coordinates of the reference, to a stretch that starts at `offset`.

    Raises
    ------
    SpecError
        When two of them overlap or one is not inside the stretch.
    """
    ordered = tuple(sorted(set(edits)))
    for a, b in pairwise(ordered):
        if b.start < a.end or (a.start, a.end) == (b.start, b.end):
            raise SpecError(
                f"two variants of one haplotype overlap at base {b.start + 1}: they cannot both be "
                "there. Normalise the VCF, or correct its phase."
            )
    pieces, blocks, at, here = [], [], offset, 0

    def keep(until: int) -> None:
        nonlocal here
        if until > at:
            pieces.append(reference[at - offset : until - offset])
            blocks.append(Block(here, at, until - at))
            here += until - at

    for edit in ordered:
        if not offset <= edit.start <= edit.end <= offset + len(reference):
            raise SpecError(f"an edit at base {edit.start + 1} is outside the stretch.")
        keep(edit.start)
        pieces.append(edit.sequence)
        if edit.shift == 0:
            blocks.append(Block(here, edit.start, edit.end - edit.start))
        here += len(edit.sequence)
        at = edit.end
    keep(offset + len(reference))
    return Edited("".join(pieces), CoordinateMap(tuple(blocks)), offset, ordered)
