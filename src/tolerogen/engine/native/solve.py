"""An ensemble on the native lanes: compile or recall, run, retry who failed, say what was done."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.dose import Dose
from tolerogen.engine.native import batch, machine
from tolerogen.engine.native.kernels import compose
from tolerogen.engine.native.plans import FlatPlans, flatten
from tolerogen.engine.native.tableau import RODAS5P, Tableau
from tolerogen.engine.reader import read_system
from tolerogen.engine.schedule import schedule
from tolerogen.engine.status import Status

LOCAL = 1.0
"""Tolerance of a step over the one asked for."""
TIGHTER = 0.1
"""Tolerance of the second attempt over that of the first."""
CHECKED = 8
"""Patients solved again to measure the error that was reached."""
CHECK = 1e-3
"""Tolerance of that solution over the one asked for."""
FLOOR = 1e-4
"""Part of an observable's largest value below which its error is taken relative to that part."""
REMEMBERED = 16

Code = machine.Code


@dataclass(frozen=True)
class Request:
    """What is asked of the lanes, checked already.

    Attributes
    ----------
    sbml
        The model.
    columns, values
        What the patients bring: ids, and patient x id.
    doses
        One tuple per patient; the same object where they share it.
    times
        Output times, days.
    observables
        Ids to report.
    rtol, atol
        Tolerances.
    threads
        Most threads.
    method
        The Rosenbrock method.
    width
        Lanes; None for the width of this machine.
    check
        Whether to measure the error that was reached.
    """

    sbml: str
    columns: tuple[str, ...]
    values: NDArray[np.float64]
    doses: Sequence[tuple[Dose, ...]]
    times: NDArray[np.float64]
    observables: tuple[str, ...]
    rtol: float
    atol: float | None
    threads: int
    method: Tableau = RODAS5P
    width: int | None = None
    check: bool = True


@dataclass(frozen=True)
class Solved:
    """Trajectories and how they came about.

    Attributes
    ----------
    courses
        Patient x time x observable; NaN for who failed.
    status, messages
        Per patient.
    facts
        Steps, rejections, seconds, error reached: what the result says of itself.
    """

    courses: NDArray[np.float64]
    status: NDArray[np.int64]
    messages: list[str]
    facts: dict[str, Any] = field(default_factory=dict)


_recalled: OrderedDict[str, Code] = OrderedDict()


def compiled(request: Request) -> Code:
    """Return the model's code: from memory, from disk, or anew.

    Raises
    ------
    ModelError
        When the text cannot be read.
    Refusal
        When the model uses what the lanes do not offer.
    """
    width = request.width or machine.width()
    dosed = tuple(sorted({d.into for group in _distinct(request.doses) for d in group}))
    text = hashlib.sha256(request.sbml.encode()).hexdigest()
    name = machine.key(
        text, request.columns, dosed, request.observables, request.method.name, width
    )
    if name not in _recalled:

        def write() -> Any:
            system = read_system(request.sbml, request.columns, dosed)
            return compose(system, request.observables, request.method, width)

        _recalled[name] = machine.code(name, write)
    _recalled.move_to_end(name)
    while len(_recalled) > REMEMBERED:
        _recalled.popitem(last=False)
    return _recalled[name]


def _distinct(doses: Sequence[tuple[Dose, ...]]) -> list[tuple[Dose, ...]]:
    """Return the different dose lists; a shared one is looked at once."""
    return list(dict.fromkeys({id(group): group for group in doses}.values()))


def solve(request: Request, progress: batch.Progress | None = None) -> Solved:
    """Run an ensemble.

    Parameters
    ----------
    request
        What is asked.
    progress
        Called with (patients done, patients in all).

    Raises
    ------
    ModelError, Refusal
        As `compiled`.
    """
    wall, start = time.perf_counter(), time.process_time()
    code = compiled(request)
    ready = time.process_time() - start
    task = batch.Task(code, request.method.order, request.times)
    plans = _plans(request, code)
    rtol = request.rtol * LOCAL
    found = batch.run(task, request.values, plans, rtol, request.threads, progress)
    messages = [""] * len(request.values)
    seconds = found.seconds + _again(request, task, plans, found, messages)
    _explain(request, code, found, messages)
    error = _reached(request, task, plans, found) if request.check else {}
    facts = {
        "solver": request.method.name,
        "solver_citation": request.method.citation,
        "rtol": request.rtol,
        "atol": "per state" if request.atol is None else request.atol,
        "lanes": code.blueprint.width,
        "steps": int(found.stats.steps.sum()),
        "rejections": int(found.stats.rejections.sum()),
        "compile_seconds": ready,
        "cpu_seconds": seconds,
        "wall_seconds": time.perf_counter() - wall,
        **error,
    }
    return Solved(found.courses, found.stats.status, messages, facts)


def _plans(request: Request, code: Code) -> FlatPlans:
    groups = _distinct(request.doses)
    place = {group: i for i, group in enumerate(groups)}
    by_id = {id(group): place[group] for group in request.doses}
    of = np.array([by_id[id(group)] for group in request.doses], np.int64)
    infused = tuple(sorted({d.into for group in groups for d in group}))
    axis = request.times.tolist()
    schedules = [schedule(group, axis, infused) for group in groups]
    return flatten(schedules, of, code.blueprint.doseable, infused, request.atol)


def _again(
    request: Request, task: batch.Task, plans: FlatPlans, found: batch.Batch, messages: list[str]
) -> float:
    """Try who failed once more, with a tighter tolerance; return the seconds it took."""
    failed = np.flatnonzero(found.stats.status != Status.OK)
    if not len(failed):
        return 0.0
    rtol = request.rtol * LOCAL * TIGHTER
    second = batch.run(task, request.values[failed], plans.take(failed), rtol, request.threads)
    for i, who in enumerate(failed.tolist()):
        found.stats.steps[who] += second.stats.steps[i]
        found.stats.rejections[who] += second.stats.rejections[i]
        found.stats.time[who] = second.stats.time[i]
        found.stats.status[who] = second.stats.status[i]
        found.courses[who] = second.courses[i]
        if second.stats.status[i] == Status.OK:
            messages[who] = f"finished at the second attempt, rtol {request.rtol * TIGHTER:g}"
    return second.seconds


def _explain(request: Request, code: Code, found: batch.Batch, messages: list[str]) -> None:
    """Say why a patient failed, where, and with which parameters; leave no doubtful number."""
    usual = np.delete(found.courses, code.blueprint.odd, axis=2) if code.blueprint.odd else found.courses
    bad = ~np.isfinite(usual).all(axis=(1, 2)) & (found.stats.status == Status.OK)
    found.stats.status[bad] = Status.NOT_FINITE
    for who in np.flatnonzero(found.stats.status != Status.OK).tolist():
        cause = Status(int(found.stats.status[who])).cause
        row = request.values[who].tolist()
        listed = ", ".join(f"{c}={v:.6g}" for c, v in zip(request.columns, row, strict=True))
        where = f"near day {found.stats.time[who]:.6g}"
        messages[who] = f"{cause} ({where}). Parameters: {listed or 'those of the model'}."
        found.courses[who] = np.nan


def _reached(
    request: Request, task: batch.Task, plans: FlatPlans, found: batch.Batch
) -> dict[str, Any]:
    """Solve some patients again far more tightly; return the error that was reached."""
    good = np.flatnonzero(found.stats.status == Status.OK)
    if not len(good):
        return {}
    sample = good[np.unique(np.linspace(0, len(good) - 1, CHECKED).astype(int))]
    rtol = max(request.rtol * CHECK, 1e-11)
    tight = batch.run(task, request.values[sample], plans.take(sample), rtol, 1)
    fine = tight.stats.status == Status.OK
    if not fine.any():
        return {}
    truth, given = tight.courses[fine], found.courses[sample[fine]]
    floor = FLOOR * np.abs(truth).max(axis=1, keepdims=True)
    scale = np.maximum(np.abs(truth), floor)
    error = np.abs(given - truth) / np.where(scale > 0, scale, 1.0)
    return {
        "achieved_error": float(np.median(error.max(axis=(1, 2)))),
        "achieved_error_worst": float(error.max()),
        "achieved_error_patients": int(fine.sum()),
    }
