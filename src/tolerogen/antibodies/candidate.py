"""The antibody that goes on: sequences, format, binding, and where each number is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tolerogen.antibodies.annotation import properties
from tolerogen.antibodies.exposure import Course, Exposure, ReceptorLoad, exposure
from tolerogen.antibodies.formats import heavy_chain, light_chain
from tolerogen.antibodies.human_pk import Clearance, human_clearance
from tolerogen.antibodies.humanness import humanness
from tolerogen.antibodies.immunogenicity import EpitopeContent, epitope_content
from tolerogen.antibodies.kinetics import KineticFit
from tolerogen.antibodies.numbering import Domain, number
from tolerogen.errors import SpecError

GLYCANS_KDA = 3.0
"""Two glycans of an IgG, kDa (assumed)."""
Action = Literal["block", "neutralise"]


@dataclass(frozen=True)
class AntibodyCandidate:
    """An IgG candidate with measured binding.

    Attributes
    ----------
    name, target
        Names; the target as the disease model calls it, ``IL7R``.
    action
        ``block`` a receptor or ``neutralise`` a ligand.
    vh, vl
        Variable domains.
    isotype, changes
        ``IgG1``, ``IgG2``, ``IgG4``, and Fc changes by name.
    kon, koff, kd
        1/(M s), 1/s, M, of one arm; None where not known.
    binding_source
        How and where that was measured.
    cynomolgus_clearance, tg32_clearance
        mL/(day kg), linear part; None where not measured.
    load
        Receptors of a person and their turnover; None where not known.
    """

    name: str
    target: str
    action: Action
    vh: str
    vl: str
    isotype: str
    changes: tuple[str, ...] = ()
    kon: float | None = None
    koff: float | None = None
    kd: float | None = None
    binding_source: str = "unsourced"
    cynomolgus_clearance: float | None = None
    tg32_clearance: float | None = None
    load: ReceptorLoad | None = None
    valency: int = 2
    sources: tuple[str, ...] = ()

    @property
    def domains(self) -> tuple[Domain, Domain]:
        """Return the numbered heavy and light domain.

        Raises
        ------
        SpecError
            When a sequence is not one domain of its kind.
        """
        return _one(self.vh, "H", self.name), _one(self.vl, "KL", self.name)

    @property
    def heavy(self) -> str:
        """Return the whole heavy chain."""
        return heavy_chain(self.domains[0].residues, self.isotype, self.changes)

    @property
    def light(self) -> str:
        """Return the whole light chain."""
        own = self.domains[1]
        return light_chain(own.residues, own.chain)

    @property
    def mass_kda(self) -> float:
        """Return the mass of two heavy and two light chains with glycans, kDa."""
        chains = 2 * (properties(self.heavy).mass + properties(self.light).mass) / 1000.0
        return chains + (0.0 if "N297A" in self.changes else GLYCANS_KDA)

    @property
    def humanness(self) -> float:
        """Return the mean humanness of its domains."""
        return sum(humanness(domain).score for domain in self.domains) / 2

    @property
    def immunogenicity(self) -> EpitopeContent:
        """Return its foreign HLA-DR epitopes and the band of clinical antibodies they mean."""
        return epitope_content(self.name, self.domains)

    @property
    def clearance(self) -> Clearance:
        """Return the predicted linear clearance in humans."""
        return human_clearance(
            self.changes, self.cynomolgus_clearance, tg32_ml_day_kg=self.tg32_clearance,
            fv_pi=properties("".join(domain.residues for domain in self.domains)).pi,
        )  # fmt: skip

    def exposure(self, course: Course, days: float | None = None) -> Exposure:
        """Predict concentration and receptor occupancy of a course.

        Raises
        ------
        SpecError
            When affinity or receptor load is not known.
        """
        if self.kd is None or self.load is None:
            raise SpecError(
                f"'{self.name}': exposure needs an affinity (kd, or sensorgrams) and a table "
                "[load] with cells, per_cell and turnover (1/day)."
            )
        return exposure(
            self.kd, self.load, course, kon=self.kon, clearance=self.clearance,
            mass_kda=self.mass_kda, days=days,
        )  # fmt: skip

    def bound(self, fit: KineticFit, source: str) -> AntibodyCandidate:
        """Return the candidate with the constants of a kinetic fit."""
        from dataclasses import replace

        return replace(self, kon=fit.kon, koff=fit.koff, kd=fit.kd, binding_source=source)


def _one(sequence: str, chains: str, name: str) -> Domain:
    found = [domain for domain in number(sequence) if domain.chain in chains]
    if len(found) != 1:
        kind = "heavy" if chains == "H" else "light"
        raise SpecError(f"'{name}' needs one {kind} variable domain; found {len(found)}.")
    return found[0]
