"""One variable domain, numbered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Chain = Literal["H", "K", "L"]


@dataclass(frozen=True, slots=True)
class GermlineMatch:
    """The human germline gene nearest to a domain.

    Attributes
    ----------
    gene
        Allele, for example ``IGHV3-23*01``.
    identity
        Share (0 to 1) of the gene's residues that the domain has at the same IMGT position.
    ties
        Other genes (without allele) that fit exactly as well.
    """

    gene: str
    identity: float
    ties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """One variable domain of a sequence, numbered in a scheme.

    Attributes
    ----------
    id
        Name of the sequence it was found in.
    chain
        ``H`` heavy (VHH as well), ``K`` kappa, ``L`` lambda.
    scheme
        Numbering scheme of `positions`.
    start, end
        First and last residue of the domain in the cleaned sequence, from 0, both included.
    positions
        Position of each residue in `scheme`, insertions with a letter: ``111A``.
    imgt
        Position of each residue in IMGT, whatever the scheme.
    residues
        The residues, one letter each, as long as `positions`.
    cdrs
        CDR1, CDR2 and CDR3 by `cdr_definition`.
    v, j
        Nearest human germline genes; None when no gene of the kind is known.
    confidence
        Of the alignment, 0 to 1.
    warnings
        What a person should look at before relying on the numbering.
    """

    id: str
    chain: Chain
    scheme: str
    start: int
    end: int
    positions: tuple[str, ...]
    imgt: tuple[str, ...]
    residues: str
    cdr_definition: str
    cdrs: tuple[str, str, str]
    v: GermlineMatch | None
    j: GermlineMatch | None
    confidence: float
    warnings: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``ok``, or ``check:`` and what to look at."""
        return f"check: {'; '.join(self.warnings)}" if self.warnings else "ok"

    @property
    def numbering(self) -> dict[str, str]:
        """Residue by position in `scheme`, in order along the chain."""
        return dict(zip(self.positions, self.residues, strict=True))

    @property
    def by_imgt(self) -> dict[str, str]:
        """Residue by IMGT position, in order along the chain."""
        return dict(zip(self.imgt, self.residues, strict=True))


@dataclass(frozen=True, slots=True)
class Numbered:
    """What came of one sequence: its domains, or why there are none."""

    id: str
    domains: tuple[Domain, ...]
    reason: str = ""
