"""Sequence motifs that a developer wants to know about.

Motifs and their order of risk: deamidation and isomerisation as measured in 131 clinical-stage
antibodies (Lu 2019, doi:10.1080/19420862.2018.1548233) and in Sydow 2014
(doi:10.1371/journal.pone.0100736). The grades high, medium and low are assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from tolerogen.antibodies.numbering import DEFINITIONS, Domain, germline_residues
from tolerogen.antibodies.numbering.definitions import in_cdr

Severity = Literal["high", "medium", "low"]
GRADES: tuple[Severity, ...] = ("low", "medium", "high")


@dataclass(frozen=True)
class Motif:
    """What to look for, and how much it matters in a CDR."""

    kind: str
    pattern: str
    severity: Severity
    start_only: bool = False
    cdr_only: bool = False


MOTIFS = (
    Motif("deamidation", "N(?=G)", "high"),
    Motif("deamidation", "N(?=[STNH])", "medium"),
    Motif("isomerisation", "D(?=G)", "high"),
    Motif("isomerisation", "D(?=[SDTH])", "medium"),
    Motif("N-glycosylation", "N(?=[^P][ST])", "high"),
    Motif("oxidation", "M", "medium", cdr_only=True),
    Motif("oxidation", "W", "low", cdr_only=True),
    Motif("acid cleavage", "D(?=P)", "medium"),
    Motif("integrin binding", "(?=RGD|KGD|LDV)[RKL]", "medium"),
    Motif("pyroglutamate", "Q", "low", start_only=True),
    Motif("pyroglutamate", "E", "low", start_only=True),
)
BONDED = {"23", "104"}


@dataclass(frozen=True)
class Liability:
    """A motif at a place.

    Attributes
    ----------
    domain, chain
        Sequence id, and ``H``, ``K`` or ``L``.
    kind, motif
        What may happen, and the residues.
    position, imgt
        Of the first residue, in the domain's scheme and in IMGT.
    index
        From 0 in the domain.
    cdr
        1, 2, 3 by Kabat and IMGT together (0: framework).
    germline
        Whether the nearest human V gene has the same motif there.
    severity
        ``high``, ``medium``, ``low``: of the motif in a CDR, one less in the framework, and one
        less again where the human gene has it too.
    """

    domain: str
    chain: str
    kind: str
    motif: str
    position: str
    imgt: str
    index: int
    cdr: int
    germline: bool
    severity: Severity

    def record(self) -> dict[str, Any]:
        """Return it as other programs read it."""
        return dict(vars(self))


def liabilities(domain: Domain) -> tuple[Liability, ...]:
    """List the liabilities of a domain, the severe first, then along the chain."""
    loops = in_cdr(DEFINITIONS["imgt"], domain.chain, domain.imgt)
    if domain.scheme == "kabat":
        kabat = in_cdr(DEFINITIONS["kabat"], domain.chain, domain.positions)
        loops = [a or b for a, b in zip(loops, kabat, strict=True)]
    found = [
        _placed(domain, motif.kind, hit.start(), _size(motif), loops, motif.severity)
        for motif in MOTIFS
        for hit in re.finditer(motif.pattern, domain.residues)
        if (not motif.start_only or (hit.start() == 0 and domain.start == 0))
        and (not motif.cdr_only or loops[hit.start()])
    ]
    found += _cysteines(domain, loops)
    return tuple(sorted(found, key=lambda one: (-GRADES.index(one.severity), one.index)))


def _size(motif: Motif) -> int:
    return {"N-glycosylation": 3, "integrin binding": 3}.get(
        motif.kind, 2 if "(?=" in motif.pattern else 1
    )


def _placed(
    domain: Domain, kind: str, index: int, size: int, loops: list[int], severity: Severity
) -> Liability:
    places = domain.imgt[index : index + size]
    motif = domain.residues[index : index + size]
    gene = germline_residues(domain.v.gene) if domain.v else {}
    inherited = all(
        place.isdigit() and gene.get(int(place)) == letter
        for place, letter in zip(places, motif, strict=True)
    )
    cdr = max(loops[index : index + size])
    grade = GRADES.index(severity) - (cdr == 0) - inherited
    return Liability(
        domain=domain.id,
        chain=domain.chain,
        kind=kind,
        motif=motif,
        position=domain.positions[index],
        imgt=domain.imgt[index],
        index=index,
        cdr=cdr,
        germline=inherited,
        severity=GRADES[max(grade, 0)],
    )


def _cysteines(domain: Domain, loops: list[int]) -> list[Liability]:
    pairs = zip(domain.imgt, domain.residues, strict=True)
    extra = [i for i, (place, aa) in enumerate(pairs) if aa == "C" and place not in BONDED]
    # Two can bond with each other; an odd one is free for sure.
    kind, grade = ("free cysteine", "high") if len(extra) % 2 else ("extra cysteine pair", "medium")
    own: Severity = "high" if grade == "high" else "medium"
    return [_placed(domain, kind, i, 1, loops, own) for i in extra]
