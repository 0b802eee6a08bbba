"""The partition function of a short RNA, compiled.

Loop energies (kcal/mol at 37 degrees C) follow the shape of the Turner rules; they were written
down from memory of them and are therefore `unsourced`, see the docs.
"""

from __future__ import annotations

import numpy as np
from numba import njit

MAX_LOOP = 16  # unpaired bases of an internal loop or bulge
MIN_HAIRPIN = 3
HAIRPIN = np.array([0, 0, 0, 5.4, 5.6, 5.7, 5.4, 6.0, 6.1, 6.2])
BULGE = np.array([0, 3.8, 2.8, 3.2, 3.6, 4.0, 4.4, 4.6, 4.7, 4.8, 4.9])
INTERNAL = np.array([0, 0, 0.9, 1.6, 1.1, 2.0, 2.0, 2.2, 2.3, 2.4, 2.5])
MISMATCH = -0.8
ASYMMETRY = 0.6
WEAK_END = 0.45  # a helix that ends in A-U or G-U
MULTI_START, MULTI_BRANCH = 3.4, 0.4


@njit(inline="always")
def pairs(a, b):
    """Say whether two bases pair: A-U, C-G, G-U."""
    return a >= 0 and b >= 0 and (a + b == 3 or a + b == 5)


@njit(inline="always")
def weak(a, b):
    """Return the penalty of a helix end."""
    return 0.0 if a + b == 3 and a * b == 2 else WEAK_END


@njit(inline="always")
def by_size(table, size):
    """Look a loop's energy up by size, beyond the table by the logarithm of its size."""
    last = table.size - 1
    return table[size] if size <= last else table[last] + 1.08 * np.log(size / last)


@njit(nogil=True, cache=True)
def hairpin_energy(s, i, j):
    """Return the energy of the loop that the pair i, j closes."""
    size = j - i - 1
    energy = by_size(HAIRPIN, size)
    return (
        energy
        + (WEAK_END if weak(s[i], s[j]) > 0 and size == MIN_HAIRPIN else 0.0)
        + (MISMATCH if size > MIN_HAIRPIN else 0.0)
    )


@njit(nogil=True, cache=True)
def loop_energy(s, i, j, k, m):
    """Return the energy of the internal loop or bulge between the pairs i, j and k, m.

    Stacks, and the stack across a bulge of one base, are weighed by the caller.
    """
    left, right = k - i - 1, j - m - 1
    if left + right == 1:
        return BULGE[1]
    ends = weak(s[i], s[j]) + weak(s[k], s[m])
    if left == 0 or right == 0:
        return by_size(BULGE, left + right) + ends
    return by_size(INTERNAL, left + right) + min(3.0, ASYMMETRY * abs(left - right)) + ends


@njit(nogil=True, cache=True)
def partition(s, stacks, kt):
    """Return the partition function of the bases `s` (A 0, C 1, G 2, U 3, -1 pairs with nothing).

    `stacks` holds the weights of stacked pairs, `kt` is in kcal/mol.
    """
    n = s.size
    paired = np.zeros((n + 1, n + 1))
    branch = np.zeros((n + 1, n + 1))  # one helix that starts at i, ends at or before j
    multi = np.zeros((n + 1, n + 1))  # one helix or more
    start = np.exp(-(MULTI_START + MULTI_BRANCH) / kt)
    for span in range(MIN_HAIRPIN + 1, n):
        for i in range(n - span):
            j = i + span
            if pairs(s[i], s[j]):
                total = np.exp(-hairpin_energy(s, i, j) / kt)
                for k in range(i + 1, min(i + MAX_LOOP + 2, j - MIN_HAIRPIN - 1)):
                    left = k - i - 1
                    for m in range(max(k + MIN_HAIRPIN + 1, j - 1 - MAX_LOOP + left), j):
                        inner = paired[k, m]
                        if inner == 0.0:
                            continue
                        size = left + j - m - 1
                        if size < 2:
                            inner *= stacks[s[i], s[k], s[j], s[m]]
                        if size > 0:
                            inner *= np.exp(-loop_energy(s, i, j, k, m) / kt)
                        total += inner
                inside = 0.0
                for u in range(i + 2 + MIN_HAIRPIN, j - MIN_HAIRPIN - 1):
                    inside += multi[i + 1, u - 1] * branch[u, j - 1]
                total += inside * start * np.exp(-weak(s[i], s[j]) / kt)
                paired[i, j] = total
            helix = paired[i, j] * np.exp(-(MULTI_BRANCH + weak(s[i], s[j])) / kt)
            branch[i, j] = branch[i, j - 1] + helix
            any_number = 0.0
            for u in range(i, j - MIN_HAIRPIN):
                before = multi[i, u - 1] if u > i else 0.0
                any_number += (1.0 + before) * branch[u, j]
            multi[i, j] = any_number
    outer = np.ones(n + 1)  # of the first j bases
    for j in range(1, n + 1):
        total = outer[j - 1]
        for i in range(j - MIN_HAIRPIN - 1):
            if paired[i, j - 1] > 0.0:
                total += outer[i] * paired[i, j - 1] * np.exp(-weak(s[i], s[j - 1]) / kt)
        outer[j] = total
    return outer[n]
