"""The margins of a virtual trial: how far IgG and lymphocytes fall in each patient, for how long.

Reads what ``trial run --out FOLDER`` writes, and knows nothing of how it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tolerogen.errors import SpecError
from tolerogen.safety.signals.counts import Floats

NK_SHARE = 0.1
"""Share of lymphocytes that are neither T nor B cells, which the model lacks (assumed)."""

GRADES: dict[str, tuple[tuple[str, float], ...]] = {
    "IgG": (("< 7 g/L", 7.0), ("< 5 g/L", 5.0), ("< 3 g/L", 3.0)),
    "lymphocytes": (
        ("below 1000 (grade 1)", 1000.0),
        ("below 800 (grade 2)", 800.0),
        ("below 500 (grade 3)", 500.0),
        ("below 200 (grade 4)", 200.0),
    ),
}
"""Grades of low IgG (usual limits), and of low lymphocytes per µL (CTCAE 5.0; grade 1 begins at the
laboratory's lower limit, here 1000, assumed)."""


@dataclass(frozen=True)
class Margins:
    """Trajectories of what protects from infection.

    Attributes
    ----------
    day
        Days of the trajectories.
    arm
        Arm of each patient.
    until
        Last day that each patient was in the trial.
    values
        ``IgG`` in g/L and ``lymphocytes`` in cells/µL: patients by days.
    name, warning
        Of the virtual trial.
    """

    day: Floats
    arm: np.ndarray
    until: Floats
    values: dict[str, Floats]
    name: str
    warning: str

    @property
    def years(self) -> Floats:
        """Return the time at risk of each patient, in years."""
        return np.asarray((self.until - self.day[0]) / 365.25)

    def share_below(self, readout: str, limit: float) -> Floats:
        """Return for each patient the share of the time at risk spent below a limit."""
        value, day = self.values[readout], self.day
        # a straight line between two days crosses the limit at a known moment
        low, high = value[:, :-1], value[:, 1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = np.clip((limit - low) / (high - low), 0, 1)
        under, below = low < limit, high < limit
        part = np.where(under & below, 1.0, np.where(under, cross, np.where(below, 1 - cross, 0.0)))
        width = np.clip(np.minimum(day[1:], self.until[:, None]) - day[:-1], 0, None)
        return np.asarray((part * width).sum(axis=1) / np.maximum(width.sum(axis=1), 1e-12))

    def lowest(self, readout: str) -> Floats:
        """Return the lowest value of each patient while in the trial."""
        inside = self.day[None, :] <= self.until[:, None]
        return np.asarray(np.where(inside, self.values[readout], np.inf).min(axis=1))


def read_margins(folder: Path) -> Margins:
    """Read the folder of a virtual trial.

    Raises
    ------
    SpecError
        When a file is missing, is not that of a virtual trial, or lacks what is needed.
    """
    import json

    import xarray as xr

    for name in ("result.json", "patients.parquet", "trajectories.nc"):
        if not (folder / name).is_file():
            raise SpecError(f"{folder}: {name} is missing; make it with trial run --out {folder}.")
    try:
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        patients = pd.read_parquet(folder / "patients.parquet", columns=["arm", "dropout_day"])
        with xr.open_dataset(folder / "trajectories.nc") as data:
            igg = _patients_by_days(data, "IgG_gL", folder)
            cells = _patients_by_days(data, "T_blood", folder) + _patients_by_days(
                data, "B_blood", folder
            )
            day = np.asarray(data["time"].to_numpy(), float)
            order = np.asarray(data["patient"].to_numpy())
    except (OSError, ValueError, KeyError) as error:
        kind = type(error).__name__
        raise SpecError(f"{folder}: is not the folder of a virtual trial ({kind}).") from None
    patients = patients.loc[order]
    left = patients["dropout_day"].fillna(np.inf).to_numpy(float)
    return Margins(
        day,
        patients["arm"].to_numpy(str),
        np.clip(left, day[0] + 1e-9, day[-1]),
        {"IgG": igg, "lymphocytes": cells / (1 - NK_SHARE)},
        str(result.get("spec", {}).get("name", folder.name)),
        str(result.get("warning") or ""),
    )


def _patients_by_days(data: object, name: str, folder: Path) -> Floats:
    if name not in data:  # type: ignore[operator]
        raise SpecError(f"{folder}: trajectories.nc does not hold {name}, which the risk needs.")
    array = data[name]  # type: ignore[index]
    return np.asarray(array.transpose("patient", "time").to_numpy(), float)
