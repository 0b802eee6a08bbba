"""An ensemble on the native lanes: compile or recall, run, retry who failed, say what was done."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.native import batch, machine
from tolerogen.engine.native.accuracy import reached, sample
from tolerogen.engine.native.kernels import compose
from tolerogen.engine.native.plans import FlatPlans, flatten
from tolerogen.engine.native.request import Request
from tolerogen.engine.native.rest import rested
from tolerogen.engine.reader import read_system
from tolerogen.engine.rules import with_rules
from tolerogen.engine.schedule import schedule
from tolerogen.engine.status import Status

TIGHTER = 0.1
"""Tolerance of the second attempt over that of the first."""
CITATION = (
    "Hairer & Wanner 1996, Solving Ordinary Differential Equations II, "
    "doi:10.1007/978-3-642-05221-7; Lattner & Adve 2004, LLVM, doi:10.1109/CGO.2004.1281665"
)
REMEMBERED = 16

Code = machine.Code
Array = NDArray[np.float64]


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
    text = hashlib.sha256(request.sbml.encode()).hexdigest()
    name = machine.key(
        text,
        request.columns,
        request.dosed,
        request.observables,
        request.method.name,
        width,
        request.rules,
    )
    if name not in _recalled:

        def write() -> Any:
            system = read_system(request.sbml, request.columns, request.dosed)
            system = with_rules(system, request.rules)
            return compose(system, request.observables, request.method, width)

        _recalled[name] = machine.code(name, write)
    _recalled.move_to_end(name)
    while len(_recalled) > REMEMBERED:
        _recalled.popitem(last=False)
    return _recalled[name]


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
    plans = make_plans(request, code)
    begin, moved = rested(request, code) if request.rest else (None, 0.0)
    run = partial(batch.run, task, threads=request.threads)
    who, again = sample(request, plans, begin)
    found = run(request.values, plans, request.rtol, progress=progress, start=begin, beside=again)
    messages = [""] * len(request.values)
    if begin is not None:
        found.stats.status[np.isnan(begin).any(axis=1)] = Status.NO_REST
    seconds = found.seconds + moved + _again(request, run, plans, begin, found, messages)
    explain(request, code, found, messages)
    error = reached(who, found.beside, found.courses, found.stats.status)
    facts = {
        "solver": request.method.name,
        "citations": f"{request.method.citation}; {CITATION}",
        "rtol": request.rtol,
        "atol": "per state" if request.atol is None else request.atol,
        "lanes": code.blueprint.width,
        "steps": int(found.stats.steps.sum()),
        "rejections": int(found.stats.rejections.sum()),
        **error,
        "compile_seconds": ready,
        "cpu_seconds": seconds,
        "wall_seconds": time.perf_counter() - wall,
    }
    return Solved(found.courses, found.stats.status, messages, facts)


def make_plans(request: Request, code: Code) -> FlatPlans:
    """Return the doses as the driver takes them, each different list once."""
    by_id = {id(group): group for group in request.doses}
    groups = list(dict.fromkeys(by_id.values()))
    place = {group: i for i, group in enumerate(groups)}
    plan = {key: place[group] for key, group in by_id.items()}
    of = np.array([plan[id(group)] for group in request.doses], np.int64)
    axis, dosed = request.times.tolist(), request.dosed
    schedules = [schedule(group, axis, dosed) for group in groups]
    return flatten(schedules, of, code.blueprint.doseable, dosed, request.atol)


def _again(
    request: Request,
    run: Callable[..., batch.Batch],
    plans: FlatPlans,
    begin: Array | None,
    found: batch.Batch,
    messages: list[str],
) -> float:
    """Try who failed once more, with a tighter tolerance; return the seconds it took."""
    bad = (found.stats.status != Status.OK) & (found.stats.status != Status.NO_REST)
    failed = np.flatnonzero(bad)
    if not len(failed):
        return 0.0
    start = None if begin is None else begin[failed]
    second = run(request.values[failed], plans.take(failed), request.rtol * TIGHTER, start=start)
    for i, who in enumerate(failed.tolist()):
        found.stats.steps[who] += second.stats.steps[i]
        found.stats.rejections[who] += second.stats.rejections[i]
        found.stats.unsound[who] = second.stats.unsound[i]
        found.stats.time[who] = second.stats.time[i]
        found.stats.status[who] = second.stats.status[i]
        found.courses[who] = second.courses[i]
        if second.stats.status[i] == Status.OK:
            messages[who] = f"finished at the second attempt, rtol {request.rtol * TIGHTER:g}"
    return second.seconds


def explain(request: Request, code: Code, found: batch.Batch, messages: list[str]) -> None:
    """Say why a patient failed, where, and with which parameters; leave no doubtful number."""
    odd = code.blueprint.odd
    bad = (found.stats.unsound != 0) & (found.stats.status == Status.OK)
    found.stats.status[bad] = Status.NOT_FINITE
    for who in np.flatnonzero(found.stats.status != Status.OK).tolist():
        cause = Status(int(found.stats.status[who])).cause
        row = request.values[who].tolist()
        listed = ", ".join(f"{c}={v:.6g}" for c, v in zip(request.columns, row, strict=True))
        where = f"near day {found.stats.time[who]:.6g}"
        if bad[who]:
            at, what = np.argwhere(~np.isfinite(np.delete(found.courses[who], odd, axis=1)))[0]
            shown = np.delete(np.array(request.observables), odd)[what]
            where = f"{shown}, day {request.times[at]:.6g}"
        messages[who] = f"{cause} ({where}). Parameters: {listed or 'those of the model'}."
        found.courses[who] = np.nan
