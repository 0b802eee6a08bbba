"""Kernels of the sorted index, compiled on first use and kept on disk; they release the GIL.

Sixteen places are compared at once: a place carries the eight bases on one side of its key in 16
bits, so one exclusive-or, four additions and a comparison of sixteen lanes tell which may be sites.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from tolerogen.oligos.blocks import KEY, KEYS
from tolerogen.oligos.native import ONE, align_bulge, differing, popcount, window, wobbles

LANES = 16
LOW = np.uint64(0xFFFF)


def _vector(builder: Any, value: int) -> Any:
    kind = ir.VectorType(ir.IntType(16), LANES)
    return ir.Constant(kind, [value] * LANES)


def _splat(builder: Any, value: Any) -> Any:
    kind = ir.VectorType(ir.IntType(16), LANES)
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.IntType(32)(0))
    order = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), order)


def _load(context: Any, builder: Any, kind: Any, data: Any, at: Any) -> Any:
    array = context.make_array(kind)(context, builder, data)
    pointer = builder.gep(array.data, [at])
    vector = ir.VectorType(ir.IntType(16), LANES)
    return builder.load(builder.bitcast(pointer, vector.as_pointer()), align=2)


def _differ(builder: Any, found: Any, expected: Any) -> Any:
    """Set the even bit of each base in which two differ."""
    x = builder.xor(found, expected)
    return builder.or_(x, builder.lshr(x, _vector(builder, 1)))


def _at_most(builder: Any, bits: Any, allow: Any) -> Any:
    """Count the bases that are set (even bits) and compare; one bit a lane, as an integer."""
    two, four, eight = (_vector(builder, n) for n in (2, 4, 8))
    threes = _vector(builder, 0x3333)
    x = builder.add(builder.and_(bits, threes), builder.and_(builder.lshr(bits, two), threes))
    x = builder.and_(builder.add(x, builder.lshr(x, four)), _vector(builder, 0x0F0F))
    x = builder.and_(builder.add(x, builder.lshr(x, eight)), _vector(builder, 0x00FF))
    near = builder.icmp_unsigned("<=", x, allow)
    return builder.zext(builder.bitcast(near, ir.IntType(LANES)), ir.IntType(64))


@intrinsic
def near16(typingctx: Any, side: Any, at: Any, expected: Any, mask: Any, allow: Any) -> Any:
    """Return which of 16 places differ from `expected` in at most `allow` bases of `mask`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        found = _load(context, builder, signature.args[0], args[0], args[1])
        bits = builder.and_(
            _differ(builder, found, _splat(builder, args[2])), _splat(builder, args[3])
        )
        return _at_most(builder, bits, _splat(builder, args[4]))

    small = types.uint16
    return types.uint64(side, types.intp, small, small, small), codegen


@intrinsic
def near16_shifted(
    typingctx: Any, side: Any, at: Any, expected: Any, moved: Any, mask: Any, allow: Any
) -> Any:
    """Return which of 16 places have at most `allow` bases that differ from both expectations.

    `expected` holds the bases as if there were no bulge, `moved` as if it were passed already.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        found = _load(context, builder, signature.args[0], args[0], args[1])
        one = _differ(builder, found, _splat(builder, args[2]))
        other = _differ(builder, found, _splat(builder, args[3]))
        bits = builder.and_(builder.and_(one, other), _splat(builder, args[4]))
        return _at_most(builder, bits, _splat(builder, args[5]))

    small = types.uint16
    return types.uint64(side, types.intp, small, small, small, small), codegen


@intrinsic
def lowest(typingctx: Any, value: Any) -> Any:
    """Return the number of the lowest bit that is set."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.IntType(1)(1))

    return types.uint64(types.uint64), codegen


@njit(inline="always")
def around(words, p):
    """Return 32 bases from eight before `p` on; before the text they are A."""
    if p >= np.uint64(KEY):
        return window(words, p - np.uint64(KEY))
    return window(words, np.uint64(0)) << ((np.uint64(KEY) - p) << ONE)


@njit(nogil=True, cache=True)
def sort_places(words, first, count, offsets, after, before, places, spare):
    """Sort `count` indexed places from number `first` on by the eight bases that start there.

    Fills `offsets` (one more than keys), and by key what follows, what precedes, and the place. A
    radix sort, first by the later four bases and then by the earlier, because 256 streams of
    writes fit the caches and 65,536 do not. `spare` is room for `count` numbers.
    """
    begin, number = np.uint64(first) << ONE, np.uint64(count)  # every second place
    byte = np.uint64(0xFF)
    starts = np.zeros(257, np.uint64)
    for i in range(number):
        starts[((around(words, begin + (i << ONE)) >> np.uint64(24)) & byte) + ONE] += ONE
    for k in range(np.uint64(256)):
        starts[k + ONE] += starts[k]
    ends = starts[:-1].copy()
    for i in range(number):
        bases = around(words, begin + (i << ONE))
        at = (bases >> np.uint64(24)) & byte
        # eight bases before, four of the key, eight after, and the place in the 24 bits left
        spare[ends[at]] = (
            (bases & np.uint64(0xFFFFFF))
            | ((bases >> np.uint64(8)) & np.uint64(0xFFFF000000))
            | (i << np.uint64(40))
        )
        ends[at] += ONE
    inner = np.empty(257, np.uint64)
    for k in range(np.uint64(256)):
        low, high = starts[k], starts[k + ONE]
        inner[:] = np.uint64(0)
        for j in range(low, high):
            inner[((spare[j] >> np.uint64(16)) & byte) + ONE] += ONE
        inner[0] = low
        for m in range(np.uint64(256)):
            inner[m + ONE] += inner[m]
            offsets[k * np.uint64(256) + m] = np.uint32(inner[m])
        for j in range(low, high):
            one = spare[j]
            at = (one >> np.uint64(16)) & byte
            to = inner[at]
            inner[at] = to + ONE
            before[to] = np.uint16(one & LOW)
            after[to] = np.uint16((one >> np.uint64(24)) & LOW)
            places[to] = np.uint32(begin + ((one >> np.uint64(40)) << ONE))
    offsets[KEYS] = count


@njit(nogil=True, cache=True)
def scan_places(
    words, total, offsets, side, places, keys, bounds, expected, allowed, owners, mask, back,
    length, limit, targets, last, counted, budget, hits, n,
):  # fmt: skip
    """Compare the entries of each key with its places; return how many hits, -1 when out of room.

    A row of `hits` is oligo, start, length, mismatches, G:U; `n` of them are there already. With
    `last`, sites that the first block finds are left out: those with at most `budget` differences
    among the bases of `counted`.
    """
    whole = (ONE << np.uint64(2 * length)) - ONE
    for u in range(keys.size):
        low = np.intp(offsets[keys[u]])
        high = np.intp(offsets[np.intp(keys[u]) + 1])
        for e in range(bounds[u], bounds[u + 1]):
            allow = allowed[e]
            want = expected[e]
            for i in range(low, high, LANES):
                bits = near16(side, i, want, mask, allow)
                if high - i < LANES:
                    bits &= (ONE << np.uint64(high - i)) - ONE
                while bits:
                    place = np.int64(places[i + np.intp(lowest(bits))]) - back
                    bits &= bits - ONE
                    if place < 0 or np.uint64(place) >= total:
                        continue
                    start = np.uint64(place)
                    owner = owners[e]
                    text = window(words, start)
                    m = differing(targets[owner], text) & whole
                    d = np.int64(popcount(m))
                    if d > limit or (last and np.int64(popcount(m & counted)) <= budget):
                        continue
                    if n >= hits.shape[0]:
                        return -1
                    gu = np.int64(popcount(wobbles(targets[owner], text) & whole))
                    hits[n, 0] = owner
                    hits[n, 1] = place
                    hits[n, 2] = length
                    hits[n, 3] = d - gu
                    hits[n, 4] = gu
                    n += 1
    return n


@njit(nogil=True, cache=True)
def scan_bulged_places(
    words, total, offsets, side, places, keys, bounds, expected, moved, allowed, owners, mask,
    back, length, longer, limit, targets, hits, n,
):  # fmt: skip
    """Find sites with one bulge outside the key; see `scan_places` for arguments and result.

    Both blocks may find a site: which of them could not have is not worth knowing.
    """
    size = length + 1 if longer else length - 1
    for u in range(keys.size):
        low = np.intp(offsets[keys[u]])
        high = np.intp(offsets[np.intp(keys[u]) + 1])
        for e in range(bounds[u], bounds[u + 1]):
            allow = allowed[e]
            for i in range(low, high, LANES):
                bits = near16_shifted(side, i, expected[e], moved[e], mask, allow)
                if high - i < LANES:
                    bits &= (ONE << np.uint64(high - i)) - ONE
                while bits:
                    place = np.int64(places[i + np.intp(lowest(bits))]) - back
                    bits &= bits - ONE
                    if place < 0 or np.uint64(place) >= total:
                        continue
                    start = np.uint64(place)
                    owner = owners[e]
                    text = window(words, start)
                    d, gu = align_bulge(targets[owner], text, np.uint64(length), longer)
                    if np.int64(d) > limit:
                        continue
                    if n >= hits.shape[0]:
                        return -1
                    hits[n, 0] = owner
                    hits[n, 1] = place
                    hits[n, 2] = size
                    hits[n, 3] = np.int64(d) - np.int64(gu)
                    hits[n, 4] = gu
                    n += 1
    return n
