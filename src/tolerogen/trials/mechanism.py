"""What happened inside: exposure, receptor occupancy, cells, IgG, cytokines, arm by arm.

A clinical difference without its mechanism cannot be judged, so each arm reports what the
drug did to its target and to the compartments, as medians and 5th to 95th percentiles over
patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.spec import Arm, TrialSpec

PERIOD = "dosing period"
RNA = {
    "knock_down": "RNA of the target gone",
    "isoform_shift": "RNA of the target spliced to the other isoform",
}
THRESHOLD = 0.9  # occupancy above which a receptor counts as held


class Readout(NamedTuple):
    """What is read of a patient: id, label for people, unit, and over which time."""

    id: str
    label: str
    unit: str
    when: str


Values = dict[tuple[str, Readout], np.ndarray]
"""By arm name and readout: a number a patient, in no order."""


@dataclass(frozen=True)
class Dosing:
    """When a therapy was given in an arm, in days.

    Attributes
    ----------
    given
        Times of the doses; empty where none fell before the horizon.
    end
        End of the last dosing interval: one interval after the last dose, or the horizon.
    """

    given: tuple[float, ...]
    end: float

    @property
    def troughs(self) -> tuple[float, ...]:
        """Times just before the next dose, the end of the last interval included."""
        return (*self.given[1:], self.end)


def dosing(times: tuple[float, ...], horizon: float) -> Dosing:
    """Find the dosing period of a schedule.

    Examples
    --------
    >>> dosing((0.0, 14.0, 28.0), horizon=90.0)
    Dosing(given=(0.0, 14.0, 28.0), end=42.0)
    """
    given = tuple(sorted({t for t in times if t < horizon}))
    if len(given) < 2:
        return Dosing(given, horizon)
    return Dosing(given, min(horizon, given[-1] + given[-1] - given[-2]))


def share_above(time: np.ndarray, values: np.ndarray, threshold: float) -> np.ndarray:
    """Return the share of time that `values` spend above a threshold.

    Parameters
    ----------
    time
        Days, shape (t,), increasing.
    values
        Shape (patients, t), taken as straight lines between points.
    threshold
        In the units of `values`.

    Returns
    -------
    numpy.ndarray
        Shape (patients,), between 0 and 1.

    Examples
    --------
    >>> share_above(np.array([0.0, 1.0]), np.array([[0.0, 1.0]]), 0.75)
    array([0.25])
    """
    left, right = values[:, :-1] - threshold, values[:, 1:] - threshold
    top, low = np.maximum(left, right), np.minimum(left, right)
    # a segment is above for the part of it beyond the crossing
    crossing = np.divide(top, top - low, out=np.zeros_like(top), where=top > low)
    part = np.where(low >= 0, 1.0, np.where(top <= 0, 0.0, crossing))
    return np.asarray((part * np.diff(time)).sum(axis=1) / (time[-1] - time[0]))


def mechanism(
    spec: TrialSpec, trajectories: xr.Dataset, schedules: dict[tuple[str, str], Dosing]
) -> pd.DataFrame:
    """Summarise the mechanism of each arm at baseline and at the endpoint.

    Parameters
    ----------
    spec
        The design.
    trajectories
        Dims (patient, time in days); coordinate ``arm`` on patient; model observables, and for
        each therapy ``<id>_occupancy`` (0 to 1) and ``<id>_C`` (free drug, mg/L).
    schedules
        Dosing by ``(arm name, therapy id)``.

    Returns
    -------
    pandas.DataFrame
        ``arm, readout, label, unit, when, n, median, p5, p95``; `when` is ``baseline``,
        ``endpoint``, ``endpoint/baseline`` or ``dosing period``.
    """
    return mechanism_table(spec, [mechanism_values(spec, trajectories, schedules)])


def mechanism_values(
    spec: TrialSpec, trajectories: xr.Dataset, schedules: dict[tuple[str, str], Dosing]
) -> Values:
    """Reduce trajectories to a number a patient and readout: all that the table needs of them.

    Parameters are those of `mechanism`.
    """
    found: Values = {}
    for arm in spec.arms:
        data = trajectories.isel(patient=np.flatnonzero(trajectories["arm"].to_numpy() == arm.name))
        data = data.isel(patient=np.flatnonzero(data["status"].to_numpy() == 0))
        for readout, values in (*_drug(arm, data, schedules), *_readouts(spec, data)):
            found[arm.name, readout] = np.array(values)  # a view would keep the trajectories
    return found


def mechanism_table(spec: TrialSpec, parts: Sequence[Values]) -> pd.DataFrame:
    """Put the numbers of parts of a trial together, and describe each over patients."""
    import pandas as pd

    order = [arm.name for arm in spec.arms]
    keys = dict.fromkeys(key for part in parts for key in part)
    rows = [
        _row(arm, readout, np.concatenate([p[arm, readout] for p in parts if (arm, readout) in p]))
        for arm, readout in sorted(keys, key=lambda key: order.index(key[0]))
    ]
    return pd.DataFrame(rows)


def _drug(
    arm: Arm, data: xr.Dataset, schedules: dict[tuple[str, str], Dosing]
) -> Iterator[tuple[Readout, np.ndarray]]:
    time = data["time"].to_numpy()
    for treatment in arm.treatments:
        drug = treatment.therapy.id
        plan = schedules.get((arm.name, drug))
        if plan is None or not plan.given:
            continue
        period = (time >= plan.given[0]) & (time <= plan.end)
        troughs = [int(np.argmin(np.abs(time - t))) for t in plan.troughs]
        if f"{drug}_occupancy" in data:
            held = data[f"{drug}_occupancy"].to_numpy()
            label = f"{treatment.therapy.name}: target occupancy"
            mean = np.trapezoid(held[:, period], time[period], axis=1) / np.ptp(time[period])
            above = share_above(time[period], held[:, period], THRESHOLD)
            lowest = held[:, troughs].min(axis=1)
            yield Readout("occupancy_mean", f"{label}, mean", "share", PERIOD), mean
            yield Readout("occupancy_above_90", f"{label}, time above 90 %", "share", PERIOD), above
            yield Readout("occupancy_trough", f"{label}, lowest trough", "share", PERIOD), lowest
        for action, words in RNA.items():
            if f"{drug}_{action}" not in data:
                continue
            gone = data[f"{drug}_{action}"].to_numpy()
            label = f"{treatment.therapy.name}: {words}"
            mean = np.trapezoid(gone[:, period], time[period], axis=1) / np.ptp(time[period])
            yield Readout(f"{action}_mean", f"{label}, mean", "share", PERIOD), mean
        if f"{drug}_C" in data:
            free = data[f"{drug}_C"].to_numpy()
            label = f"{treatment.therapy.name}: free drug in plasma"
            peak, trough = free[:, period].max(axis=1), free[:, troughs].min(axis=1)
            yield Readout("drug_peak", f"{label}, peak", "mg/L", PERIOD), peak
            yield Readout("drug_trough", f"{label}, lowest trough", "mg/L", PERIOD), trough


def _readouts(spec: TrialSpec, data: xr.Dataset) -> Iterator[tuple[Readout, np.ndarray]]:
    time = data["time"].to_numpy()
    end = int(np.argmin(np.abs(time - spec.endpoint.day)))
    for readout in spec.disease.readouts:
        if readout.id not in data:
            continue
        values = data[readout.id].to_numpy()
        start, last = values[:, 0], values[:, end]
        yield Readout(readout.id, readout.label, readout.unit, "baseline"), start
        yield Readout(readout.id, readout.label, readout.unit, "endpoint"), last
        fold = np.divide(last, start, out=np.full_like(last, np.nan), where=start > 0)
        yield Readout(readout.id, readout.label, "fold", "endpoint/baseline"), fold


def _row(arm: str, readout: Readout, values: np.ndarray) -> dict[str, Any]:
    known = values[np.isfinite(values)]
    low, middle, high = (
        np.percentile(known, [5, 50, 95]) if known.size else (np.nan, np.nan, np.nan)
    )
    return {
        "arm": arm,
        "readout": readout.id,
        "label": readout.label,
        "unit": readout.unit,
        "when": readout.when,
        "n": int(known.size),
        "median": float(middle),
        "p5": float(low),
        "p95": float(high),
    }
