"""Bases as bits: packing, windows, differences. Compiled on first use and kept on disk.

Bases are two bits (A 0, C 1, G 2, T 3), base ``i`` of the text in bits ``2 (i % 32)`` of word
``i // 32``. A site is compared with one exclusive-or and one population count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

EVEN = np.uint64(0x5555555555555555)
ONE = np.uint64(1)


@intrinsic
def popcount(typingctx: Any, value: Any) -> Any:
    """Count the bits that are set."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), codegen


def _bytes(context: Any, builder: Any, kind: Any, data: Any, at: Any) -> Any:
    array = context.make_array(kind)(context, builder, data)
    pointer = builder.gep(array.data, [at])
    vector = ir.VectorType(ir.IntType(8), 32)
    return builder.load(builder.bitcast(pointer, vector.as_pointer()), align=1)


@intrinsic
def all_bases(typingctx: Any, raw: Any, at: Any) -> Any:
    """Say whether the 32 letters from `at` on are A, C, G, T or U, of either case."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        letters = _bytes(context, builder, signature.args[0], args[0], args[1])
        vector = letters.type
        upper = builder.and_(letters, ir.Constant(vector, [0xDF] * 32))
        good = None
        for letter in b"ACGTU":
            same = builder.icmp_unsigned("==", upper, ir.Constant(vector, [letter] * 32))
            good = same if good is None else builder.or_(good, same)
        bits = builder.bitcast(good, ir.IntType(32))
        return builder.icmp_unsigned("==", bits, ir.IntType(32)(0xFFFFFFFF))

    return types.boolean(raw, types.intp), codegen


@intrinsic
def packed(typingctx: Any, raw: Any, at: Any) -> Any:
    """Return the 32 bases from letter `at` on, two bits each."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        letters = _bytes(context, builder, signature.args[0], args[0], args[1])
        one, two, three = (ir.Constant(letters.type, [n] * 32) for n in (1, 2, 3))
        # bits 1 and 2 of the letters tell them apart: A 00, C 01, T 10, G 11
        codes = builder.and_(
            builder.xor(builder.lshr(letters, one), builder.lshr(letters, two)), three
        )
        wide = ir.VectorType(ir.IntType(64), 4)
        x = builder.bitcast(codes, wide)
        for shift, mask in (
            (6, 0x000F000F000F000F), (12, 0x000000FF000000FF), (24, 0x000000000000FFFF)
        ):  # fmt: skip
            moved = builder.lshr(x, ir.Constant(wide, [shift] * 4))
            x = builder.and_(builder.or_(x, moved), ir.Constant(wide, [mask] * 4))
        whole = builder.extract_element(x, ir.IntType(32)(0))
        for lane in (1, 2, 3):
            part = builder.extract_element(x, ir.IntType(32)(lane))
            whole = builder.or_(whole, builder.shl(part, ir.IntType(64)(16 * lane)))
        return whole

    return types.uint64(raw, types.intp), codegen


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
    i = -1
    while i + 1 < raw.size:
        i += 1
        if not in_run and i + 32 <= raw.size and all_bases(raw, i):  # most of a file
            word = packed(raw, i)
            shift = np.uint64((base & 31) * 2)
            words[base >> 5] |= word << shift
            words[(base >> 5) + 1] |= (word >> ONE) >> (np.uint64(63) - shift)
            base += 32
            i += 31
            continue
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
