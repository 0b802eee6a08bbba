"""The course of the patients of every arm under its drugs: from cohorts to trajectories.

Patients of all replicates that share an arm and a time grid go to the engine in one call, so
that its workers stay busy. The first replicate is followed day by day, with every observable;
the others only at the visits, with what the endpoints need.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tolerogen.trials.mechanism import Dosing, dosing

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.engine import Dose, Model
    from tolerogen.trials.cohort import Cohort
    from tolerogen.trials.spec import Arm, Treatment, TrialSpec

STREAM = zlib.crc32(b"tolerogen.trials.missed_doses")
RESCUE_STREAM = zlib.crc32(b"tolerogen.trials.missed_rescue")
DRUG = ("central", "C", "nM", "occupancy", "knock_down", "isoform_shift")
"""Observables of each drug that are kept."""
Progress = Callable[[int, int], None]
Backend = Literal["native", "reference"]


@dataclass(frozen=True)
class Engine:
    """How the engine is to run; none of it changes the numbers."""

    backend: Backend = "native"
    threads: int | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class Change:
    """What becomes of the doses of one patient after an intercurrent event.

    Attributes
    ----------
    stop
        Day from which the treatment of the arm is no longer given; infinite for never.
    start, added
        Day from which another treatment is given, its days counted from there.
    """

    stop: float = math.inf
    start: float = math.inf
    added: Treatment | None = None


def follow(
    spec: TrialSpec,
    cohorts: Sequence[Cohort],
    engine: Engine,
    *,
    changes: Mapping[int, Change] | None = None,
    only: np.ndarray | None = None,
    whole: bool = True,
) -> tuple[xr.Dataset, dict[int, xr.Dataset]]:
    """Simulate every patient of every cohort under the drugs of the patient's arm.

    Parameters
    ----------
    spec
        The design.
    cohorts
        The first is followed in full.
    engine
        Backend, threads, and a callback ``(patients done, patients in all)``.
    changes
        What became of the doses of patients, by patient number.
    only
        Patient numbers; None for everybody. Cohorts without one of them are left out of the result.
    whole
        Whether the first cohort is followed day by day; else at the visits, as the others.

    Returns
    -------
    full, by_replicate
        The first cohort day by day; and every cohort by its replicate, dims (patient, time),
        patients in order of acceptance, with ``status`` and ``message`` of the solver. Drug
        observables of arms without the drug are NaN.

    Raises
    ------
    SpecError, SimulationError
        What the therapies and the engine refuse.
    """
    total = sum(len(cohort.arms) for cohort in cohorts)
    done = 0
    full: list[xr.Dataset] = []
    visits: list[xr.Dataset] = []
    for arm in spec.arms:
        model = arm_model(spec, arm)
        at_visits = np.asarray(spec.visits)
        for group, grid, dense in (
            (cohorts[:1], dense_grid(spec) if whole else at_visits, True),
            (cohorts[1:], at_visits, False),
        ):
            table = _gather(group, arm, only)
            if table.empty:
                continue
            counted = (done, total)
            data = _simulate(
                spec, arm, model, table, grid, dense and whole, engine, counted, changes or {}
            )
            (full if dense else visits).append(data)
            done += len(table)
    first = _join(full, cohorts[0])
    rest = {cohort.replicate: _join(visits, cohort) for cohort in cohorts[1:]}
    return first, {
        number: course
        for number, course in {cohorts[0].replicate: first, **rest}.items()
        if only is None or course.sizes.get("patient")
    }


def arm_model(spec: TrialSpec, arm: Arm) -> Model:
    """Return the disease model with the arm's therapies joined to it."""
    from tolerogen.engine import load_model
    from tolerogen.therapies import attach

    therapies = [treatment.therapy for treatment in _given(spec, arm)]
    return load_model(attach(spec.disease.model, therapies, spec.disease.targets))


def dense_grid(spec: TrialSpec) -> np.ndarray:
    """Return the output times (days) of the trial shown in full.

    Every day, every visit, and for every planned dose its time (the trough before it) and its
    end (the peak after an infusion), within the horizon.
    """
    times = {float(day) for day in np.arange(0.0, spec.horizon + 1e-9)} | {spec.horizon}
    times |= set(spec.visits)
    for arm in spec.arms:
        for treatment in arm.treatments:
            for rule in treatment.regimen.rules:
                lag = treatment.therapy.lag(rule.route)
                for day in rule.days:
                    times |= {day + lag, day + lag + rule.duration}
    return np.array(sorted(t for t in times if t <= spec.horizon))


def schedules(spec: TrialSpec) -> dict[tuple[str, str], Dosing]:
    """Return when each therapy is planned in each arm, by (arm name, therapy id)."""
    return {
        (arm.name, t.therapy.id): dosing(t.regimen.days, spec.horizon)
        for arm in spec.arms
        for t in arm.treatments
    }


def dose_lists(
    spec: TrialSpec,
    arm: Arm,
    weights: pd.Series[float],
    changes: Mapping[int, Change] | None = None,
) -> list[tuple[Dose, ...]]:
    """Return what each patient of an arm receives, in the order of `weights` (kg, by patient).

    Where nothing depends on the patient all share one list, which the engine then plans once.
    """
    changes = changes or {}
    alike = all(t.regimen.same_for_all for t in arm.treatments)
    usual = doses(spec, arm, 0, float(weights.iloc[0])) if alike and len(weights) else None
    found = []
    for patient, weight in zip(weights.index, weights, strict=True):
        change = changes.get(int(patient))
        if usual is not None and change is None:
            found.append(usual)
        else:
            found.append(doses(spec, arm, int(patient), float(weight), change))
    return found


def doses(
    spec: TrialSpec, arm: Arm, patient: int, weight: float, change: Change | None = None
) -> tuple[Dose, ...]:
    """Return what one patient receives; missed doses come from the patient's own stream."""
    found: list[Dose] = []
    for treatment in arm.treatments:
        found.extend(_played(spec, treatment, patient, weight, STREAM))
    if change is not None:
        found = [dose for dose in found if dose.time < change.stop]
        if change.added is not None and change.start < spec.horizon:
            later = _played(spec, change.added, patient, weight, RESCUE_STREAM)
            moved = (replace(dose, time=dose.time + change.start) for dose in later)
            found.extend(dose for dose in moved if dose.time < spec.horizon)
    return tuple(sorted(found, key=lambda dose: dose.time))


def _played(
    spec: TrialSpec, treatment: Treatment, patient: int, weight: float, stream: int
) -> tuple[Dose, ...]:
    key = (stream, int(patient), zlib.crc32(treatment.therapy.id.encode()))
    rng = np.random.default_rng(np.random.SeedSequence(spec.seed, spawn_key=key))
    return treatment.regimen.doses(treatment.therapy, weight, rng)


def _given(spec: TrialSpec, arm: Arm) -> tuple[Treatment, ...]:
    """Treatments that a patient of the arm may receive: those of the arm, and rescue."""
    rescue = spec.rescue.treatment if spec.rescue else None
    own = {treatment.therapy.id for treatment in arm.treatments}
    extra = () if rescue is None or rescue.therapy.id in own else (rescue,)
    return (*arm.treatments, *extra)


def _gather(cohorts: Sequence[Cohort], arm: Arm, only: np.ndarray | None) -> pd.DataFrame:
    import pandas as pd

    tables = [c.population.parameters.loc[_wanted(c.members(arm.name), only)] for c in cohorts]
    return pd.concat(tables) if tables else pd.DataFrame()


def _wanted(members: np.ndarray, only: np.ndarray | None) -> np.ndarray:
    return members if only is None else members[np.isin(members, only)]


def _simulate(
    spec: TrialSpec,
    arm: Arm,
    model: Model,
    table: pd.DataFrame,
    grid: np.ndarray,
    whole: bool,
    engine: Engine,
    counted: tuple[int, int],
    changes: Mapping[int, Change],
) -> xr.Dataset:
    from tolerogen.engine import simulate, without_timings

    given = dose_lists(spec, arm, table["weight"], changes)
    report = None
    if engine.progress is not None:
        callback, (before, total) = engine.progress, counted

        def report(done: int, _: int) -> None:
            callback(before + done, total)

    data = simulate(
        model,
        own_columns(spec, arm, table),
        given if any(given) else (),
        grid,
        observables=_observables(spec, arm, model, whole),
        backend=engine.backend,
        threads=engine.threads,
        progress=report,
    )
    data = without_timings(data)  # the result of a trial is the same bytes every time
    return data.assign_coords(arm=("patient", np.full(len(table), arm.name, dtype=object)))


def own_columns(spec: TrialSpec, arm: Arm, table: pd.DataFrame) -> pd.DataFrame:
    """Return the patients without the parameters of drugs that the arm does not receive."""
    own = {t.therapy.id for t in _given(spec, arm)}
    foreign = [p.id for t in spec.therapies if t.id not in own for p in t.parameters]
    return table.drop(columns=foreign, errors="ignore")


def _observables(spec: TrialSpec, arm: Arm, model: Model, whole: bool) -> list[str]:
    from tolerogen.diseases.endpoints import read_endpoints

    wanted = list(read_endpoints(spec.disease.folder).observables)
    if whole:
        wanted += [readout.id for readout in spec.disease.readouts]
        wanted += [f"{t.therapy.id}_{name}" for t in _given(spec, arm) for name in DRUG]
        wanted += model.outline.species
    known = set(model.observables)
    return [name for name in dict.fromkeys(wanted) if name in known]


def _join(parts: Sequence[xr.Dataset], cohort: Cohort) -> xr.Dataset:
    """Put the arms together, patients in the order of the cohort."""
    import xarray as xr

    ids = cohort.population.parameters.index.to_numpy()
    mine = []
    for part in parts:
        here = np.isin(part["patient"].to_numpy(), ids)
        if here.any():
            mine.append(part.isel(patient=np.flatnonzero(here)))
    if not mine:
        return xr.Dataset()
    options: dict[str, Any] = {"join": "exact", "combine_attrs": "override"}
    joined = xr.concat(mine, dim="patient", data_vars="all", coords="minimal", **options)
    present = joined["patient"].to_numpy()
    return joined.sel(patient=ids[np.isin(ids, present)])
