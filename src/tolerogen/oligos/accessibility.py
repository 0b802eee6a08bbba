"""How open a site is: the energy that unfolding it costs its RNA.

The partition function of a stretch around the site (McCaskill 1990, doi:10.1002/bip.360290621) is
computed twice, freely and with the site kept single-stranded; their ratio is the probability that
the site is open. The energy model is a plain one: nearest-neighbour stacks with G:U, loops by size,
multiloops linear, one bonus for any terminal mismatch of a hairpin, no dangling ends. So the
energies are of the right order but do not equal those of ViennaRNA.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from numpy.typing import NDArray

KT = 0.0019872 * 310.15  # kcal/mol at 37 degrees C
FLANK = 50  # bases folded on each side of a site
STACKS = Path(__file__).parent / "data" / "rna_stacks.csv"


def opening_energy(sequence: str, start: int, length: int, flank: int = FLANK) -> float:
    """Return the free energy (kcal/mol, not negative) that keeping a site unpaired costs.

    Parameters
    ----------
    sequence
        The transcript, T for U; an N pairs with nothing.
    start, length
        The site, counted from 0 on the sense strand.
    flank
        Bases folded with it on each side.

    Raises
    ------
    SpecError
        When the site does not lie within the transcript.
    """
    from tolerogen.oligos.folding import partition

    if start < 0 or length < 1 or start + length > len(sequence):
        raise SpecError(
            f"site {start} to {start + length} does not lie within the {len(sequence)} bases given."
        )
    first = max(0, start - flank)
    stretch = sequence[first : start + length + flank]
    codes = np.array(["ACGT".find(base) for base in stretch], np.int64)
    free = partition(codes, stack_weights(), KT)
    codes[start - first : start - first + length] = -1
    return max(0.0, KT * math.log(free / partition(codes, stack_weights(), KT)))


@cache
def stack_weights() -> NDArray[np.float64]:
    """Return Boltzmann weights of two stacked pairs, by base: 5'-``a b``-3' on 3'-``c d``-5'."""
    weights = np.zeros((4, 4, 4, 4))
    with STACKS.open(encoding="utf-8") as handle:
        for row in csv.DictReader(line for line in handle if not line.startswith("#")):
            top, bottom = row["key"].split("/")
            a, b, c, d = ("ACGU".index(base) for base in top + bottom)
            weights[a, b, c, d] = weights[d, c, b, a] = math.exp(-float(row["dG37"]) / KT)
    return weights
