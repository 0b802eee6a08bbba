"""Which windows of the text can belong to a site: the neighbourhoods of an oligo's two blocks.

A site with at most ``k`` differences has at most ``k // 2`` in its first block, or at most
``k - k // 2 - 1`` in its last. So the windows that lie within that many differences of a block
are listed for every oligo, and a window of the text that is in no list starts no site. With one
bulge, one of the two blocks is free of it and has at most ``k`` differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_SEED = 10  # bases; the bitmap of 4**10 windows still fits the second-level cache


@dataclass(frozen=True)
class SeedTable:
    """Windows of `seed` bases and the blocks they may belong to.

    Attributes
    ----------
    seed
        Bases of a block.
    budget
        Differences allowed in the first block of an entry.
    bitmap
        One bit a window: whether it has entries.
    ranks
        How many windows have entries before each word of the bitmap.
    offsets, targets, owners, backs
        The ``r``-th window that has entries may be the first block of
        ``offsets[2 r]:offsets[2 r + 1]`` and the last block of ``offsets[2 r + 1]:offsets[2 r +
        2]``: target (packed), number of the oligo, bases from the site's start to the block.
    """

    seed: int
    budget: int
    bitmap: NDArray[np.uint64]
    ranks: NDArray[np.int32]
    offsets: NDArray[np.int32]
    targets: NDArray[np.uint64]
    owners: NDArray[np.int32]
    backs: NDArray[np.uint32]


def seed_table(
    targets: NDArray[np.uint64], length: int, seed: int, budgets: tuple[int, int]
) -> SeedTable:
    """List the neighbourhoods of the first and the last block of every target.

    Parameters
    ----------
    targets
        Packed sites of perfect complement, all of one `length`.
    seed
        Bases of a block, at most half the length.
    budgets
        Differences allowed in first and last blocks; -1 for blocks that are not looked at.
    """
    mask = np.uint64(4**seed - 1)
    keys, owners = [], []
    for place, budget in enumerate(budgets):
        if budget >= 0:
            blocks = (targets >> np.uint64(2 * (length - seed) * place)) & mask
            changes = neighbourhood(seed, budget)
            keys.append((blocks[:, None] ^ changes[None, :]).ravel().astype(np.int64) * 2 + place)
            owners.append(np.repeat(np.arange(targets.size, dtype=np.int32), changes.size))
    key, owner = np.concatenate(keys), np.concatenate(owners)
    order = np.argsort(key, kind="stable")
    counts = np.bincount(key, minlength=2 * max(64, 4**seed)).reshape(-1, 2)
    used = counts.sum(axis=1) > 0
    bitmap = np.packbits(used, bitorder="little").view(np.uint64)
    ranks = np.concatenate([[0], np.cumsum(used.reshape(-1, 64).sum(axis=1))]).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(counts[used])]).astype(np.int32)
    owner = owner[order]
    backs = ((key[order] & 1) * (length - seed)).astype(np.uint32)
    return SeedTable(seed, budgets[0], bitmap, ranks, offsets, targets[owner], owner, backs)


def neighbourhood(seed: int, budget: int) -> NDArray[np.uint64]:
    """Return the patterns that change at most `budget` of `seed` bases, by exclusive-or.

    Examples
    --------
    >>> [neighbourhood(8, k).size for k in (0, 1, 2)]
    [1, 25, 277]
    """
    found = [
        sum(c << (2 * p) for c, p in zip(change, places, strict=True))
        for size in range(min(budget, seed) + 1)
        for places in combinations(range(seed), size)
        for change in product((1, 2, 3), repeat=size)
    ]
    return np.array(found, np.uint64)
