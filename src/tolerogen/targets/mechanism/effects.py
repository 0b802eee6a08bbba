"""What interventions did: one number a patient, parameter set and intervention, and its summary.

Two spreads are kept apart. Patients under one parameter set differ (*variability*); the mean over
patients differs between parameter sets, and with what a new molecule achieves (*uncertainty*).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.targets.mechanism.interventions import Intervention, Refused

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


CHANGES = ("essdai", "esspri", "flow", "antiro", "igg")


@dataclass(frozen=True)
class Spread:
    """A mean with both spreads.

    Attributes
    ----------
    mean
        Over patients and parameter sets.
    low, high
        90 % interval of the mean over patients (uncertainty); None with a single parameter set.
    patient_sd, patient_low, patient_high
        Between patients (variability): standard deviation, 5th and 95th percentile of each
        patient's mean over parameter sets.
    """

    mean: float
    low: float | None
    high: float | None
    patient_sd: float
    patient_low: float
    patient_high: float


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects of interventions at one day, drug against no drug in the same patient.

    Attributes
    ----------
    measures
        Array by measure, shape (draws, interventions, patients), NaN where the simulation
        failed. Changes: ``essdai``, ``esspri`` (points), ``flow`` (share of own baseline),
        ``antiro``, ``igg`` (share of own baseline). Levels: ``igg_level`` (g/L),
        ``lymphocytes`` (cells/µL).
    untreated
        The same measures without a drug, shape (draws, patients).
    margins
        By name, the share of patients below a safety threshold less that without the drug;
        shape (draws, interventions).
    patients
        Table of the patients under the first draw: what strata are made of.
    draws
        Where the parameter sets are from.
    """

    interventions: tuple[Intervention, ...]
    refused: tuple[Refused, ...]
    measures: Mapping[str, Array]
    untreated: Mapping[str, Array]
    margins: Mapping[str, Array]
    patients: pd.DataFrame
    day: float
    draws: str
    criteria: tuple[str, ...]
    seed: int
    failed: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Draws, interventions, patients."""
        d, i, p = self.measures["essdai"].shape
        return d, i, p

    def index(self, name: str) -> int:
        """Return the place of an intervention.

        Raises
        ------
        SpecError
            When it is not there.
        """
        names = [item.id for item in self.interventions]
        if name not in names:
            raise SpecError(f"'{name}' was not simulated; {choices(name, names)}")
        return names.index(name)

    def means(self, measure: str) -> Array:
        """Return the mean over patients, shape (draws, interventions)."""
        return np.asarray(np.nanmean(self.measures[measure], axis=2))

    def weighted(self, measure: str, weights: Array) -> Array:
        """Return the mean over patients weighed by `weights`, shape (draws, interventions)."""
        values = self.measures[measure]
        known = ~np.isnan(values)
        total = np.where(known, values * weights, 0.0).sum(axis=2)
        return np.asarray(total / (known * weights).sum(axis=2))

    def spread(self, measure: str, at: int, patients: Sequence[int] | None = None) -> Spread:
        """Summarise a measure of one intervention, over all patients or some rows of them."""
        values = self.measures[measure][:, at, :]
        if patients is not None:
            values = values[:, list(patients)]
        return summarise(np.asarray(values, dtype=float))

    def frame(self) -> pd.DataFrame:
        """Return one row an intervention: what is achieved, every change with both spreads."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `frame`: id, node, action, modality, level, fit, changes, margins."""
        return [self._row(at, item) for at, item in enumerate(self.interventions)]

    def _row(self, at: int, item: Intervention) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": item.id,
            "node": item.node,
            "action": item.action,
            "modality": item.modality,
            "level": item.level,
            "druggability": None if item.fit is None else item.fit.factor,
            "source": item.source,
        }
        spreads = {name: self.spread(name, at) for name in CHANGES}
        for name, spread in (spreads | {"share_3_points": self.share(at)}).items():
            row |= {
                name: spread.mean,
                f"{name}_low": spread.low,
                f"{name}_high": spread.high,
                f"{name}_patient_sd": spread.patient_sd,
            }
        return row | {name: float(share[:, at].mean()) for name, share in self.margins.items()}

    def share(self, at: int, fall: float = 3.0) -> Spread:
        """Summarise the share of patients whose ESSDAI the drug lowers by `fall` points or more."""
        hit = self.measures["essdai"][:, at, :]
        return summarise(np.where(np.isnan(hit), np.nan, hit <= -fall).astype(float))


def summarise(values: Array) -> Spread:
    """Summarise values of shape (draws, patients), keeping the two spreads apart.

    Examples
    --------
    >>> summarise(np.array([[-2.0, -4.0], [-1.0, -3.0]])).mean
    -2.5
    """
    by_draw, by_patient = np.nanmean(values, axis=1), np.nanmean(values, axis=0)
    low = high = None
    if len(by_draw) > 1:
        low, high = (float(x) for x in np.nanquantile(by_draw, [0.05, 0.95]))
    ends = np.nanquantile(by_patient, [0.05, 0.95])
    return Spread(
        mean=float(np.nanmean(by_draw)),
        low=low,
        high=high,
        patient_sd=float(np.nanstd(by_patient, ddof=1)) if len(by_patient) > 1 else math.nan,
        patient_low=float(ends[0]),
        patient_high=float(ends[1]),
    )
