"""Every regimen in the same patients: exposure, occupancy, biomarkers, endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.trials.analysis import at_visit
from tolerogen.trials.dose.antidrug import AntiDrug, own_antibodies, with_antibodies
from tolerogen.trials.dose.result import DoseResult
from tolerogen.trials.load import LONGEST
from tolerogen.trials.measures import Measure, measures, pick

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.diseases import Disease
    from tolerogen.therapies import Regimen, Therapy
    from tolerogen.trials.course import Progress

SHARES = ("C", "occupancy", "knock_down", "isoform_shift")
"""Of a drug: free in plasma, then what it holds, silences or shifts."""
STEP = 0.25  # days between output times, so that areas under curves are those of the curves
AFTER = 1e-3  # days after a dose at which it is there; at its own time the trough before it is seen


@dataclass(frozen=True)
class DoseQuestion:
    """What is asked.

    Attributes
    ----------
    therapy, disease
        The drug, in whom.
    regimens
        What is compared.
    end
        Day at which endpoint and biomarkers are read; exposure is read over the last dosing
        interval before it.
    measure
        The endpoint.
    occupancy
        Share of the target that is to be held at every moment of the last interval.
    patients, seed
        Number of virtual patients, and the seed of the run.
    antidrug
        Antibodies against the drug; None for what the therapy itself says.
    """

    therapy: Therapy
    disease: Disease
    regimens: tuple[Regimen, ...]
    end: float
    measure: Measure
    occupancy: float = 0.9
    patients: int = 100
    seed: int = 1
    antidrug: AntiDrug | None = None


def question(
    therapy: Therapy,
    disease: Disease,
    regimens: Sequence[Regimen],
    end: float,
    measure: str = "",
    **more: Any,
) -> DoseQuestion:
    """Check a question; `more` are the other fields of `DoseQuestion`.

    Raises
    ------
    SpecError
        No regimen, two of one name, a dose on or after the end, an unknown measure, an occupancy
        that is no share, fewer than two patients.
    """
    known = measures(disease)
    wanted = DoseQuestion(
        therapy, disease, tuple(regimens), end,
        pick(measure or next(iter(known)), known, where="endpoint"), **more,
    )  # fmt: skip
    names = [regimen.name for regimen in wanted.regimens]
    if not names or len(set(names)) < len(names):
        raise SpecError("give at least one dose, and each dose and schedule once.")
    for regimen in wanted.regimens:
        if max(regimen.days) >= end:
            raise SpecError(
                f"regimen '{regimen.name}': the dose of day {max(regimen.days):g} falls on or "
                f"after the end, day {end:g}."
            )
    if end > LONGEST:
        raise SpecError(
            f"the end is day {end:g}; at most 20 years, {LONGEST:g} days, are simulated."
        )
    if not 0 < wanted.occupancy < 1:
        raise SpecError(f"the occupancy wanted is {wanted.occupancy:g}; give a share below 1.")
    if wanted.patients < 2:
        raise SpecError(f"{wanted.patients} patients were asked for; give at least 2.")
    return wanted


def explore_doses(asked: DoseQuestion, progress: Progress | None = None) -> DoseResult:
    """Give every regimen to the same patients.

    Parameters
    ----------
    asked
        From `question`.
    progress
        Called with (patients simulated, patients in all).

    Raises
    ------
    SpecError, SimulationError
        The disease lacks the target, and what the engine refuses.
    """
    import pandas as pd

    from tolerogen.engine import load_model
    from tolerogen.patients import observe, sample_population
    from tolerogen.therapies import attach, forms_antibodies

    asked = replace(asked, antidrug=asked.antidrug or own_antibodies(asked.therapy))
    drug, disease = with_antibodies(asked.therapy, asked.antidrug), asked.disease
    population = sample_population(disease, asked.patients, asked.seed, extra=drug.parameters)
    text = attach(disease.model, [drug], disease.targets)
    table, formed = population.parameters, forms_antibodies(drug, population.parameters)
    model, total = load_model(text), asked.patients * len(asked.regimens)
    bare = observe(disease, population, None, [0.0, asked.end], seed=asked.seed, replicate=0)
    parts = []
    for place, regimen in enumerate(asked.regimens):
        course = _course(asked, regimen, model, table)
        rows = _read(asked, regimen, course)
        seen = observe(disease, population, course, [0.0, asked.end], seed=asked.seed)
        rows["endpoint"] = _change(seen, asked) - _change(bare, asked)
        parts.append(rows.assign(regimen=regimen.name, antibodies=formed))
        if progress is not None:
            progress((place + 1) * asked.patients, total)
    return DoseResult(asked, pd.concat(parts, ignore_index=True))


def _course(asked: DoseQuestion, regimen: Regimen, model: Any, table: pd.DataFrame) -> xr.Dataset:
    from tolerogen.diseases.endpoints import read_endpoints
    from tolerogen.engine import simulate

    drug = asked.therapy
    given = [
        regimen.doses(drug, weight, np.random.default_rng([asked.seed, int(patient)]))
        for patient, weight in zip(table.index, table["weight"], strict=True)
    ]
    own = [f"{drug.id}_{name}" for name in SHARES]
    wanted = [*read_endpoints(asked.disease.folder).observables, *own]
    wanted += [readout.id for readout in asked.disease.readouts]
    known = set(model.observables)
    return simulate(
        model,
        table,
        given,
        _times(regimen, asked.end),
        observables=[name for name in dict.fromkeys(wanted) if name in known],
    )


def _times(regimen: Regimen, end: float) -> np.ndarray:
    """Output times: every quarter of a day, doses, and the ends of infusions."""
    times = {*np.arange(0.0, end, STEP).tolist(), end}
    for rule in regimen.rules:
        times |= {day + shift for day in rule.days for shift in (0.0, AFTER, rule.duration)}
    return np.array(sorted(time for time in times if time <= end))


def last_interval(regimen: Regimen, end: float) -> tuple[float, float]:
    """Return the last dosing interval: from the last dose, as long as the one before, to the end.

    Examples
    --------
    >>> from tolerogen.therapies import Regimen, dose_rule
    >>> rule = dose_rule("1 mg", route="iv", every="4 weeks", count=3)
    >>> last_interval(Regimen("monthly", (rule,)), 168.0)
    (56.0, 84.0)
    """
    days = regimen.days
    length = days[-1] - days[-2] if len(days) > 1 else end - days[-1]
    return days[-1], min(days[-1] + length, end)


def _read(asked: DoseQuestion, regimen: Regimen, course: xr.Dataset) -> pd.DataFrame:
    import pandas as pd

    start, stop = last_interval(regimen, asked.end)
    time = course["time"].to_numpy()
    inside = (time >= start + AFTER / 2) & (time <= stop + 1e-9)
    failed = course["status"].to_numpy() != 0
    rows: dict[str, Any] = {"patient": course["patient"].to_numpy()}
    held = {}
    for name in SHARES:
        key = f"{asked.therapy.id}_{name}"
        if key in course:
            held[name] = np.where(failed[:, None], np.nan, course[key].to_numpy())[:, inside]
    if "C" in held:
        rows["auc"] = np.trapezoid(held["C"], time[inside], axis=1)
        rows["peak"], rows["trough"] = held["C"].max(axis=1), held["C"][:, -1]
    share = next((held[name] for name in SHARES[1:] if name in held), None)
    if share is not None:
        rows["held_mean"] = np.trapezoid(share, time[inside], axis=1) / np.ptp(time[inside])
        rows["held_least"] = _least_after_peak(share)
    for readout in asked.disease.readouts:
        if readout.id in course:
            values = np.where(failed[:, None], np.nan, course[readout.id].to_numpy())
            first = np.where(values[:, 0] > 0, values[:, 0], np.nan)
            rows[f"fold_{readout.id}"] = values[:, -1] / first
    return pd.DataFrame(rows)


def _least_after_peak(share: np.ndarray) -> np.ndarray:
    """Return the lowest share from its highest on: before, the dose is still being absorbed."""
    lowest = np.minimum.accumulate(share[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(lowest[np.arange(len(share)), share.argmax(axis=1)])


def _change(seen: pd.DataFrame, asked: DoseQuestion) -> np.ndarray:
    name = asked.measure.id
    return np.asarray((at_visit(seen, name, asked.end) - at_visit(seen, name, 0.0)).to_numpy())
