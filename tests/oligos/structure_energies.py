"""The energy of one given structure, loop by loop, straight from the tables: for tests."""

from __future__ import annotations

import math

import numpy as np

from tolerogen.oligos.structure.energies import KT, PAIRS, boltzmann

CODE = {"A": 1, "C": 2, "G": 3, "U": 4}


def structures(s, i, j, span):
    """List all structures of the bases i to j - 1, as tuples of pairs."""
    if j - i < 5:
        return [()]
    found = list(structures(s, i + 1, j, span))
    for k in range(i + 4, min(j, i + span)):
        if s[i] + s[k] in PAIRS:
            inner, outer = structures(s, i + 1, k, span), structures(s, k + 1, j, span)
            found += [((i, k), *a, *b) for a in inner for b in outer]
    return found


def weight(s, structure, energies):
    """Return the Boltzmann weight of a structure of the whole sequence."""
    w, total = boltzmann(energies), 1.0
    pairs = dict(structure)
    code = [CODE[b] for b in s]
    kind = {(i, j): PAIRS.index(s[i] + s[j]) for i, j in structure}
    other = {(i, j): PAIRS.index(s[j] + s[i]) for i, j in structure}

    def children(i, j):
        found, p = [], i + 1
        while p < j:
            if p in pairs:
                found.append((p, pairs[p]))
                p = pairs[p]
            p += 1
        return found

    for i, j in children(-1, len(s)):
        before = code[i - 1] if i else 5
        after = code[j + 1] if j + 1 < len(s) else 5
        total *= w.exterior_stem[kind[i, j], before, after]
    for i, j in structure:
        inside = children(i, j)
        if not inside:
            total *= _hairpin(s, code, i, j, kind[i, j], energies, w)
        elif len(inside) > 1:
            total *= w.multi_closing * w.multi_stem[other[i, j], code[j - 1], code[i + 1]]
            for k, m in inside:
                total *= w.multi_stem[kind[k, m], code[k - 1], code[m + 1]]
            bare = j - i - 1 - sum(m - k + 1 for k, m in inside)
            total *= w.multi_base**bare
        else:
            [(k, m)] = inside
            total *= _interior(code, i, j, k, m, kind[i, j], other[k, m], w)
    return total


def _hairpin(s, code, i, j, kind, energies, w):
    loop = s[i : j + 1]
    if loop in energies.special:
        return math.exp(-energies.special[loop] / 100 / KT)
    size = j - i - 1
    if size == 3:
        return w.hairpin[3] * w.weak[kind]
    return w.hairpin[size] * w.mismatch_hairpin[kind, code[i + 1], code[j - 1]]


def _interior(code, i, j, k, m, kind, inner, w):
    left, right = k - i - 1, j - m - 1
    a, b, c, d = code[i + 1], code[j - 1], code[k - 1], code[m + 1]
    sizes = tuple(sorted((left, right)))
    if sizes == (0, 0):
        return w.stack[kind, inner]
    if sizes == (0, 1):
        return w.bulge[1] * w.stack[kind, inner]
    if sizes[0] == 0:
        return w.bulge[sizes[1]] * w.weak[kind] * w.weak[inner]
    if sizes == (1, 1):
        return w.int11[kind, inner, a, b]
    if sizes == (1, 2):
        return w.int21[kind, inner, a, d, b] if left == 1 else w.int21[inner, kind, d, a, c]
    if sizes == (2, 2):
        return w.int22[kind, inner, a, c, d, b]
    table = w.mismatch_internal
    table = w.mismatch_1n if sizes[0] == 1 else table
    table = w.mismatch_23 if sizes == (2, 3) else table
    size = w.internal[sum(sizes)] * w.asymmetry[abs(left - right)]
    return size * table[kind, a, b] * table[inner, d, c]


def unpaired_by_listing(s, longest, energies, window, span):
    """Average over windows the share of structures in which a stretch is unpaired.

    A window sees its neighbours, as helices at its ends may dangle: pairs lie inside of it only.
    """
    n = len(s)
    found, counted = np.zeros((n, longest)), np.zeros((n, longest))
    for a in range(n - window + 1):
        listed = structures(s, a, a + window, span)
        weights = np.array([weight(s, one, energies) for one in listed])
        closed = np.zeros((len(listed), n), bool)
        for row, one in zip(closed, listed, strict=True):
            for pair in one:
                row[list(pair)] = True
        for i in range(a, a + window):
            for u in range(1, min(longest, a + window - i) + 1):
                free = ~closed[:, i : i + u].any(axis=1)
                found[i, u - 1] += weights[free].sum() / weights.sum()
                counted[i, u - 1] += 1
    return np.where(counted > 0, found / np.maximum(counted, 1), np.nan)
