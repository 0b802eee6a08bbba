"""Local folding of an RNA: how open each stretch is, in windows that slide along it.

The average over windows, and its efficient sum, are those of RNAplfold (Bernhart 2006,
doi:10.1093/bioinformatics/btl014; Bernhart 2011, doi:10.1186/1748-7188-6-3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.structure.energies import BASES, KT, Energies, boltzmann

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW, SPAN = 80, 40
"""Bases folded together, and of a pair at most, by default: those at which silencing by small RNA
was predicted best (Tafer 2008, doi:10.1038/nbt1404)."""


def unpaired(
    sequence: str,
    longest: int,
    energies: Energies,
    window: int = WINDOW,
    span: int = SPAN,
) -> NDArray[np.float64]:
    """Return the probability that a stretch is unpaired, on average over the windows that hold it.

    Parameters
    ----------
    sequence
        RNA or DNA letters; what is none of A, C, G, T, U pairs with nothing.
    longest
        Bases of the longest stretch asked for.
    energies
        Loop energies.
    window
        Bases folded together.
    span
        Bases from one partner of a pair to the other, both included, at most.

    Returns
    -------
    ndarray
        Base x ``longest``: the stretch that begins there and has so many bases (first column: one);
        NaN where it does not lie within the sequence.

    Raises
    ------
    SpecError
        When window, span or longest do not fit one another.
    """
    if not 1 <= span <= window or not 1 <= longest <= window:
        raise SpecError(
            f"window {window}, span {span}, longest stretch {longest}: span and stretch are 1 base "
            "at least and the window at most; take a larger window."
        )
    from tolerogen.oligos.structure.native import (
        fill_inside,
        fill_outer,
        fill_pairs,
        fill_runs,
        fill_unpaired,
    )

    s = codes(sequence)
    w = boltzmann(energies)
    special = _special(sequence, energies)
    window = min(window, len(s))
    closed, shown, some, several = fill_inside(s, span, special, w)
    outer = fill_outer(s, window, closed, w)
    share, before = fill_pairs(s, window, closed, some, several, outer, w)
    runs = fill_runs(s, closed, shown, share, special, w)
    found: NDArray[np.float64] = fill_unpaired(
        longest, window, (some, several, *before, runs), outer, w.multi_base
    )
    return found


def codes(sequence: str) -> NDArray[np.int64]:
    """Return the bases as places in `BASES`; 0 for what is none."""
    letters = sequence.upper().replace("T", "U")
    return np.array([max(0, BASES.find(letter)) for letter in letters], np.int64)


def _special(sequence: str, energies: Energies) -> NDArray[np.float64]:
    """Return the weights of hairpins with an energy of their own, by where they begin."""
    found = np.full((len(sequence), 3), -1.0)
    letters = sequence.upper().replace("T", "U")
    for loop, energy in energies.special.items():
        column = {5: 0, 6: 1, 8: 2}[len(loop)]
        at = letters.find(loop)
        while at >= 0:
            found[at, column] = np.exp(-energy / 100 / KT)
            at = letters.find(loop, at + 1)
    return found
