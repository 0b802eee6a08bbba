"""Liabilities in a structure: what solvent does not reach changes more slowly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tolerogen.antibodies.annotation import Liability, liabilities
from tolerogen.antibodies.annotation.liabilities import GRADES
from tolerogen.antibodies.developability.patches import EXPOSED
from tolerogen.antibodies.developability.structure import Fv
from tolerogen.antibodies.numbering import number


def exposed_liabilities(fv: Fv) -> list[tuple[Liability, float]]:
    """Return the liabilities of the domains with the share of the residue that solvent reaches.

    One that is buried (side chain under 7.5 % exposed) has its severity a grade lower (assumed);
    positions are Kabat's.
    """
    found = []
    for domain, residues in zip(fv.domains, fv.residues, strict=True):
        (own,) = number(domain.residues, "kabat")
        for one in liabilities(replace(own, id=domain.id)):
            exposure = residues[own.start + one.index].exposure
            grade = max(GRADES.index(one.severity) - (exposure < EXPOSED), 0)
            found.append((replace(one, severity=GRADES[grade]), exposure))
    return found


def exposed_record(one: Liability, exposure: float) -> dict[str, Any]:
    """Return a liability with its exposure as other programs read it."""
    return {**one.record(), "exposure": exposure}
