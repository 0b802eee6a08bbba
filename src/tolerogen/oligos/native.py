"""Native kernels of the search, compiled on first use and kept on disk; they release the GIL.

Bases are two bits (A 0, C 1, G 2, T 3), base ``i`` of the text in bits ``2 (i % 32)`` of word
``i // 32``. A site is compared with one exclusive-or and one population count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

EVEN = np.uint64(0x5555555555555555)
ONE = np.uint64(1)
BLOCK = 64  # words looked up before their candidates are compared
PAIRS = 2048  # candidates compared in one go


@intrinsic
def popcount(typingctx: Any, value: Any) -> Any:
    """Count the bits that are set."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), codegen


@njit(inline="always")
def window(words, p):
    """Return the 32 bases from position `p` on; `p` is uint64."""
    k = p >> np.uint64(5)
    shift = (p & np.uint64(31)) << ONE
    return (words[k] >> shift) | ((words[k + ONE] << ONE) << (np.uint64(63) - shift))


@njit(inline="always")
def differing(a, b):
    """Set the even bit of every base in which `a` and `b` differ."""
    x = a ^ b
    return (x | (x >> ONE)) & EVEN


@njit(inline="always")
def wobbles(expected, found):
    """Set the even bit of every base that would pair as G:U: G for A, T for C."""
    x = expected ^ found
    return (x >> ONE) & ~x & ~(expected >> ONE) & EVEN


@njit(nogil=True, cache=True)
def look_up(words, first, last, seed, bitmap, out):
    """Collect the positions of words [first, last) whose seed is in the bitmap; return how many.

    Without a branch in the inner loop, because the outcome cannot be predicted.
    """
    seed_mask = (ONE << np.uint64(2 * seed)) - ONE
    n = np.uint64(0)
    for k in range(np.uint64(first), np.uint64(last)):
        bases = words[k]
        position = np.uint32(k << np.uint64(5))
        for _ in range(2):  # 16 seeds of at most 16 bases fit one word
            for j in range(np.uint64(16)):
                key = (bases >> (j << ONE)) & seed_mask
                out[n] = position + np.uint32(j)
                n += (bitmap[key >> np.uint64(6)] >> (key & np.uint64(63))) & ONE
            bases = (bases >> np.uint64(32)) | (words[k + ONE] << np.uint64(32))
            position += np.uint32(16)
    return np.int64(n)


@njit(inline="always")
def rank(key, bitmap, ranks):
    """Return how many windows before `key` have entries; all tables stay small this way."""
    word = key >> np.uint64(6)
    below = (ONE << (key & np.uint64(63))) - ONE
    return np.uint64(ranks[word]) + popcount(bitmap[word] & below)


@njit(nogil=True, cache=True)
def expand(words, positions, first, found, seed, back, bitmap, ranks, offsets, starts, entries):
    """Turn positions into (start of the site, entry) until full; return pairs, next position.

    Four entries are always written, so that their number, which cannot be predicted, costs no
    branch. A last block starts `back` bases behind its site.
    """
    seed_mask = (ONE << np.uint64(2 * seed)) - ONE
    n = np.uint64(0)
    i = np.uint64(first)
    while i < np.uint64(found) and n < np.uint64(PAIRS):
        p = positions[i]
        at = rank(window(words, np.uint64(p)) & seed_mask, bitmap, ranks) << ONE
        e, second = np.uint32(offsets[at]), np.uint32(offsets[at + ONE])
        count = np.uint64(np.uint32(offsets[at + np.uint64(2)]) - e)
        for j in range(np.uint64(4)):
            entry = e + np.uint32(j)
            starts[n + j] = p - np.uint32(back) * np.uint32(entry >= second)
            entries[n + j] = entry
        for j in range(np.uint64(4), count):
            entry = e + np.uint32(j)
            starts[n + j] = p - np.uint32(back) * np.uint32(entry >= second)
            entries[n + j] = entry
        n += count
        i += ONE
    return np.int64(n), np.int64(i)


@njit(nogil=True, cache=True)
def near(words, n, total, mask, limit, targets, starts, entries):
    """Keep the pairs within `limit` differences, in place; return how many. Without a branch."""
    kept = np.uint64(0)
    for i in range(np.uint64(n)):
        start, entry = starts[i], entries[i]
        # before the text is huge, unsigned: told apart by the caller
        text = window(words, min(np.uint64(start), total))
        distance = popcount(differing(text, targets[np.uint64(entry)]) & mask)
        starts[kept] = start
        entries[kept] = entry
        kept += np.uint64(distance <= limit)
    return np.int64(kept)


@njit(nogil=True, cache=True)
def scan_ungapped(
    words, first, last, total, length, seed, budget, limit, bitmap, ranks, offsets, targets,
    owners, backs, hits,
):  # fmt: skip
    """Find sites whose seed starts in words [first, last); return how many, -1 when out of room.

    A row of `hits` is oligo, start, length, mismatches, G:U. A site that its first block has
    found is not reported again for its last.
    """
    seed_mask = (ONE << np.uint64(2 * seed)) - ONE
    mask = (ONE << np.uint64(2 * length)) - ONE
    back = length - seed
    positions = np.empty(BLOCK * 32 + 1, np.uint32)
    widest = 0
    for i in range(0, offsets.size - 2, 2):
        widest = max(widest, offsets[i + 2] - offsets[i])
    starts = np.empty(PAIRS + widest + 4, np.uint32)
    entries = np.empty(PAIRS + widest + 4, np.uint32)
    n = 0
    for begin in range(first, last, BLOCK):
        found = look_up(words, begin, min(begin + BLOCK, last), seed, bitmap, positions)
        done = 0
        while done < found:
            pairs, done = expand(
                words, positions, done, found, seed, back, bitmap, ranks, offsets, starts, entries
            )
            kept = near(words, pairs, total, mask, np.uint64(limit), targets, starts, entries)
            for i in range(kept):
                e = np.uint64(entries[i])
                start = np.uint64(starts[i])
                if start >= total:
                    continue
                text = window(words, start)
                m = differing(text, targets[e]) & mask
                if backs[e] and np.int64(popcount(m & seed_mask)) <= budget:
                    continue
                if n >= hits.shape[0]:
                    return -1
                gu = popcount(wobbles(targets[e], text) & mask)
                hits[n, 0] = owners[e]
                hits[n, 1] = start
                hits[n, 2] = length
                hits[n, 3] = popcount(m) - gu
                hits[n, 4] = gu
                n += 1
    return n


@njit(inline="always")
def align_bulge(target, text, length, longer):
    """Place one bulge best: return differences and G:U pairs.

    Bases before the bulge are compared in place, those after it one base on (target bulge,
    `longer`) or one base back. The bulge lies between two paired bases.
    """
    mask = (ONE << (length << ONE)) - ONE
    shifted = text >> np.uint64(2) if longer else text << np.uint64(2)
    drop = np.uint64(2) if not longer else np.uint64(0)
    last = length if longer else length - ONE
    before, wobbly_before = differing(target, text) & mask, wobbles(target, text) & mask
    after, wobbly_after = differing(target, shifted) & mask, wobbles(target, shifted) & mask
    best, best_gu = np.uint64(99), np.uint64(0)
    for j in range(ONE, last):
        low = (ONE << (j << ONE)) - ONE
        high = mask & ~((ONE << ((j << ONE) + drop)) - ONE)
        d = popcount((before & low) | (after & high))
        if d <= best:
            gu = popcount((wobbly_before & low) | (wobbly_after & high))
            if d < best or gu > best_gu:
                best, best_gu = d, gu
    return best, best_gu


@njit(nogil=True, cache=True)
def scan_bulged(
    words, first, last, total, length, seed, budget, limit, bitmap, ranks, offsets, targets,
    owners, backs, hits,
):  # fmt: skip
    """Find sites with one bulge; see `scan_ungapped` for arguments and result.

    One of the two blocks holds no bulge, and a block cannot have more differences than the site.
    """
    seed_mask = (ONE << np.uint64(2 * seed)) - ONE
    mask = (ONE << np.uint64(2 * length)) - ONE
    positions = np.empty(BLOCK * 32 + 1, np.uint32)
    most = np.uint64(limit)
    n = 0
    for begin in range(first, last, BLOCK):
        end = min(begin + BLOCK, last)
        for i in range(look_up(words, begin, end, seed, bitmap, positions)):
            p = np.uint64(positions[i])
            at = rank(window(words, p) & seed_mask, bitmap, ranks) << ONE
            for block in range(2):
                for longer in range(2):
                    size = length + 1 if longer else length - 1
                    start = p - np.uint64((size - seed) * block)
                    if start >= total:
                        continue
                    text = window(words, start)
                    shifted = text >> np.uint64(2) if longer else text << np.uint64(2)
                    # A base that differs in both frames differs wherever the bulge is put; when
                    # the oligo bulges, one such base may be the bulge itself.
                    hopeless = most + ONE - np.uint64(longer)
                    for e in range(np.uint64(offsets[at]), np.uint64(offsets[at + ONE])):
                        before = differing(targets[e], text)
                        if popcount(before & differing(targets[e], shifted) & mask) > hopeless:
                            continue
                        if block and np.int64(popcount(before & seed_mask)) <= budget:
                            continue
                        d, gu = align_bulge(targets[e], text, np.uint64(length), longer)
                        if d > most:
                            continue
                        if n >= hits.shape[0]:
                            return -1
                        hits[n, 0] = owners[e]
                        hits[n, 1] = start
                        hits[n, 2] = size
                        hits[n, 3] = d - gu
                        hits[n, 4] = gu
                        n += 1
                at += ONE
    return n


@njit(nogil=True, cache=True)
def pack(raw, table, first_base, words, run_start, run_end):
    """Pack letters into `words` from base `first_base` on.

    Parameters
    ----------
    raw
        Bytes of the record, line ends included.
    table
        Code of every byte: 0 to 3 a base, 4 an ambiguous one, 5 to be skipped, 6 illegal.
    run_start, run_end
        Filled with the ambiguous runs; on too many, the count returned exceeds their size.

    Returns
    -------
    tuple
        Next free base, number of ambiguous runs, index of the first illegal byte or -1.
    """
    base = first_base
    runs = 0
    in_run = False
    for i in range(raw.size):
        code = table[raw[i]]
        if code == 5:
            continue
        if code == 6:
            return base, runs, i
        if code == 4:
            if not in_run:
                if runs < run_start.size:
                    run_start[runs] = base
                runs += 1
                in_run = True
            # Any code will do, sites over it are dropped; a mixed one starts no flood of them.
            code = np.uint8(((base * 2654435761) >> 16) & 3)
        elif in_run:
            if runs <= run_end.size:
                run_end[runs - 1] = base
            in_run = False
        words[base >> 5] |= np.uint64(code) << np.uint64((base & 31) * 2)
        base += 1
    if in_run and runs <= run_end.size:
        run_end[runs - 1] = base
    return base, runs, -1
