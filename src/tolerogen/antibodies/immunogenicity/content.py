"""Foreign T-cell epitope content of an antibody, and the band it falls in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tolerogen.antibodies.humanness.repertoire import fitting_repertoire
from tolerogen.antibodies.humanness.score import CDR3, RARE
from tolerogen.antibodies.immunogenicity.matrices import CORE, binders, matrices, windows
from tolerogen.antibodies.immunogenicity.ninemers import carried_by_people
from tolerogen.antibodies.numbering import Domain, number_many
from tolerogen.antibodies.records import SequenceRecord, molecule_name
from tolerogen.antibodies.writers import imgt_order

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Band = Literal["low", "middle", "high"]
BANDS: tuple[Band, ...] = ("low", "middle", "high")
THIRDS = (6, 30)
"""Fitted: content under which a third and two thirds of 151 clinical antibodies lie."""
RATES: dict[Band, tuple[float, float, float]] = {
    "low": (0.0, 0.025, 0.039),
    "middle": (0.01, 0.029, 0.087),
    "high": (0.0195, 0.065, 0.3175),
}
"""Quartiles of the published share of patients with anti-drug antibodies in each band."""
RATES_SOURCE = "doi:10.1080/19420862.2021.2020203"


@dataclass(frozen=True)
class Epitope:
    """A 9-mer that binds HLA-DR and is foreign to people.

    Attributes
    ----------
    chain, position
        Where it begins: chain, and IMGT position of its first residue.
    core
        The nine residues.
    alleles
        Those it binds, ``DRB1*01:01``.
    """

    chain: str
    position: str
    core: str
    alleles: tuple[str, ...]


@dataclass(frozen=True)
class EpitopeContent:
    """Foreign HLA-DR binders of a molecule.

    Attributes
    ----------
    id, chains
        Of the molecule, and which domains it has.
    content
        Pairs of foreign 9-mer and allele, over all domains.
    band
        Third of clinical antibodies with so much content; None unless it has one heavy and one
        light domain, as those had.
    epitopes
        The 9-mers, those that bind most alleles first.
    """

    id: str
    chains: str
    content: int
    band: Band | None
    epitopes: tuple[Epitope, ...]

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: ``antibody immunogenicity --json``."""
        return {
            "id": self.id,
            "chains": self.chains,
            "band": self.band,
            "content": self.content,
            "epitopes": [
                {
                    "chain": one.chain,
                    "position": one.position,
                    "core": one.core,
                    "alleles": list(one.alleles),
                }
                for one in self.epitopes
            ],
        }


def immunogenicity(records: Iterable[SequenceRecord]) -> list[EpitopeContent]:
    """Judge the molecules in `records`; chains are paired by name, ``mab1 VH`` and ``mab1 VL``."""
    domains: dict[str, list[Domain]] = {}
    for found in number_many(records):
        if found.domains:
            domains.setdefault(molecule_name(found.id), []).extend(found.domains)
    return [epitope_content(name, own) for name, own in domains.items()]


def epitope_content(name: str, domains: Iterable[Domain]) -> EpitopeContent:
    """Count the foreign HLA-DR binders in the domains of a molecule."""
    own = tuple(domains)
    found = [epitope for domain in own for epitope in foreign_epitopes(domain)]
    found.sort(key=lambda one: -len(one.alleles))
    content = sum(len(one.alleles) for one in found)
    chains = "".join(sorted(domain.chain for domain in own))
    paired = chains in ("HK", "HL")
    band = BANDS[sum(content >= limit for limit in THIRDS)] if paired else None
    return EpitopeContent(name, chains, content, band, tuple(found))


def foreign_epitopes(domain: Domain) -> list[Epitope]:
    """Return the 9-mers of a domain that bind HLA-DR and that people do not carry.

    A 9-mer is foreign when fewer than a tenth of people's repertoires hold it and one of its
    residues outside CDR3 is rare (under 1 in 100) at its place in human antibodies of the family.
    What only CDR3 makes unusual is left out: everybody's CDR3s are unusual.
    """
    peptides = windows(domain.residues)
    bound = binders(peptides)
    asked = bound.any(axis=0) & _unusual(domain)
    asked[asked] = ~carried_by_people(peptides[asked])
    names = matrices().alleles
    return [
        Epitope(
            domain.chain,
            domain.imgt[at],
            domain.residues[at : at + CORE],
            tuple(name for name, yes in zip(names, bound[:, at], strict=True) if yes),
        )
        for at in asked.nonzero()[0]
    ]


def _unusual(domain: Domain) -> npt.NDArray[np.bool_]:
    import numpy as np

    placed = zip(domain.imgt, domain.residues, strict=True)
    counted = {place: a for place, a in placed if imgt_order(place)[0] not in CDR3}
    _, table = fitting_repertoire(domain.chain, counted)
    rare = [
        place in counted and table.get(place, {}).get(residue, 0.0) < RARE
        for place, residue in zip(domain.imgt, domain.residues, strict=True)
    ]
    if len(rare) < CORE:
        return np.zeros(0, dtype=bool)
    views = np.lib.stride_tricks.sliding_window_view(np.array(rare), CORE)
    unusual: npt.NDArray[np.bool_] = np.any(views, axis=1)
    return unusual
