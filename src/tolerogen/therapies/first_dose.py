"""The first dose in man: from the least effect expected, and from animals.

Three roads, of which the lowest dose is taken, as the guideline of the European Medicines Agency on
first-in-human trials (EMEA/CHMP/SWP/28367/07 Rev. 1, 2017) asks for where a target is new:

- **MABEL**, the minimal anticipated biological effect level: the dose at which a small share of the
  target is held when all of it has just arrived in plasma. Share, affinity and amount of target
  give the drug needed, ``RO R + Kd RO / (1 - RO)`` (law of mass action; Muller and Brennan, Clin
  Pharmacol Ther 2009;85:247, doi:10.1038/clpt.2008.273).
- **PAD**, the pharmacologically active dose in an animal, as a human equivalent dose.
- **NOAEL**, the dose without adverse effect in an animal, as a human equivalent dose over a safety
  factor, by body surface (Km) or, for proteins above 100 kDa given into the vein, by weight.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError, choices
from tolerogen.units import convert

if TYPE_CHECKING:
    from tolerogen.therapies.therapy import Therapy

ANIMALS = Path(__file__).with_name("animals.csv")
HUMAN_KM = 37.0  # doi:10.4103/0976-0105.177703
HUMAN_KG = 60.0  # the weight that Km of man belongs to, same source
SAFETY = 10.0  # FDA guidance of 2005, the default
SOURCES = (
    "EMEA/CHMP/SWP/28367/07 Rev. 1 (2017), first-in-human clinical trials",
    "FDA, Estimating the maximum safe starting dose in initial clinical trials, July 2005",
    "doi:10.4103/0976-0105.177703",
    "doi:10.1038/clpt.2008.273",
)


@dataclass(frozen=True)
class FirstDose:
    """A candidate for the first dose.

    Attributes
    ----------
    method
        ``MABEL``, ``PAD`` or ``NOAEL``.
    mg
        The dose in a person of 60 kg, mg.
    how
        How it was made, in words with its numbers.
    """

    method: str
    mg: float
    how: str


@cache
def animals() -> dict[str, float]:
    """Return Km, the factor from mg/kg to mg/m2, of each species of animal."""
    lines = ANIMALS.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["species"]: float(row["km"]) for row in rows}


def occupancy_level(occupancy: float, kd_nM: float, target_nM: float = 0.0) -> float:  # noqa: N803
    """Return the total drug (nM) at which a share of the target is held.

    Parameters
    ----------
    occupancy
        Share, above 0 and below 1.
    kd_nM, target_nM
        Affinity, and total target in the volume that the drug is in.

    Examples
    --------
    >>> round(occupancy_level(0.10, kd_nM=0.41, target_nM=0.65), 2)
    0.11
    """
    if not 0 < occupancy < 1:
        raise SpecError(f"an occupancy of {occupancy:g} was asked for; give a share, such as 0.1.")
    return occupancy * target_nM + kd_nM * occupancy / (1 - occupancy)


def mabel(therapy: Therapy, target_nM: float = 0.0, occupancy: float = 0.1) -> FirstDose:  # noqa: N803
    """Return the dose at which `occupancy` of the target is held at once.

    Parameters
    ----------
    therapy
        Its central volume, molar mass and affinity (``Kss`` of the model, or ``koff/kon``).
    target_nM
        Total target, nM; 0 for drug in excess of its target.
    occupancy
        Share held; a tenth by default, for drugs that activate (doi:10.1038/clpt.2008.273 gives
        ranges by mechanism).

    Raises
    ------
    SpecError
        The therapy has no affinity, or knocks RNA down and holds nothing.
    """
    affinity, volume = _affinity(therapy), therapy.pk.value("V1")
    if affinity is None or volume is None:
        raise SpecError(
            f"therapy '{therapy.id}' has no affinity (Kss, or kon and koff, or binding kd) and "
            "central volume, from which a dose of minimal effect could be found."
        )
    level = occupancy_level(occupancy, affinity, target_nM)
    free = therapy.pk.value("fu") or 1.0
    dose = level / free * volume * therapy.mass_kDa / 1000  # nM L kDa = µg
    return FirstDose(
        "MABEL",
        dose,
        f"{100 * occupancy:g} % of the target held at once: {level:.3g} nM in {volume:g} L, "
        f"affinity {affinity:g} nM, target {target_nM:g} nM",
    )


def target_pool(therapy: Therapy, disease: Any) -> float:
    """Return the total target (nM) in a disease: the baseline of its pool, 0 where it has none."""
    node = disease.targets.get(therapy.target)
    pool = None if node is None else node.pool
    values = {p.id: p.value for p in disease.parameters}
    return 0.0 if pool is None else float(values.get(f"{pool}_0", 0.0))


def read_mg_per_kg(text: str, where: str) -> float:
    """Read a dose by weight, ``"50 mg/kg"``, in mg/kg.

    Raises
    ------
    SpecError
        Another unit, or an amount not above zero.
    """
    mass, _, per = text.rpartition("/")
    if per.strip() != "kg":
        raise SpecError(f"{where}: '{text}' is not a dose by body weight, such as '50 mg/kg'.")
    amount = convert(mass, "mg", where=where)
    if not amount > 0:
        raise SpecError(f"{where}: '{text}' must be above zero.")
    return amount


def human_equivalent(mg_per_kg: float, species: str, *, by_weight: bool = False) -> float:
    """Return the human equivalent dose (mg/kg) of an animal dose (mg/kg).

    Parameters
    ----------
    species
        A key of `animals`.
    by_weight
        Take mg/kg over as they are, as for proteins above 100 kDa given into the vein.

    Examples
    --------
    >>> round(human_equivalent(50.0, "cynomolgus"), 1)
    16.2
    """
    if species not in animals():
        raise SpecError(f"species '{species}' is unknown; {choices(species, animals())}")
    if not mg_per_kg > 0:
        raise SpecError(f"an animal dose of {mg_per_kg:g} mg/kg was given; it must be above 0.")
    return mg_per_kg if by_weight else mg_per_kg * animals()[species] / HUMAN_KM


def noael(
    mg_per_kg: float, species: str, *, by_weight: bool = False, safety: float = SAFETY
) -> FirstDose:
    """Return the first dose from the dose without adverse effect in an animal.

    Raises
    ------
    SpecError
        Unknown species, a dose not above zero, a safety factor below 1.
    """
    if not safety >= 1:
        raise SpecError(f"the safety factor is {safety:g}; it must be at least 1.")
    equivalent = human_equivalent(mg_per_kg, species, by_weight=by_weight)
    way = "by weight" if by_weight else f"by body surface, Km {animals()[species]:g}"
    return FirstDose(
        "NOAEL",
        equivalent / safety * HUMAN_KG,
        f"{mg_per_kg:g} mg/kg in {species}, human equivalent {equivalent:.3g} mg/kg {way}, safety "
        f"factor {safety:g}",
    )


def pad(mg_per_kg: float, species: str, *, by_weight: bool = False) -> FirstDose:
    """Return the human equivalent of the pharmacologically active dose in an animal."""
    equivalent = human_equivalent(mg_per_kg, species, by_weight=by_weight)
    return FirstDose(
        "PAD",
        equivalent * HUMAN_KG,
        f"{mg_per_kg:g} mg/kg active in {species}, human equivalent {equivalent:.3g} mg/kg",
    )


def starting_dose(candidates: list[FirstDose]) -> FirstDose:
    """Return the lowest of the candidates."""
    return min(candidates, key=lambda item: item.mg)


def _affinity(therapy: Therapy) -> float | None:
    own = therapy.pk.value("Kss")
    if own is not None:
        return own
    on, off = therapy.pk.value("kon"), therapy.pk.value("koff")
    if on and off is not None:
        return off / on
    return therapy.binding.kd_nM if therapy.binding else None
