"""Loop energies of RNA: one table a kind of loop, as the nearest-neighbour model wants them.

The model is that of Turner 2004 (Mathews 2004, doi:10.1073/pnas.0401799101; Turner and Mathews
2010, doi:10.1093/nar/gkp892) in the form that ViennaRNA gives it (Lorenz 2011,
doi:10.1186/1748-7188-6-26) with dangling ends on every helix of multiloops and of the outside (its
``-d2``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

GAS = 1.98717e-3
"""kcal/(mol K), as ViennaRNA has it; the sixth digit shows in comparisons."""
KT = GAS * 310.15
"""kcal/mol at 37 degrees C."""
PAIRS = ("CG", "GC", "GU", "UG", "AU", "UA")
"""Kinds of pair, first base before the second in the strand."""
BASES = "NACGU"
"""Codes of bases; N pairs with nothing and dangles as the table says."""
LOOP = 30
"""Unpaired bases up to which loops are tabulated, and of the largest internal loop considered."""
MIN_HAIRPIN = 3
"""Unpaired bases of the smallest hairpin."""
FLAT = 10.0
"""0.01 kcal/mol: width of the range in which an unfavourable dangling end is smoothed to none."""


@dataclass(frozen=True, eq=False)
class Energies:
    """Free energies at 37 degrees C in units of 0.01 kcal/mol.

    Attributes
    ----------
    stack
        Pair x pair; the second is read from the other strand.
    hairpin, bulge, internal
        By unpaired bases, 0 to 30; infinite where there is none of that size.
    mismatch_hairpin, mismatch_internal, mismatch_1n, mismatch_23, mismatch_multi, mismatch_exterior
        Pair x base after its first x base before its second.
    dangle5, dangle3
        Pair x base before its first, or after its second.
    int11, int21, int22
        Small internal loops, by both pairs and the bases between.
    multi_base, multi_closing, multi_branch
        Multiloop: an unpaired base, the loop, each helix.
    asymmetry, asymmetry_most
        Internal loops: per base of difference, and at most.
    weak_end
        A helix that ends in A-U or G-U.
    beyond
        Times the logarithm of the size over 30, for larger loops.
    special
        Whole energies of hairpins by their sequence, closing pair included.
    source
        Where the numbers come from.
    """

    stack: NDArray[np.float64]
    hairpin: NDArray[np.float64]
    bulge: NDArray[np.float64]
    internal: NDArray[np.float64]
    mismatch_hairpin: NDArray[np.float64]
    mismatch_internal: NDArray[np.float64]
    mismatch_1n: NDArray[np.float64]
    mismatch_23: NDArray[np.float64]
    mismatch_multi: NDArray[np.float64]
    mismatch_exterior: NDArray[np.float64]
    dangle5: NDArray[np.float64]
    dangle3: NDArray[np.float64]
    int11: NDArray[np.float64]
    int21: NDArray[np.float64]
    int22: NDArray[np.float64]
    multi_base: float
    multi_closing: float
    multi_branch: float
    asymmetry: float
    asymmetry_most: float
    weak_end: float
    beyond: float
    special: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


def with_unknown(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a table by bases A, C, G, U with N before them: the least favourable of the four.

    Parameters
    ----------
    known
        Pair x pair x base x base x base x base.
    """
    found = known
    for axis in range(2, known.ndim):
        found = np.concatenate([found.max(axis=axis, keepdims=True), found], axis=axis)
    return found


class Weights(NamedTuple):
    """Boltzmann weights of the tables of `Energies`, as compiled code takes them."""

    stack: NDArray[np.float64]
    hairpin: NDArray[np.float64]
    bulge: NDArray[np.float64]
    internal: NDArray[np.float64]
    mismatch_hairpin: NDArray[np.float64]
    mismatch_internal: NDArray[np.float64]
    mismatch_1n: NDArray[np.float64]
    mismatch_23: NDArray[np.float64]
    multi_stem: NDArray[np.float64]  # pair x base before x base after, with the end of the helix
    exterior_stem: NDArray[np.float64]  # the same; 5 stands for no base
    int11: NDArray[np.float64]
    int21: NDArray[np.float64]
    int22: NDArray[np.float64]
    asymmetry: NDArray[np.float64]  # by difference
    weak: NDArray[np.float64]  # by pair
    multi_base: float
    multi_closing: float
    beyond: float  # exponent of size / 30


def boltzmann(energies: Energies) -> Weights:
    """Return the weights of a set of energies at 37 degrees C."""
    e = energies
    weak = _weight(np.array([0.0 if pair in ("CG", "GC") else e.weak_end for pair in PAIRS]))
    branch = float(_weight(np.array(e.multi_branch)))
    multi = _smoothed(e.mismatch_multi) * weak[:, None, None] * branch
    exterior = np.empty((len(PAIRS), 6, 6))
    exterior[:, :5, :5] = _smoothed(e.mismatch_exterior)
    exterior[:, :5, 5] = _smoothed(e.dangle5)
    exterior[:, 5, :5] = _smoothed(e.dangle3)
    exterior[:, 5, 5] = 1.0
    difference = np.minimum(e.asymmetry_most, e.asymmetry * np.arange(LOOP + 1))
    return Weights(
        stack=_weight(e.stack),
        hairpin=_weight(e.hairpin),
        bulge=_weight(e.bulge),
        internal=_weight(e.internal),
        mismatch_hairpin=_weight(e.mismatch_hairpin),
        mismatch_internal=_weight(e.mismatch_internal),
        mismatch_1n=_weight(e.mismatch_1n),
        mismatch_23=_weight(e.mismatch_23),
        multi_stem=multi,
        exterior_stem=exterior * weak[:, None, None],
        int11=_weight(e.int11),
        int21=_weight(e.int21),
        int22=_weight(e.int22),
        asymmetry=_weight(difference),
        weak=weak,
        multi_base=float(_weight(np.array(e.multi_base))),
        multi_closing=float(_weight(np.array(e.multi_closing))),
        beyond=-e.beyond / 100 / KT,
    )


def _weight(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.exp(-np.asarray(energy, float) / 100 / KT)
    return found


def _smoothed(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh dangling ends, which never hinder a helix: unfavourable ones fade to none smoothly.

    The curve is ViennaRNA's (``pf_smooth``).
    """
    gain = -np.asarray(energy, float) / FLAT
    bend = 0.38490018 * (np.sin(gain - 0.34242663) + 1.0) ** 2
    shown = np.where(gain > 0.8660254, gain, np.where(gain < -1.2283697, 0.0, bend))
    found: NDArray[np.float64] = np.exp(shown * FLAT / 100 / KT)
    return found
