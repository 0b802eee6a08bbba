"""How often people's antibodies have each amino acid at each place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
WHOLE = {"H": "Heavy", "K": "Kappa", "L": "Lambda"}

LEAST = 1e-3

Frequencies = Mapping[str, Mapping[str, float]]

_FAMILY = re.compile(r"IG[HKL]V\d+D?")


def family_of(gene: str) -> str:
    """Return the family of a V gene.

    Examples
    --------
    >>> family_of("IGHV3-23*01"), family_of("IGKV1D-39*01")
    ('IGHV3', 'IGKV1D')
    """
    match = _FAMILY.match(gene)
    return match.group() if match else gene


def repertoire(gene: str, chain: str) -> tuple[str, Frequencies]:
    """Return name and frequencies of a gene's family, or of the whole chain where it has too few.

    Parameters
    ----------
    gene
        V gene, with or without allele.
    chain
        ``H``, ``K`` or ``L``.

    Returns
    -------
    tuple
        Name of the table, and share (0 to 1) by IMGT position and amino acid; CDR3 is left out.
    """
    tables = _tables()
    family = family_of(gene)
    name = next((n for n in (family, family.rstrip("D")) if n in tables), WHOLE[chain])
    return name, tables[name]


def fitting_repertoire(chain: str, residues: Mapping[str, str]) -> tuple[str, Frequencies]:
    """Return the family of a chain in which `residues` (by IMGT position) are likeliest."""
    import numpy as np

    names, places, logs = _logarithms(chain)
    known = [(places[p], AMINO_ACIDS.find(a)) for p, a in residues.items() if p in places]
    row, letter = np.array(known or [(0, -1)]).T
    row, letter = row[letter >= 0], letter[letter >= 0]
    best = names[int(logs[:, row, letter].sum(axis=1).argmax())]
    return best, _tables()[best]


@cache
def _logarithms(chain: str) -> tuple[list[str], dict[str, int], npt.NDArray[np.float64]]:
    # By family, position and amino acid; what no family has at a place is the same for all.
    import numpy as np

    names = [name for name in _tables() if name.startswith(f"IG{chain}V")]
    every = dict.fromkeys(place for name in names for place in _tables()[name])
    places = {place: i for i, place in enumerate(every)}
    shares = np.zeros((len(names), len(places), len(AMINO_ACIDS)))
    for i, name in enumerate(names):
        for place, row in _tables()[name].items():
            shares[i, places[place]] = [row[letter] for letter in AMINO_ACIDS]
    return names, places, np.log(np.maximum(shares, LEAST))


@cache
def _tables() -> dict[str, dict[str, dict[str, float]]]:
    text = files("tolerogen.antibodies").joinpath("data/repertoire_human.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    tables: dict[str, dict[str, dict[str, float]]] = {}
    for line in lines[1:]:
        family, position, *counts = line.split(",")
        shares = {a: int(n) / 1e4 for a, n in zip(AMINO_ACIDS, counts, strict=True)}
        tables.setdefault(family, {})[position] = shares
    return tables
