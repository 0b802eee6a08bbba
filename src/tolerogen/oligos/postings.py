"""The places of a text sorted by the eight bases that start there, in segments.

A place carries its key's neighbours, eight bases before and eight behind, so that most of a site is
compared without a look at the text, and places of one key lie side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.oligos.blocks import KEYS, STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEGMENT = 1 << 21  # places; 24 bits hold one while a segment is sorted
SPARE = 32  # numbers beyond the last, because sixteen are read at once


@dataclass(frozen=True)
class Postings:
    """Sorted places of one segment.

    Attributes
    ----------
    offsets
        Where each key begins, and one more; uint32.
    after, before
        The eight bases behind the key and before it, two bits each; uint16.
    places
        First base of the key in the text; uint32.
    """

    offsets: NDArray[np.uint32]
    after: NDArray[np.uint16]
    before: NDArray[np.uint16]
    places: NDArray[np.uint32]


def segments(bases: int) -> int:
    """Return how many segments a text has."""
    return -(-places(bases) // SEGMENT)


def places(bases: int) -> int:
    """Return how many places of a text are indexed."""
    return -(-bases // STEP)


@dataclass(frozen=True)
class Room:
    """Memory to sort segments in, one after the other: fresh pages cost as much as the sorting."""

    sorted: Postings
    spare: NDArray[np.uint64]


def make_room(bases: int) -> Room:
    """Return room for any segment of a text."""
    count = min(SEGMENT, places(bases))
    after, before = (np.zeros(count + SPARE, np.uint16) for _ in range(2))
    whole = Postings(np.empty(KEYS + 1, np.uint32), after, before, np.empty(count, np.uint32))
    return Room(whole, np.empty(count, np.uint64))


def sort_segment(words: NDArray[np.uint64], bases: int, number: int, room: Room) -> Postings:
    """Sort one segment of a packed text; the result is gone with the next one in that room."""
    from tolerogen.oligos.postings_native import sort_places

    first = number * SEGMENT
    count = min(SEGMENT, places(bases) - first)
    whole = room.sorted
    sort_places(
        words, first, count, whole.offsets, whole.after, whole.before, whole.places, room.spare
    )
    # SPARE numbers beyond are read but never believed, whatever is left in them
    return Postings(
        whole.offsets, whole.after[: count + SPARE], whole.before[: count + SPARE],
        whole.places[:count],
    )  # fmt: skip
