"""The reference backend: libRoadRunner, one patient at a time, CVODE (BDF) underneath.

Welsh et al. 2023, doi:10.1093/bioinformatics/btac770; Hindmarsh et al. 2005,
doi:10.1145/1089014.1089020. It is the oracle the native backend is held against.

Three of its habits shape this file (measured on libRoadRunner 2.10):

* ``roadrunner["init(p)"] = v`` compiles the model again (35 ms); the same on ``.model`` takes
  half a microsecond, and ``resetAll`` then evaluates all initial assignments.
* A vector of absolute tolerances is read in the order of the state vector (rate rules first),
  while ``setIndividualTolerance`` writes it species first. We order it ourselves.
* SUNDIALS writes warnings to standard output, where a caller may be printing JSON.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.inputs import input_of
from tolerogen.engine.schedule import Schedule
from tolerogen.engine.status import Status, from_message
from tolerogen.errors import ModelError

ABSOLUTE = 1e-3
"""Absolute over relative tolerance, per state, times the state's own scale."""
EMPTY_SCALE = 1e-2
"""Scale of a state that starts at 0 and is not dosed, in its own unit of concentration."""
LEAST_SCALE = 1e-9
LOCAL = 0.1
"""CVODE's tolerance over the one asked for: it bounds the error of a step, and steps add up.

Measured on a disease model of 41 states over 24 weeks at 1e-5: error (median patient, worst
state and day) 4e-4 without it, 9e-5 with it."""
STEPS = 20_000
IDLE_MODELS = 8

Outcome = tuple[NDArray[np.float64], Status, str]


@dataclass(frozen=True)
class Job:
    """What all patients of an ensemble share; small enough to send to another process.

    Attributes
    ----------
    sbml
        The model, with its inputs.
    home
        (species, compartment) of the species reported as concentrations.
    selections
        What to report, in libRoadRunner's words.
    columns
        Ids the patients set.
    outputs
        Number of output times.
    rtol, atol
        Relative tolerance; absolute tolerance in concentration, or None for one per state.
    """

    sbml: str
    home: tuple[tuple[str, str], ...]
    selections: tuple[str, ...]
    columns: tuple[str, ...]
    outputs: int
    rtol: float
    atol: float | None


@dataclass
class Compiled:
    """A compiled model, its states in the solver's order, and the values it was born with."""

    runner: Any
    states: tuple[str, ...]
    born: dict[str, float]


_idle: OrderedDict[str, list[Compiled]] = OrderedDict()


@contextmanager
def compiled(sbml: str) -> Iterator[Compiled]:
    """Lend a compiled model to one caller at a time; compile only when none is idle.

    Raises
    ------
    ModelError
        When libRoadRunner cannot compile the model; with its own message.
    """
    key = hashlib.sha256(sbml.encode()).hexdigest()
    try:
        lent = _idle.get(key, []).pop()
    except IndexError:
        lent = _compile(sbml)
    try:
        yield lent
    finally:
        _idle.setdefault(key, []).append(lent)
        _idle.move_to_end(key)
        while len(_idle) > IDLE_MODELS:
            _idle.popitem(last=False)


def _compile(sbml: str) -> Compiled:
    for stream in ("SUNLOGGER_WARNING_FILENAME", "SUNLOGGER_ERROR_FILENAME"):
        os.environ.setdefault(stream, os.devnull)
    import roadrunner

    try:
        with _quiet():
            runner = roadrunner.RoadRunner(sbml)
    except RuntimeError as error:
        raise ModelError(f"libRoadRunner cannot compile the model: {error}") from None
    count = len(runner.integrator.getAbsoluteToleranceVector())
    states = tuple(runner.model.getStateVectorId(index) for index in range(count))
    return Compiled(runner, states, {})


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep libRoadRunner's log off the terminal: failures are reported per patient instead."""
    from roadrunner import Logger

    level = Logger.getLevel()
    Logger.setLevel(Logger.LOG_FATAL)
    try:
        yield
    finally:
        Logger.setLevel(level)


def run(job: Job, values: NDArray[np.float64], schedules: Sequence[Schedule]) -> Iterator[Outcome]:
    """Simulate patients one after another.

    Parameters
    ----------
    job
        What they share.
    values
        Parameter values, patient x column of the job.
    schedules
        One per patient.

    Yields
    ------
    tuple
        Values (output time x selection), status, and message of each patient in turn.
    """
    with compiled(job.sbml) as lent, _quiet():
        _prepare(lent, job)
        for row, plan in zip(values, schedules, strict=True):
            yield _patient(lent, job, row.tolist(), plan)


def _prepare(lent: Compiled, job: Job) -> None:
    """Undo what the last ensemble left behind and set up for this one."""
    model = lent.runner.model
    for column in job.columns:
        lent.born.setdefault(column, model[f"init({column})"])
    for name, value in lent.born.items():
        model[f"init({name})"] = value
    lent.runner.timeCourseSelections = list(job.selections)


def _patient(lent: Compiled, job: Job, row: Sequence[float], plan: Schedule) -> Outcome:
    for tighten in (1.0, 0.1):
        table, status, reason = _attempt(lent, job, row, plan, tighten)
        if status is Status.OK:
            note = "" if tighten == 1 else f"finished at the second attempt, rtol {job.rtol / 10:g}"
            return table, status, note
    listed = ", ".join(f"{c}={v:.6g}" for c, v in zip(job.columns, row, strict=True))
    message = f"{status.cause} ({reason}). Parameters: {listed or 'those of the model'}."
    return np.full_like(table, np.nan), status, message


def _attempt(
    lent: Compiled, job: Job, row: Sequence[float], plan: Schedule, tighten: float
) -> Outcome:
    runner, model = lent.runner, lent.runner.model
    table = np.full((job.outputs, len(job.selections)), np.nan)
    try:
        for column, value in zip(job.columns, row, strict=True):
            model[f"init({column})"] = value
        runner.resetAll()
        integrator = runner.integrator
        integrator.setValue("relative_tolerance", job.rtol * LOCAL * tighten)
        integrator.setValue("maximum_num_steps", int(STEPS / tighten))
        integrator.setValue("absolute_tolerance", _absolute(lent, job, plan, tighten))
        table[: plan.initial] = runner.getSelectedValues()
        for part in plan.segments:
            for species, amount in part.boluses:
                model[species] = model[species] + amount
            for species, rate in part.rates:
                model[input_of(species)] = rate
            course = runner.simulate(times=part.times)
            table[part.first : part.first + part.count] = course[1 : part.count + 1]
    except RuntimeError as error:
        status, where = from_message(str(error)), f"near day {model.getTime():.6g}"
        return table, status, f"{where}: {error}" if status is Status.OTHER else where
    bad = np.argwhere(~np.isfinite(table))
    if len(bad):
        return table, Status.NOT_FINITE, f"{job.selections[bad[0][1]]}, output {bad[0][0] + 1}"
    return table, Status.OK, ""


def _absolute(lent: Compiled, job: Job, plan: Schedule, tighten: float) -> list[float]:
    """Absolute tolerance per state (amounts for species), in the solver's own order."""
    model, home, dosed = lent.runner.model, dict(job.home), dict(plan.largest)
    tolerances = []
    for state in lent.states:
        volume = abs(model[home[state]]) if state in home else 1.0
        if job.atol is not None:
            tolerances.append(job.atol * LOCAL * volume * tighten)
            continue
        scale = max(abs(model[state]), dosed.get(state, 0.0)) or EMPTY_SCALE * volume
        scale = max(scale, LEAST_SCALE * volume)
        tolerances.append(job.rtol * LOCAL * ABSOLUTE * scale * tighten)
    return tolerances
