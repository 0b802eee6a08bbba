"""Structure: how RNA folds locally, and which of its bases are left unpaired.

Energies of loops are added up over all structures in windows that slide along the RNA, as RNAplfold
does. The code is of our own; given the same energies, both agree to 1e-12 (`unpaired`).

`rule_energies`
    Energies that come with the package: published stacks, loops by the rules of Turner 2004.
`read_energies`
    The full tables, from a file that you bring: Tolerogen ships none, because those at hand come
    under a licence that forbids passing them on for a fee.
`unpaired`
    The probability that a stretch is unpaired, for all places and lengths.

Examples
--------
>>> from tolerogen.oligos.structure import rule_energies, unpaired
>>> chance = unpaired("GGGGCCCCAAAAGGGGCCCC", 4, rule_energies(), window=20, span=20)
>>> bool(chance[8, 3] > 0.9), bool(chance[0, 3] < 0.1)
(True, True)
"""

from tolerogen.oligos.structure.energies import KT, MIN_HAIRPIN, Energies
from tolerogen.oligos.structure.local import SPAN, WINDOW, unpaired
from tolerogen.oligos.structure.parameter_file import read_energies
from tolerogen.oligos.structure.rules import rule_energies

__all__ = [
    "KT",
    "MIN_HAIRPIN",
    "SPAN",
    "WINDOW",
    "Energies",
    "read_energies",
    "rule_energies",
    "unpaired",
]
