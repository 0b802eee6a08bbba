"""Sorted places in a file that is mapped into memory, and given back segment by segment."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass

from tolerogen.oligos.blocks import KEYS
from tolerogen.oligos.postings import SEGMENT, SPARE, Postings, places

LARGE = 200_000_000  # bases from which pages are given back, so that memory stays within bounds


@dataclass(frozen=True)
class MappedPlaces:
    """The sorted places of a whole text.

    Attributes
    ----------
    held
        The mapping.
    starts
        Byte at which each part starts, by name.
    whole
        The parts, of all segments one after the other.
    bases
        Of the text.
    """

    held: mmap.mmap
    starts: Mapping[str, int]
    whole: Postings
    bases: int

    def segment(self, number: int) -> Postings:
        """Return one segment."""
        first, end = self._span(number)
        whole = self.whole
        return Postings(
            whole.offsets[number * (KEYS + 1) : (number + 1) * (KEYS + 1)],
            whole.after[first : end + SPARE],
            whole.before[first : end + SPARE],
            whole.places[first:end],
        )

    def release(self, number: int) -> None:
        """Give back the pages of a segment of a large text; the file keeps what is on them."""
        if self.bases < LARGE or not hasattr(mmap, "MADV_DONTNEED"):
            return
        first, end = self._span(number)
        for name in ("after", "before", "places"):
            size = getattr(self.whole, name).itemsize
            low = -(-(self.starts[name] + first * size) // mmap.PAGESIZE) * mmap.PAGESIZE
            high = (self.starts[name] + end * size) // mmap.PAGESIZE * mmap.PAGESIZE
            if low < high:
                self.held.madvise(mmap.MADV_DONTNEED, low, high - low)

    def _span(self, number: int) -> tuple[int, int]:
        first = number * SEGMENT
        return first, min(first + SEGMENT, places(self.bases))
