"""Whole molecules: IgG, Fab, Fc fusion, bispecific IgG, as chains with their copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tolerogen.antibodies.annotation import properties
from tolerogen.antibodies.formats import (
    ISOTYPES,
    constant_regions,
    eu_numbers,
    heavy_chain,
    light_chain,
)
from tolerogen.antibodies.numbering import Domain
from tolerogen.antibodies.records import AMINO_ACIDS
from tolerogen.errors import SpecError, choices

FAB_ENDS = {"IgG1": 220, "IgG4": 220}
"""Last EU number of a Fab's heavy chain: what binds the light chain stays, the hinge goes."""
FUSION_FROM, UPPER_HINGE = 216, 5
HINGE_CHANGE = "C220S"
"""In an Fc fusion of IgG1 this cysteine has no light chain to bind."""
GLYCAN_KDA = 1.5
"""One glycan of an Fc, kDa (assumed)."""
ELBOW_HEAVY, ELBOW_LIGHT = "AS", "SS"
"""Between VH and CL, and between VL and CH1, of a crossed arm (Schaefer 2011)."""
CROSSED_SOURCE = "doi:10.1073/pnas.1019002108"


@dataclass(frozen=True)
class Chain:
    """A chain of a molecule, and how often it is there."""

    name: str
    sequence: str
    copies: int


@dataclass(frozen=True)
class Molecule:
    """A molecule: its chains, how many targets' sites it has, what to know about it.

    Attributes
    ----------
    mass_kda
        All chains with their glycans.
    valency
        Binding sites by target, 2 for an IgG, (1, 1) for a bispecific one.
    """

    format: str
    chains: tuple[Chain, ...]
    mass_kda: float
    valency: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody format --json``."""
        return {
            "format": self.format,
            "chains": [
                {"name": c.name, "sequence": c.sequence, "copies": c.copies} for c in self.chains
            ],
            "mass_kda": self.mass_kda,
            "valency": list(self.valency),
            "notes": list(self.notes),
        }


def igg(heavy: Domain, light: Domain, isotype: str, changes: Sequence[str] = ()) -> Molecule:
    """Return the whole antibody of two variable domains."""
    chains = (
        Chain("heavy", heavy_chain(heavy.residues, isotype, changes), 2),
        Chain("light", light_chain(light.residues, light.chain), 2),
    )
    return _molecule("IgG", chains, (2,), 0 if "N297A" in changes else 2)


def fab(heavy: Domain, light: Domain, isotype: str = "IgG1") -> Molecule:
    """Return the Fab: the heavy chain ends before the hinge's core.

    Raises
    ------
    SpecError
        When the isotype has no such form here (IgG2, whose light chain binds variably).
    """
    if isotype not in FAB_ENDS:
        raise SpecError(f"No Fab of '{isotype}'; {choices(isotype, FAB_ENDS)}")
    last = eu_numbers(isotype).index(FAB_ENDS[isotype]) + 1
    constant = constant_regions()[ISOTYPES[isotype]][:last]
    chains = (
        Chain("heavy", heavy.residues + constant, 1),
        Chain("light", light_chain(light.residues, light.chain), 1),
    )
    note = "no Fc part: no recycling by FcRn, half-life of hours to a day, no effector function"
    return _molecule("Fab", chains, (1,), 0, note)


def fc_fusion(
    protein: str, isotype: str = "IgG1", changes: Sequence[str] = (), linker: str = ""
) -> Molecule:
    """Return a protein fused to the Fc part, hinge included (EU 216 on).

    Raises
    ------
    SpecError
        For a linker that is no sequence of amino acids, and what the Fc part refuses.
    """
    if set(linker) - set(AMINO_ACIDS):
        raise SpecError(f"the linker '{linker[:40]}' is no sequence of amino acids, such as GGGGS.")
    whole = heavy_chain("", isotype, changes)
    first = eu_numbers(isotype).index(FUSION_FROM)
    part = list(whole[first:])
    if isotype == "IgG1":
        part[int(HINGE_CHANGE[1:-1]) - FUSION_FROM] = HINGE_CHANGE[-1]
    chains = (Chain("fusion", protein + linker + "".join(part), 2),)
    note = "clearance of fusions is often faster than that of antibodies: measure it"
    return _molecule("Fc fusion", chains, (2,), 0 if "N297A" in changes else 2, note)


def bispecific(
    first: tuple[Domain, Domain],
    second: tuple[Domain, Domain],
    isotype: str = "IgG1",
    changes: Sequence[str] = (),
) -> Molecule:
    """Return a bispecific IgG: knob and hole pair the heavy chains.

    With two different light chains the second arm is crossed: CL stands in its heavy chain and CH1
    in its light chain (Schaefer 2011, doi:10.1073/pnas.1019002108), so that each light chain finds
    its own. With one common light chain nothing is crossed.

    Raises
    ------
    SpecError
        When a change does not fit knob or hole, or the isotype; when the arm to be crossed has a
        lambda chain.
    """
    knob = heavy_chain(first[0].residues, isotype, [*changes, "knob"])
    light = light_chain(first[1].residues, first[1].chain)
    glycans = 0 if "N297A" in changes else 2
    if first[1].residues == second[1].residues:
        hole = heavy_chain(second[0].residues, isotype, [*changes, "hole"])
        shared = (Chain("knob", knob, 1), Chain("hole", hole, 1), Chain("light", light, 2))
        return _molecule("bispecific IgG", shared, (1, 1), glycans, "one light chain for both arms")
    if second[1].chain != "K":
        raise SpecError("The second arm is crossed and needs a kappa chain: turn the arms round.")
    constant = heavy_chain("", isotype, [*changes, "hole"])
    hinge = eu_numbers(isotype).index(FUSION_FROM)
    kappa = constant_regions()["IGKC"].removeprefix("RT")
    crossed = second[0].residues + ELBOW_HEAVY + kappa + constant[hinge + UPPER_HINGE :]
    other = second[1].residues + ELBOW_LIGHT + constant[: hinge + UPPER_HINGE]
    chains = (
        Chain("knob", knob, 1),
        Chain("light 1", light, 1),
        Chain("hole, crossed", crossed, 1),
        Chain("light 2, crossed", other, 1),
    )
    note = f"CH1 and CL of the second arm are exchanged ({CROSSED_SOURCE})"
    return _molecule("bispecific IgG", chains, (1, 1), glycans, note)


def _molecule(
    name: str, chains: tuple[Chain, ...], valency: tuple[int, ...], glycans: int, *notes: str
) -> Molecule:
    mass = sum(properties(chain.sequence).mass * chain.copies for chain in chains) / 1e3
    return Molecule(name, chains, mass + glycans * GLYCAN_KDA, valency, notes)
