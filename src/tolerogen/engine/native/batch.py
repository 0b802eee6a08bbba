"""Patients run through the compiled lanes, on as many threads as asked for."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.native.blueprint import KERNELS, Blueprint
from tolerogen.engine.native.machine import Code, driver
from tolerogen.engine.native.plans import FlatPlans
from tolerogen.engine.native.problem import apart, lane_arrays, pending, problem
from tolerogen.engine.schedule import SAME_TIME

Progress = Callable[[int, int], None]

THOROUGH = 2000
"""Patients from which on a slower compilation of the driver pays."""
TOGETHER = 256
"""Patients a thread takes at a time where lanes go together."""
SIGNAL = 8
"""Numbers that a thread and its caller tell each other; see `problem`."""
WORTH = 4
"""Patients a lane for which another thread pays."""
CALM = 1e-4
"""Mean square of the error below which a step counts as no calmer, when the next is foreseen."""
LONGEST = 500_000
"""Steps a patient may take."""
LOOK = 0.1
"""Seconds between looks at what the threads have done."""


class Stats(NamedTuple):
    """What the driver notes of each patient; `unsound` is 1 where an observable was not finite."""

    status: NDArray[np.int64]
    steps: NDArray[np.int64]
    rejections: NDArray[np.int64]
    unsound: NDArray[np.int64]
    time: NDArray[np.float64]

    def part(self, first: int, last: int) -> Stats:
        """Return those of some patients, in the same memory."""
        return Stats(
            self.status[first:last],
            self.steps[first:last],
            self.rejections[first:last],
            self.unsound[first:last],
            self.time[first:last],
        )


@dataclass(frozen=True)
class Batch:
    """Results of a batch.

    Attributes
    ----------
    courses
        Patient x time x observable.
    final
        Patient x state in the order of the code, at the last time.
    stats
        As `Stats`.
    seconds
        Processor time spent in the driver, all threads together.
    beside
        Results of the lot that was run beside, if there was one.
    """

    courses: NDArray[np.float64]
    final: NDArray[np.float64]
    stats: Stats
    seconds: float
    beside: Batch | None = None


@dataclass(frozen=True)
class Task:
    """What a batch shares: compiled code, the order of its method, and output times in days."""

    code: Code
    order: int
    times: NDArray[np.float64]


@dataclass(frozen=True)
class Lot:
    """Patients and what they get.

    Attributes
    ----------
    values
        What they bring, patient x given.
    plans
        Their doses.
    rtol
        Relative tolerance.
    start
        Patient x state in the order of the code: states to start with, instead of the model's.
    """

    values: NDArray[np.float64]
    plans: FlatPlans
    rtol: float
    start: NDArray[np.float64] | None = None


def run(
    task: Task,
    values: NDArray[np.float64],
    plans: FlatPlans,
    rtol: float,
    threads: int,
    progress: Progress | None = None,
    lock: bool = False,
    start: NDArray[np.float64] | None = None,
    beside: Lot | None = None,
) -> Batch:
    """Simulate patients.

    Parameters
    ----------
    task
        What they share.
    values, plans, rtol, start
        As in `Lot`.
    threads
        Most threads to use.
    progress
        Called with (done, all).
    lock
        Let the patients of one block of lanes advance together (for sensitivities).
    beside
        Others to simulate at the same time, so that no thread waits; progress leaves them out.
    """
    count = len(values)
    driver(count >= THOROUGH)  # compiled here, once, before threads ask for it
    main = _lay_out(task, Lot(values, plans, rtol, start), threads, lock, count >= THOROUGH)
    other = None if beside is None else _lay_out(task, beside, 1, lock, count >= THOROUGH)
    first = [] if other is None else other.work  # few, so that they do not end last
    seconds = _share([*first, *main.work], main.signals, threads, count, progress)
    given = None if other is None else other.batch(sum(seconds[: len(first)]))
    return main.batch(sum(seconds[len(first) :]), given)


Work = tuple[Callable[[], float], NDArray[np.int64]]
"""What a thread does, and how it is told to stop and tells how far it is."""


@dataclass(frozen=True)
class _Laid:
    """Memory for the results of a lot, and what fills it."""

    blocks: NDArray[np.float64]
    final: NDArray[np.float64]
    stats: Stats
    work: list[Work]

    @property
    def signals(self) -> list[NDArray[np.int64]]:
        return [signal for _, signal in self.work]

    def batch(self, seconds: float, beside: Batch | None = None) -> Batch:
        courses = self.blocks.transpose(1, 2, 0)
        return Batch(courses, self.final, self.stats, seconds, beside)


def _lay_out(task: Task, lot: Lot, threads: int, lock: bool, thorough: bool) -> _Laid:
    count, blueprint = len(lot.values), task.code.blueprint
    # one block per observable, as results are asked for; seen as patient x time x observable
    blocks = np.empty((blueprint.sizes.observables, count, len(task.times)))
    final = np.full((count, blueprint.sizes.states), np.nan)
    stats = Stats(
        np.full(count, -1, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count),
    )
    work: list[Work] = []
    for first, last, taken in _parts(count, blueprint.width, threads, lock):
        part = Lot(
            lot.values[first:last],
            lot.plans.take(slice(first, last)),
            lot.rtol,
            None if lot.start is None else lot.start[first:last],
        )
        out = blocks, first, final[first:last]
        signal = apart(1, SIGNAL).view(np.int64)[0]
        told = signal, taken
        drive = partial(_drive, task, part, lock, thorough, out, stats.part(first, last), told)
        work.append((drive, signal))
    return _Laid(blocks, final, stats, work)


Part = tuple[int, int, NDArray[np.int64]]


def _parts(count: int, width: int, threads: int, lock: bool) -> list[Part]:
    """Share patients out: first, one past the last, and a counter of those taken.

    Threads take short runs of patients from the same counter, so none waits for another. Lanes that
    go together need their own patients, side by side.
    """
    if lock:
        step = TOGETHER - TOGETHER % width
        firsts = range(0, count, step)
        return [(i, min(i + step, count), np.zeros(1, np.int64)) for i in firsts]
    useful = max(1, count // (WORTH * width))
    return [(0, count, np.zeros(1, np.int64))] * min(threads, useful)


def _share(
    work: list[Work],
    counted: list[NDArray[np.int64]],
    threads: int,
    count: int,
    progress: Progress | None,
) -> list[float]:
    # even one thread is not the main one, which must be free to notice Ctrl-C
    with ThreadPoolExecutor(max(1, min(threads, len(work)))) as pool:
        futures = [pool.submit(each) for each, _ in work]
        try:
            told = -1
            while True:
                open_ones = wait(futures, timeout=LOOK).not_done
                done = int(sum(signal[1] for signal in counted))
                if progress is not None and done != told:
                    progress(done, count)
                    told = done
                if not open_ones:
                    return [f.result() for f in futures]
        except BaseException:
            for _, signal in work:
                signal[0] = 1  # the driver looks at it at every step
            for future in futures:
                future.cancel()
            raise


def _drive(
    task: Task,
    lot: Lot,
    lock: bool,
    thorough: bool,
    out: tuple[NDArray[np.float64], int, NDArray[np.float64]],
    stats: Stats,
    told: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> float:
    code, blueprint = task.code, task.code.blueprint
    layout, sizes, width = blueprint.layout, blueprint.sizes, blueprint.width
    block = apart(layout.rows, width)
    end = float(task.times[-1])
    filled: dict[str, Any] = {
        **{f"k_{name}": address for name, address in zip(KERNELS, code.addresses, strict=True)},
        **{f"r_{name}": row for name, row in layout.as_dict().items()},
        "width": width,
        "longest": LONGEST,
        "lock": int(lock),
        "n_watched": sizes.watched,
        "pending": pending(sizes.triggers),
        "n_given": sizes.given,
        "n_held": sizes.held,
        "n_inputs": sizes.inputs,
        "n_states": sizes.states,
        "n_doseable": sizes.doseable,
        "n_switches": sizes.switches,
        "n_observables": sizes.observables,
        "n_events": sizes.triggers,
        "n_times": len(task.times),
        "n_patients": len(lot.values),
        "n_effects": sizes.effects,
        "rtol": lot.rtol,
        "calm": CALM ** (-0.5 / task.order),
        "end": end,
        "near": nearness(end),
        "block": block,
        "values": np.ascontiguousarray(lot.values),
        "times": np.ascontiguousarray(task.times),
        "out": out[0],
        "out_first": out[1],
        "out_block": out[0][0].size if len(out[0]) else 0,
        "final": out[2],
        "signal": told[0],
        "taken": told[1],
        "plan_of": lot.plans.of,
        "status": stats.status,
        "steps_of": stats.steps,
        "rejections_of": stats.rejections,
        "unsound_of": stats.unsound,
        "time_of": stats.time,
        "n_start": 0 if lot.start is None else sizes.states,
        "begin": np.zeros((1, 1)) if lot.start is None else np.ascontiguousarray(lot.start),
        "n_massless": len(blueprint.massless),
        "massless": np.array(blueprint.massless, np.int64),
        "stages": sizes.stages,
        **lot.plans.shared,
        **_events(blueprint),
        **lane_arrays(width, sizes),
    }
    structure = problem(filled)  # it and its arrays must live until the driver is done
    start = time.thread_time()
    driver(thorough)(ctypes.addressof(structure))
    return time.thread_time() - start


def nearness(end: float) -> float:
    """Return the time below which two moments are one, days."""
    return SAME_TIME * min(1.0, end) if end > 0 else SAME_TIME


def _events(blueprint: Blueprint) -> dict[str, NDArray[np.int64]]:
    """Return what the driver must know of the events, by field of `problem`."""
    return {f"event_{n}": np.array(v, np.int64) for n, v in vars(blueprint.events).items()}


def cores() -> int:
    """Return the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
