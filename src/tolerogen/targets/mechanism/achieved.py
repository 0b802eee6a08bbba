"""How far published drugs hold a node: the handle's average while they are given.

A therapy of the library is joined to the disease, given as studied to patients who differ in its
pharmacokinetics, and the share of the target it holds (or the rate at which it kills) is averaged
over time. Shipped as ``achievable.csv`` of the disease folder, because it takes half a minute.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.therapies import Regimen, Therapy

DAYS = 168.0
"""Length of the usual trial in the disease: 24 weeks."""
FILE = "achievable.csv"


@dataclass(frozen=True)
class Achieved:
    """What a drug does to a handle.

    Attributes
    ----------
    node, modality, action
        Where, with what kind of molecule, by which action.
    median, low, high
        Over patients, with the 5th and 95th percentile: the share of the target that no longer
        works (0 to 1; held, or lost with the drug), or for ``deplete`` the kill rate (1/day).
    therapy, regimen
        Of the library.
    """

    node: str
    modality: str
    action: str
    median: float
    low: float
    high: float
    therapy: str
    regimen: str

    @property
    def source(self) -> str:
        """Where the number is from, for the result."""
        return f"simulated: average of {self.therapy}, regimen {self.regimen}, while it is given"


def achieved(
    disease: Disease, therapy: Therapy, regimen: Regimen, patients: int = 64, seed: int = 1
) -> Achieved:
    """Simulate a regimen and average what it does to its target.

    Parameters
    ----------
    disease
        Offers the target.
    therapy, regimen
        The drug, as studied.
    patients
        How many, all typical but for the pharmacokinetics of the drug.
    seed
        Of their pharmacokinetics.

    Raises
    ------
    SpecError
        The disease does not offer the target or the action.
    """
    import pandas as pd

    from tolerogen import engine
    from tolerogen.patients.population import parameter_value
    from tolerogen.patients.streams import normals
    from tolerogen.therapies import attach

    model = engine.load_model(attach(disease.model, [therapy], disease.targets))
    indices = np.arange(patients, dtype=np.int64)
    typical = {p.id: np.full(patients, p.value) for p in disease.parameters}
    own = {
        p.id: parameter_value(p, normals(seed, f"extra/{p.id}", indices)[:, 0])
        for p in therapy.parameters
    }
    table = pd.DataFrame({k: v for k, v in (typical | own).items() if k in model.settable})
    days = np.arange(0.0, DAYS + 0.5, 1.0)
    suffixes = {"deplete": "kill", "knock_down": "knock_down", "isoform_shift": "isoform_shift"}
    suffix = suffixes.get(therapy.action, "occupancy")
    handle = f"{therapy.id}_{suffix}"
    doses = regimen.doses(therapy, weight_kg=therapy.pk.reference_weight)
    pool = disease.targets[therapy.target].pool if suffix == "occupancy" else None
    asked = [handle, pool] if pool else [handle]
    data = engine.simulate(model, table, doses, days, observables=asked)
    end = dosing_end([dose.time for dose in doses])
    kept = days <= end
    held = data[handle].to_numpy()[:, kept]
    if pool:
        # free target over its start: a drug may also lower, or hold back in blood, the whole pool
        total = data[pool].to_numpy()
        held = np.clip(1.0 - total[:, kept] * (1.0 - held) / total[:, :1], 0.0, 1.0)
    level = np.trapezoid(held, days[kept], axis=1) / days[kept][-1]
    low, median, high = np.nanpercentile(level, [5, 50, 95])
    return Achieved(
        node=therapy.target,
        modality=therapy.modality,
        action=therapy.action,
        median=float(median),
        low=float(low),
        high=float(high),
        therapy=therapy.id,
        regimen=regimen.name,
    )


def dosing_end(times: Sequence[float]) -> float:
    """Return the day up to which a handle is averaged: one interval after the last dose.

    Courses of one or two infusions count to 24 weeks: they are given to last.

    Examples
    --------
    >>> dosing_end([0, 14, 28]), dosing_end([0, 14]), dosing_end(range(0, 400, 7))
    (42.0, 168.0, 168.0)
    """
    given = sorted(set(times))
    if len(given) < 3:
        return DAYS
    return min(DAYS, float(given[-1] + np.median(np.diff(given))))


def read_achieved(folder: Path) -> Mapping[tuple[str, str, str], Achieved]:
    """Read ``achievable.csv``: the furthest-reaching drug by node, modality and action."""
    path = folder / FILE
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    found: dict[tuple[str, str, str], Achieved] = {}
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        item = Achieved(
            node=row["node"],
            modality=row["modality"],
            action=row["action"],
            median=float(row["median"]),
            low=float(row["low"]),
            high=float(row["high"]),
            therapy=row["therapy"],
            regimen=row["regimen"],
        )
        key = (item.node, item.modality, item.action)
        if key not in found or item.median > found[key].median:
            found[key] = item
    return found
