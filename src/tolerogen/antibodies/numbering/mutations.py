"""Where a domain departs from its germline genes."""

from __future__ import annotations

from dataclasses import dataclass

from tolerogen.antibodies.numbering.domain import Domain
from tolerogen.antibodies.numbering.germline import germline_residues


@dataclass(frozen=True)
class SomaticMutation:
    """A residue that differs from the germline's at an IMGT position."""

    position: str
    germline: str
    residue: str

    def __str__(self) -> str:
        """Write it as people do, germline first: ``S35N``."""
        return f"{self.germline}{self.position}{self.residue}"


def somatic_mutations(domain: Domain) -> tuple[SomaticMutation, ...]:
    """List the residues that differ from the nearest V gene, then those from the J gene.

    The end of CDR3 that neither gene encodes is left out, and so are inserted and missing
    residues.
    """
    present = domain.by_imgt
    found = []
    for match in (domain.v, domain.j):
        if match is None:
            continue
        for place, germline in germline_residues(match.gene).items():
            residue = present.get(str(place), "-")
            if residue not in ("-", germline) and not (match is domain.v and place > 104):
                found.append(SomaticMutation(str(place), germline, residue))
    return tuple(found)
