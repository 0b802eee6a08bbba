"""Libraries for affinity maturation: which substitutions, which codons, how many clones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from tolerogen.antibodies.humanness.repertoire import repertoire
from tolerogen.antibodies.numbering import Domain
from tolerogen.antibodies.records import AMINO_ACIDS
from tolerogen.antibodies.writers import imgt_order
from tolerogen.errors import SpecError

# Mixtures of bases as IUPAC names them.
BASES = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT",
    "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
# The standard genetic code, bases in the order TCAG.
_CODE = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
GENETIC_CODE = {"".join(b): _CODE[i] for i, b in enumerate(product("TCAG", repeat=3))}
CDRS = {"1": range(27, 39), "2": range(56, 66), "3": range(105, 118)}
COVERED = 0.95


@dataclass(frozen=True)
class Site:
    """A randomised position.

    Attributes
    ----------
    position
        IMGT.
    before, wanted
        The residue that is there, and those asked for.
    codon
        Degenerate codon in IUPAC letters.
    shares
        What it encodes, share of each residue (``*`` a stop).
    """

    position: str
    before: str
    wanted: str
    codon: str
    shares: dict[str, float]


@dataclass(frozen=True)
class Library:
    """A combinatorial library.

    Attributes
    ----------
    size
        Different proteins wanted: every combination of the residues asked for.
    encoded
        Different proteins that the codons make, without stops.
    useful
        Share of clones that are among the wanted.
    clones
        How many to screen for the rarest wanted protein to be among them at 95 %.
    """

    chain: str
    sites: tuple[Site, ...]
    size: int
    encoded: int
    useful: float
    clones: float

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody library --json``."""
        return {
            "chain": self.chain,
            "size": self.size,
            "encoded": self.encoded,
            "useful": self.useful,
            "clones_for_95_percent": self.clones,
            "sites": [
                {
                    "position": site.position,
                    "from": site.before,
                    "residues": site.wanted,
                    "codon": site.codon,
                    "shares": site.shares,
                }
                for site in self.sites
            ],
        }


def scan_library(
    domain: Domain, loops: Sequence[str] = ("1", "2", "3"), least: float = 0.05
) -> dict[str, str]:
    """Return residues worth trying at each CDR position, the present one first.

    In CDR1 and CDR2 those that at least a share `least` of human antibodies of the family have
    there, so that the library stays human; in CDR3, for which there are no frequencies, all but
    cysteine.

    Raises
    ------
    SpecError
        When a loop is none of ``1``, ``2``, ``3``.
    """
    if not set(loops) <= set(CDRS):
        raise SpecError(f"CDRs are called 1, 2 and 3, not {', '.join(loops)}.")
    _, table = repertoire(domain.v.gene if domain.v else "", domain.chain)
    found = {}
    for place, residue in domain.by_imgt.items():
        loop = next((n for n in loops if imgt_order(place)[0] in CDRS[n]), None)
        if loop is None:
            continue
        others = (
            [a for a in AMINO_ACIDS if a != "C"]
            if loop == "3"
            else [a for a, share in table.get(place, {}).items() if share >= least and a != "C"]
        )
        wanted = residue + "".join(a for a in others if a != residue)
        if len(wanted) > 1:
            found[place] = wanted
    return found


def single_variants(domain: Domain, wanted: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return every domain with one substitution of `wanted`: its name (``S31A``) and sequence."""
    made = []
    for i, (place, residue) in enumerate(zip(domain.imgt, domain.residues, strict=True)):
        for other in wanted.get(place, ""):
            if other != residue:
                changed = domain.residues[:i] + other + domain.residues[i + 1 :]
                made.append((f"{residue}{place}{other}", changed))
    return made


def design_library(domain: Domain, wanted: Mapping[str, str]) -> Library:
    """Choose a degenerate codon for each position, and say what the library costs.

    Parameters
    ----------
    wanted
        IMGT position to residues, as letters; the present residue is always kept.

    Raises
    ------
    SpecError
        When the domain has no such position, or a letter is no amino acid.
    """
    present, sites = domain.by_imgt, []
    for place, letters in wanted.items():
        if place not in present:
            raise SpecError(f"'{domain.id}' has no residue at IMGT position {place}.")
        strange = set(letters) - set(AMINO_ACIDS)
        if strange:
            raise SpecError(f"{place}: {', '.join(sorted(strange))} is no amino acid.")
        every = "".join(dict.fromkeys(present[place] + letters))
        codon = best_codon(every)
        sites.append(Site(place, present[place], every, codon, encoded_by(codon)))
    rarest = math.prod(min(site.shares[a] for a in site.wanted) for site in sites)
    return Library(
        chain=domain.chain,
        sites=tuple(sites),
        size=math.prod(len(site.wanted) for site in sites),
        encoded=math.prod(len(set(site.shares) - {"*"}) for site in sites),
        useful=math.prod(sum(site.shares[a] for a in site.wanted) for site in sites),
        clones=_clones(rarest),
    )


def best_codon(residues: str) -> str:
    """Return the degenerate codon that encodes all of `residues` with least beside them.

    Stops are avoided first; then the rarest of the wanted residues is to be frequent, and then the
    codon to have few mixtures.

    Examples
    --------
    >>> best_codon("ST"), best_codon("Y"), best_codon("ACDEFGHIKLMNPQRSTVWY")
    ('ASC', 'TAC', 'NNK')
    """
    asked = set(residues)
    fits = [(codon, shares) for codon, shares in _codons() if asked <= set(shares)]

    def merit(item: tuple[str, dict[str, float]]) -> tuple[float, float, float, str]:
        codon, shares = item
        rarest = min(shares[a] for a in asked)
        return -rarest, shares.get("*", 0.0), sum(len(BASES[b]) for b in codon), codon

    stopless = [item for item in fits if "*" not in item[1]]
    return min(stopless or fits, key=merit)[0]


def encoded_by(codon: str) -> dict[str, float]:
    """Return the share of each residue (``*`` a stop) that a degenerate codon encodes."""
    every = ["".join(bases) for bases in product(*(BASES[letter] for letter in codon))]
    shares: dict[str, float] = {}
    for one in every:
        residue = GENETIC_CODE[one]
        shares[residue] = shares.get(residue, 0.0) + 1.0 / len(every)
    return shares


@cache
def _codons() -> tuple[tuple[str, dict[str, float]], ...]:
    names = ("".join(letters) for letters in product(BASES, repeat=3))
    return tuple((name, encoded_by(name)) for name in names)


def _clones(share: float) -> float:
    return math.log(1.0 - COVERED) / math.log1p(-share) if share < 1.0 else 1.0
