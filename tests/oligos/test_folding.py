"""The partition function against the sum over all structures, listed one by one."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import opening_energy
from tolerogen.oligos.accessibility import KT, stack_weights
from tolerogen.oligos.folding import (
    ASYMMETRY,
    BULGE,
    HAIRPIN,
    INTERNAL,
    MISMATCH,
    MULTI_BRANCH,
    MULTI_START,
    WEAK_END,
    partition,
)

Pairs = tuple[tuple[int, int], ...]


def structures(s: Sequence[int], i: int, j: int) -> list[Pairs]:
    if j - i < 5:
        return [()]
    found = list(structures(s, i + 1, j))
    for k in range(i + 4, j):
        if {s[i], s[k]} in ({0, 3}, {1, 2}, {2, 3}):
            inner, outer = structures(s, i + 1, k), structures(s, k + 1, j)
            found += [((i, k), *a, *b) for a in inner for b in outer]
    return found


def end(s: Sequence[int], i: int, j: int) -> float:
    return 0.0 if {s[i], s[j]} == {1, 2} else WEAK_END


def children(pairs: dict[int, int], i: int, j: int) -> list[tuple[int, int]]:
    found, p = [], i + 1
    while p < j:
        if p in pairs:
            found.append((p, pairs[p]))
            p = pairs[p]
        p += 1
    return found


def weight(s: Sequence[int], structure: Pairs) -> float:
    pairs = dict(structure)
    energy = sum(end(s, *pair) for pair in children(pairs, -1, len(s)))
    stacked = 1.0
    for i, j in structure:
        inner = children(pairs, i, j)
        if not inner:
            size = j - i - 1
            energy += HAIRPIN[min(size, 9)] + (1.08 * math.log(size / 9) if size > 9 else 0)
            energy += end(s, i, j) if size == 3 else MISMATCH
        elif len(inner) > 1:
            energy += MULTI_START + MULTI_BRANCH + end(s, i, j)
            energy += sum(MULTI_BRANCH + end(s, *pair) for pair in inner)
        else:
            [(k, m)] = inner
            left, right = k - i - 1, j - m - 1
            if left + right < 2:
                stacked *= stack_weights()[s[i], s[k], s[j], s[m]]
                energy += BULGE[1] * (left + right)
            elif min(left, right) == 0:
                energy += BULGE[left + right] + end(s, i, j) + end(s, k, m)
            else:
                energy += INTERNAL[left + right] + min(3.0, ASYMMETRY * abs(left - right))
                energy += end(s, i, j) + end(s, k, m)
    return stacked * math.exp(-energy / KT)


@pytest.mark.parametrize("seed", range(8))
def test_equals_the_sum_over_all_structures(seed: int) -> None:
    rnd = random.Random(seed)
    bases = [rnd.choice([0, 1, 1, 2, 2, 3]) for _ in range(10 + seed)]
    listed = sum(weight(bases, structure) for structure in structures(bases, 0, len(bases)))
    assert partition(np.array(bases), stack_weights(), KT) == pytest.approx(listed, rel=1e-9)


def test_a_branched_structure_is_counted() -> None:
    bases = ["ACGU".index(b) for b in "GGGAAACCGGAAACCC"]
    listed = sum(weight(bases, structure) for structure in structures(bases, 0, len(bases)))
    assert any(len(s) == 5 for s in structures(bases, 0, len(bases)))
    assert partition(np.array(bases), stack_weights(), KT) == pytest.approx(listed, rel=1e-9)


def test_a_stem_is_closed_and_a_stretch_of_a_is_open() -> None:
    stem = "AAAAAAGGGCGCGCAAAAGCGCGCCCAAAAAA"
    assert opening_energy(stem, 6, 8) > 5
    assert opening_energy("A" * 60, 20, 18) == pytest.approx(0, abs=1e-9)


def test_refuses_a_site_outside() -> None:
    with pytest.raises(SpecError, match="does not lie"):
        opening_energy("ACGT" * 5, 10, 18)
