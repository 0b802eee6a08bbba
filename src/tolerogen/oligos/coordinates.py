"""Coordinate maps: which base of one sequence is which base of another, both ways.

Positions count from 0. A map is made of blocks in which base follows base; an inserted base lies in
no block and has no partner, and neither has a deleted one. A step of -1 is the other strand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tolerogen.errors import SpecError


@dataclass(frozen=True)
class Block:
    """`length` bases from `here` on pair with those from `there` on, upwards or downwards."""

    here: int
    there: int
    length: int
    step: int = 1

    @property
    def low(self) -> int:
        """Lowest position there."""
        return self.there if self.step > 0 else self.there - self.length + 1

    def to(self, position: int) -> int:
        """Return the partner there of a position here inside the block."""
        return self.there + self.step * (position - self.here)

    def back(self, position: int) -> int:
        """Return the partner here of a position there inside the block."""
        return self.here + self.step * (position - self.there)


@dataclass(frozen=True)
class CoordinateMap:
    """Blocks in the order of `here`, none overlapping on either side.

    Raises
    ------
    SpecError
        When blocks overlap, or are empty.

    Examples
    --------
    >>> exons = CoordinateMap((Block(0, 10, 3), Block(3, 20, 2)))  # an mRNA on its pre-mRNA
    >>> exons.to(4), exons.back(21), exons.back(15)
    (21, 4, None)
    >>> exons.spans(1, 5)
    ((11, 13), (20, 22))
    """

    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Refuse blocks that overlap."""
        there = sorted(self.blocks, key=lambda b: b.low)
        here_ok = all(a.here + a.length <= b.here for a, b in pairwise(self.blocks))
        there_ok = all(a.low + a.length <= b.low for a, b in pairwise(there))
        if not (here_ok and there_ok and all(b.length > 0 for b in self.blocks)):
            raise SpecError(f"blocks of a coordinate map overlap or are empty: {self.blocks}.")

    def to(self, position: int) -> int | None:
        """Return the partner of a position, None where it has none."""
        at = bisect_right(self._here, position) - 1
        if at < 0 or position >= self.blocks[at].here + self.blocks[at].length:
            return None
        return self.blocks[at].to(position)

    def back(self, position: int) -> int | None:
        """Return the position whose partner this is, None where there is none."""
        at = bisect_right(self._there, (position, len(self.blocks))) - 1
        if at < 0:
            return None
        block = self.blocks[self._there[at][1]]
        return block.back(position) if position < block.low + block.length else None

    def spans(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return the partners of ``start`` to ``end`` (left out) as half-open spans, in order."""
        found = []
        for block in self.blocks:
            low, high = max(start, block.here), min(end, block.here + block.length)
            if low < high:
                ends = sorted((block.to(low), block.to(high - 1)))
                found.append((ends[0], ends[1] + 1))
        return tuple(found)

    @cached_property
    def _here(self) -> list[int]:
        return [block.here for block in self.blocks]

    @cached_property
    def _there(self) -> list[tuple[int, int]]:
        return sorted((block.low, at) for at, block in enumerate(self.blocks))


def compose(first: CoordinateMap, second: CoordinateMap) -> CoordinateMap:
    """Return the map that goes along `first` and then along `second`.

    Examples
    --------
    >>> exons = CoordinateMap((Block(0, 10, 3), Block(3, 20, 2)))
    >>> compose(exons, CoordinateMap((Block(0, 130, 31, -1),))).to(4)
    109
    """
    found = []
    for a in first.blocks:
        for b in second.blocks:
            low = max(a.low, b.here)
            high = min(a.low + a.length, b.here + b.length)
            if low < high:
                here = min(a.back(low), a.back(high - 1))
                found.append(Block(here, b.to(a.to(here)), high - low, a.step * b.step))
    return CoordinateMap(_merged(sorted(found, key=lambda block: block.here)))


def joined(spans: Sequence[tuple[int, int]]) -> CoordinateMap:
    """Return the map of the sequence that the half-open `spans` make when put end to end."""
    blocks, here = [], 0
    for start, end in spans:
        blocks.append(Block(here, start, end - start))
        here += end - start
    return CoordinateMap(tuple(blocks))


def _merged(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Join blocks that go on where the one before ended, as at a replaced base."""
    found: list[Block] = []
    for block in blocks:
        last = found[-1] if found else None
        if (
            last is not None
            and last.step == block.step
            and last.here + last.length == block.here
            and last.to(block.here) == block.there
        ):
            found[-1] = Block(last.here, last.there, last.length + block.length, last.step)
        else:
            found.append(block)
    return tuple(found)
