"""Loop energies from a few rules: what Tolerogen uses unless a parameter file is brought.

Stacked pairs are published numbers, one by one (``data/rna_stacks.csv``). Loops follow the rules of
Turner 2004 (Mathews 2004, doi:10.1073/pnas.0401799101; Turner and Mathews 2010,
doi:10.1093/nar/gkp892): initiation by size, a bonus by kind of mismatch, a penalty by weak end.
Numbers without a remark are theirs; where a table of theirs is replaced by its typical value, that
is `assumed`. So energies are close to those of a full table, and not equal; the docs say how close.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.oligos.structure.energies import BASES, LOOP, PAIRS, Energies, with_unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

STACKS = Path(__file__).parents[1] / "data" / "rna_stacks.csv"
HAIRPIN = (5.4, 5.6, 5.7, 5.4, 6.0, 5.5, 6.4)  # kcal/mol, 3 to 9 unpaired bases
BULGE = (3.8, 2.8, 3.2, 3.6, 4.0, 4.4)  # 1 to 6
INTERNAL = (1.1, 2.0, 2.0)  # 4 to 6
BEYOND = 1.07856  # kcal/mol times the logarithm of the ratio of sizes
ASYMMETRY, ASYMMETRY_MOST = 0.6, 3.0
WEAK_END = 0.5  # 0.45 rounded, as programs do
WEAK_LOOP = 0.7  # an internal loop next to A-U or G-U
MULTI_CLOSING, MULTI_BRANCH = 9.3, -0.9
SMALL = {(1, 1): 0.6, (1, 2): 2.3, (2, 2): 1.1}  # kcal/mol, between two C-G; assumed, typical
SMALL_GG = -2.0  # one G opposite one G; assumed, typical
STRONG_MISMATCH, WEAK_MISMATCH = -1.3, -0.6  # closing a hairpin; assumed, typical
HAIRPIN_BONUS = {("U", "U"): -0.9, ("G", "A"): -0.9, ("G", "G"): -0.8}
INTERNAL_BONUS = {("A", "G"): -0.8, ("G", "A"): -1.0, ("G", "G"): -1.2, ("U", "U"): -0.7}
DANGLE5 = -0.3  # assumed, typical
DANGLE3 = {
    ("strong", "AG"): -1.3,
    ("strong", "CU"): -0.6,
    ("weak", "AG"): -0.7,
    ("weak", "CU"): -0.3,
}
"""A base after the first of a pair, by that pair and base; assumed, typical."""


@cache
def rule_energies() -> Energies:
    """Return the energies of these rules."""
    weak = np.array([pair not in ("CG", "GC") for pair in PAIRS], float)
    both = weak[:, None] + weak[None, :]
    inside = _by_bases(INTERNAL_BONUS)
    mismatch = WEAK_LOOP * weak[:, None, None] + inside
    closing = np.where(weak > 0, WEAK_MISMATCH, STRONG_MISMATCH)[:, None, None]
    dangle3 = np.array([[_dangle(pair, base) for base in BASES] for pair in PAIRS])
    dangle5 = np.array([[0.0 if base == "N" else DANGLE5 for base in BASES] for _ in PAIRS])
    ends = dangle5[:, :, None] + dangle3[:, None, :]
    internal = _by_size({4 + k: x for k, x in enumerate(INTERNAL)})
    internal[2:4] = internal[4]
    one = SMALL[1, 1] + WEAK_LOOP * both[:, :, None, None] + np.zeros((5, 5))
    one[:, :, 3, 3] += SMALL_GG
    two = SMALL[1, 2] + WEAK_LOOP * both[:, :, None, None, None] + np.zeros((5, 5, 5))
    pairs = SMALL[2, 2] + WEAK_LOOP * both[:, :, None, None, None, None]
    known = inside[1:, 1:]  # without N
    four = pairs + known[None, None, :, None, None, :] + known.T[None, None, None, :, :, None]
    return Energies(
        stack=_stacks(),
        hairpin=100 * _by_size({3 + k: x for k, x in enumerate(HAIRPIN)}),
        bulge=100 * _by_size({1 + k: x for k, x in enumerate(BULGE)}),
        internal=100 * internal,
        mismatch_hairpin=100 * (closing + _by_bases(HAIRPIN_BONUS)),
        mismatch_internal=100 * mismatch,
        mismatch_1n=100 * WEAK_LOOP * weak[:, None, None] * np.ones((5, 5)),
        mismatch_23=100 * mismatch,
        mismatch_multi=100 * ends,
        mismatch_exterior=100 * ends,
        dangle5=100 * dangle5,
        dangle3=100 * dangle3,
        int11=100 * one,
        int21=100 * two,
        int22=with_unknown(100 * four),
        multi_base=0.0,
        multi_closing=100 * MULTI_CLOSING,
        multi_branch=100 * MULTI_BRANCH,
        asymmetry=100 * ASYMMETRY,
        asymmetry_most=100 * ASYMMETRY_MOST,
        weak_end=100 * WEAK_END,
        beyond=100 * BEYOND,
        source="rules of Turner 2004",
    )


def _by_size(known: dict[int, float]) -> NDArray[np.float64]:
    """Return energies by size: infinite below the smallest known, by logarithm beyond them."""
    last = max(known)
    found = np.full(LOOP + 1, np.inf)
    for size in range(min(known), LOOP + 1):
        found[size] = known.get(size) or known[last] + BEYOND * math.log(size / last)
    return found


def _by_bases(bonus: dict[tuple[str, str], float]) -> NDArray[np.float64]:
    return np.array([[bonus.get((a, b), 0.0) for b in BASES] for a in BASES])


def _dangle(pair: str, base: str) -> float:
    kind = "strong" if pair in ("CG", "GC") else "weak"
    return next((x for (k, bases), x in DANGLE3.items() if k == kind and base in bases), 0.0)


def _stacks() -> NDArray[np.float64]:
    """Return the energies of stacks, each step read from both strands."""
    found = np.zeros((len(PAIRS), len(PAIRS)))
    with STACKS.open(encoding="utf-8") as handle:
        for row in csv.DictReader(line for line in handle if not line.startswith("#")):
            top, bottom = row["key"].split("/")
            # the second pair is read from the other strand
            outer, inner = PAIRS.index(top[0] + bottom[0]), PAIRS.index(bottom[1] + top[1])
            found[outer, inner] = found[inner, outer] = 100 * float(row["dG37"])
    return found
