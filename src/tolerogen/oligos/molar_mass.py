"""Elements and molar mass of an oligonucleotide, as the free acid."""

from __future__ import annotations

from collections import Counter

from tolerogen.errors import SpecError
from tolerogen.oligos.chemistry import Oligo

# Standard atomic weights, IUPAC 2021 (doi:10.1515/pac-2019-0603), g/mol.
WEIGHT = {"C": 12.011, "H": 1.008, "N": 14.007, "O": 15.999, "P": 30.974, "S": 32.06, "Na": 22.990}
# A nucleotide of DNA within a strand: nucleoside monophosphate less one water.
NUCLEOTIDE = {
    "A": {"C": 10, "H": 12, "N": 5, "O": 5, "P": 1},
    "C": {"C": 9, "H": 12, "N": 3, "O": 6, "P": 1},
    "G": {"C": 10, "H": 12, "N": 5, "O": 6, "P": 1},
    "T": {"C": 10, "H": 13, "N": 2, "O": 7, "P": 1},
}
# What a sugar has more than 2'-deoxyribose.
SUGAR = {
    "d": {},
    "r": {"O": 1},
    "m": {"C": 1, "H": 2, "O": 1},
    "e": {"C": 3, "H": 6, "O": 2},
    "l": {"C": 1, "O": 1},
    "k": {"C": 2, "H": 2, "O": 1},
}
URACIL_SUGARS = "rm"  # others carry thymine, which is 5-methyluracil
METHYL = {"C": 1, "H": 2}
ENDS = {"H": 1, "P": -1, "O": -2}  # a hydroxyl at both ends: one water more, one HPO3 less


def formula(oligo: Oligo) -> dict[str, int]:
    """Count the atoms of the free acid, hydroxyls at both ends, without a conjugate.

    Raises
    ------
    SpecError
        For a morpholino, whose ends and linkages are another chemistry.
    """
    if "p" in oligo.sugars:
        raise SpecError(
            f"oligo '{oligo.sequence}': the formula of a morpholino is not offered; its maker "
            "gives it."
        )
    atoms: Counter[str] = Counter(ENDS)
    for base, sugar in zip(oligo.sequence, oligo.sugars, strict=True):
        atoms.update(NUCLEOTIDE[base])
        atoms.update(SUGAR[sugar])
        if base == "T" and sugar in URACIL_SUGARS:
            atoms.subtract(METHYL)
        if base == "C" and oligo.methyl_c:
            atoms.update(METHYL)
    sulfur = oligo.linkages.count("s")
    atoms.update({"S": sulfur, "O": -sulfur})
    return {element: atoms[element] for element in WEIGHT if atoms[element]}


def mass(oligo: Oligo, *, sodium_salt: bool = False) -> float:
    """Return the average molar mass, g/mol, without a conjugate.

    Parameters
    ----------
    sodium_salt
        Give the salt in which drugs are weighed out: one sodium for the proton of each linkage.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from tolerogen.oligos import read_oligo
    >>> nusinersen = replace(read_oligo("TCACTTTCATAATGCTGG", "moe/ps"), methyl_c=True)
    >>> round(mass(nusinersen, sodium_salt=True))
    7501
    """
    atoms = formula(oligo)
    if sodium_salt:
        charges = len(oligo.linkages)
        atoms = {**atoms, "H": atoms["H"] - charges, "Na": charges}
    return sum(WEIGHT[element] * count for element, count in atoms.items())
