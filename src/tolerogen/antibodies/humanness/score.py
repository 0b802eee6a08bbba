"""The humanness of a variable domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tolerogen.antibodies.humanness.repertoire import fitting_repertoire
from tolerogen.antibodies.numbering import Domain, germline_residues
from tolerogen.antibodies.writers import imgt_order

RARE = 0.01
CDR3 = range(105, 118)


@dataclass(frozen=True)
class Humanness:
    """How human a domain is.

    Attributes
    ----------
    id, chain
        Of the domain.
    score
        Identity to the nearest V gene less the share of rare residues: 1 for a germline domain,
        falling without a floor.
    identity
        Share (0 to 1) of the V gene's residues that the domain has.
    rare
        IMGT positions outside CDR3 whose residue fewer than 1 in 100 human antibodies of the
        family have, as ``K83`` (residue, position).
    gene, family
        The nearest V gene, and the family in whose repertoire the domain is likeliest.
    """

    id: str
    chain: str
    score: float
    identity: float
    rare: tuple[str, ...]
    gene: str
    family: str

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody humanness --json``."""
        return {
            "id": self.id,
            "chain": self.chain,
            "score": self.score,
            "identity": self.identity,
            "rare": list(self.rare),
            "germline_v": self.gene,
            "family": self.family,
        }


def humanness(domain: Domain) -> Humanness:
    """Score a numbered domain.

    Inserted residues outside CDR3 that human antibodies of the family do not have count as rare.

    Examples
    --------
    >>> from tolerogen.antibodies import number
    >>> vh = ("EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNT"
    ...       "LYLQMNSLRAEDTAVYYCAKDLYFDYWGQGTLVTVSS")
    >>> found = humanness(number(vh)[0])
    >>> found.score, found.rare
    (1.0, ())
    """
    return score_residues(domain, domain.residues)


def score_residues(domain: Domain, residues: str) -> Humanness:
    """Score other `residues` laid out as those of `domain`, against the gene nearest to them."""
    gene, identity = _nearest(domain, residues)
    counted = {
        position: residue
        for position, residue in zip(domain.imgt, residues, strict=True)
        if imgt_order(position)[0] not in CDR3
    }
    family, table = fitting_repertoire(domain.chain, counted)
    named = [
        f"{residue}{position}"
        for position, residue in counted.items()
        if table.get(position, {}).get(residue, 0.0) < RARE
    ]
    return Humanness(
        id=domain.id,
        chain=domain.chain,
        score=identity - len(named) / max(len(counted), 1),
        identity=identity,
        rare=tuple(named),
        gene=gene,
        family=family,
    )


def _nearest(domain: Domain, residues: str) -> tuple[str, float]:
    from tolerogen.antibodies.numbering.germline import as_matrix, nearest_genes

    if domain.v is not None and residues == domain.residues:
        return domain.v.gene, domain.v.identity
    matrix = as_matrix([(domain.imgt, residues)])
    (match,) = nearest_genes("V", domain.chain, matrix)
    return match.gene, match.identity


def framework_gene(domain: Domain, kept: frozenset[str]) -> str:
    """Return the V gene most like `domain` at the positions outside `kept` (IMGT)."""
    from tolerogen.antibodies.numbering.germline import germlines

    present = domain.by_imgt

    def identity(gene: str) -> float:
        there = {str(p): a for p, a in germline_residues(gene).items() if str(p) not in kept}
        return sum(present.get(p) == a for p, a in there.items()) / max(len(there), 1)

    return max(germlines("V", domain.chain).genes, key=identity)
