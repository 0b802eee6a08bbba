"""Which eight bases of a site are looked up, and with how many differences.

A site of at most ``k`` differences has two blocks that share none of them, so one of the two has
at most ``k // 2`` or the other at most ``k - k // 2 - 1``. With one bulge, one of the two blocks is
free of it and has at most ``k``. Only every second place of the text is indexed: a site that begins
at an odd place is looked up by blocks that begin at odd bases of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEY = 8  # bases looked up
KEYS = 4**KEY
STEP = 2  # every second place is indexed


@dataclass(frozen=True)
class Block:
    """Eight bases of a site that are looked up.

    Attributes
    ----------
    last
        Whether it is the block at the site's end: what precedes it is compared, else what follows.
    offset
        Its first base, counted on the text from the start of the site.
    shift
        By how much the target's bases lie before the text's in this block: the bulge, 1 or -1 in
        a last block.
    first, end
        Bases of the target (first, one past the last) whose differences count for it; others of
        the eight may be any.
    budget
        Differences allowed there.
    """

    last: bool
    offset: int
    shift: int
    first: int
    end: int
    budget: int


@dataclass(frozen=True)
class Entries:
    """What the places of each key are compared with.

    Attributes
    ----------
    block
        The block that the keys are of.
    keys, bounds
        Those that have entries, and where theirs begin (one more at the end).
    expected, moved
        Eight bases beside the key as they would be; `moved` as if the bulge were passed already.
    allowed
        Differences left for them.
    owners
        Number of the oligo.
    mask
        Even bits of the bases that are compared.
    """

    block: Block
    keys: NDArray[np.uint16]
    bounds: NDArray[np.int64]
    expected: NDArray[np.uint16]
    moved: NDArray[np.uint16]
    allowed: NDArray[np.uint16]
    owners: NDArray[np.int32]
    mask: int


def blocks(length: int, size: int, limit: int, phase: int) -> tuple[Block, ...]:
    """Return the blocks of a site that begins at an even (`phase` 0) or odd place.

    Parameters
    ----------
    length, size
        Bases of the oligo, and of the site: the same, or one more or less with a bulge.
    limit
        Differences of the whole, the bulge apart.

    Examples
    --------
    >>> [(b.offset, b.first, b.end, b.budget) for b in blocks(20, 20, 3, 0)]
    [(0, 0, 8, 1), (12, 12, 20, 1)]
    """
    shift, begin = size - length, phase
    final = _at_most(size - KEY, phase)
    if final - shift < begin + KEY:  # they overlap: less so with one base behind the site
        final = _at_most(size - KEY + 1, phase)
    middle = final - shift  # of the second, on the target
    first_end, last_start = begin + KEY, middle
    if last_start < first_end:  # each base counts for one of them
        first_end = last_start = (first_end + last_start) // 2
    half = limit // 2
    budgets = (limit, limit) if shift else (half, limit - half - 1)
    found = (
        Block(False, phase, 0, begin, first_end, budgets[0]),
        Block(True, final, shift, last_start, middle + KEY, budgets[1]),
    )
    return tuple(block for block in found if block.budget >= 0)


def _at_most(place: int, phase: int) -> int:
    return place - (place - phase) % STEP


def entries(
    targets: NDArray[np.uint64], length: int, size: int, limit: int, block: Block
) -> Entries:
    """List the neighbourhood of a block of every target, by key."""
    begin = block.offset - block.shift  # of the key on the target
    inside = [at for at in range(KEY) if block.first <= begin + at < min(block.end, length)]
    known = [at for at in range(KEY) if 0 <= begin + at < length]
    free = [at for at in range(KEY) if at not in inside]
    counted = [at for at in free if at in known and not (size - length)]
    changes, cost = patterns(tuple(inside), tuple(free), tuple(counted), block.budget, limit)
    own = _bases(targets, begin)
    keys = (own[:, None] ^ changes[None, :]).ravel()
    order = np.argsort(keys, kind="stable")
    owners = (order // changes.size).astype(np.int32)
    keys = keys[order]
    firsts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    side = block.offset - KEY if block.last else block.offset + KEY
    near, far = (size - length, 0) if block.last else (0, size - length)
    slack = 1 if size > length else 0  # one base of the text may be the bulge itself
    return Entries(
        block,
        keys[firsts],
        np.append(firsts, keys.size),
        _bases(targets, side - near)[owners],
        _bases(targets, side - far)[owners],
        (limit - cost[order % changes.size] + slack).astype(np.uint16),
        owners,
        sum(
            1 << (2 * at)
            for at in range(KEY)
            if 0 <= side + at < size
            and 0 <= side + at - near < length
            and 0 <= side + at - far < length
        ),
    )


def _bases(targets: NDArray[np.uint64], first: int) -> NDArray[np.uint16]:
    """Return eight bases of each target from `first` on; A where it has none."""
    by = np.uint64(2 * abs(first))
    moved = targets << by if first < 0 else targets >> by
    return (moved & np.uint64(KEYS - 1)).astype(np.uint16)


@cache
def patterns(
    inside: tuple[int, ...],
    free: tuple[int, ...],
    counted: tuple[int, ...],
    budget: int,
    limit: int,
) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Return what may be changed in a key, by exclusive-or, and the differences that it makes.

    Parameters
    ----------
    inside, free
        Bases of which at most `budget` may change, and those that may be any.
    counted
        Of the free ones, those whose change is a difference all the same.
    limit
        Patterns of more differences are left out.

    Examples
    --------
    >>> patterns(tuple(range(8)), (), (), 1, 3)[0].size
    25
    """
    near = [
        (sum(c << (2 * p) for c, p in zip(change, places, strict=True)), size)
        for size in range(min(budget, len(inside)) + 1)
        for places in combinations(inside, size)
        for change in product((1, 2, 3), repeat=size)
    ]
    loose = [
        (
            sum(c << (2 * p) for c, p in zip(change, free, strict=True)),
            sum(c != 0 for c, p in zip(change, free, strict=True) if p in counted),
        )
        for change in product((0, 1, 2, 3), repeat=len(free))
    ]
    bits = np.array([b for b, _ in near])[:, None] | np.array([b for b, _ in loose])
    cost = np.array([c for _, c in near])[:, None] + np.array([c for _, c in loose])
    kept = cost.ravel() <= limit
    return bits.ravel()[kept].astype(np.uint16), cost.ravel()[kept].astype(np.int64)
