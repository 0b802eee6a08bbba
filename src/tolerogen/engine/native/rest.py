"""Where an untreated model comes to rest: integrate until nothing moves, and make sure.

The time is doubled and doubled again; a patient rests when no state has moved by more than the
tolerance over a stretch, and over the next one, twice as long. So a slow drift is not taken for
rest. Nor is a cycle that ends a stretch where it began it: the first stretch is no whole number
of days, and no fraction of one.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.native import batch, machine
from tolerogen.engine.native.plans import flatten
from tolerogen.engine.native.request import Request
from tolerogen.engine.schedule import schedule

FIRST = 1000 * (math.sqrt(5) - 1) / 2
"""Days of the first stretch: 618.03, by the number that fractions come least near to."""
LONGEST = 1e7
"""Days after which a patient is given up."""
SLACK = 10.0
"""Movement allowed, over the relative tolerance."""


FLOOR = 1e-9
"""Part of a patient's largest value so far below which a state is taken for nothing."""

Array = NDArray[np.float64]


def rested(request: Request, code: machine.Code, lock: bool = False) -> tuple[Array, float]:
    """Return the states in which the patients rest (patient x state), and the seconds it took.

    Who does not come to rest within 10 million days, or cannot be computed, is NaN.

    Parameters
    ----------
    request
        Gives the patients; their doses are left out.
    code
        The compiled model.
    lock
        Let the patients of one block of lanes advance and rest together (for sensitivities).
    """
    count, block = len(request.values), code.blueprint.width if lock else 1
    states = np.full((count, code.blueprint.sizes.states), np.nan)
    moving, still = np.arange(count), np.zeros(count, bool)
    largest = np.zeros((count, 1))
    here: Array | None = None
    seconds, stretch = 0.0, FIRST
    while len(moving) and stretch <= LONGEST:
        found = _stretch(request, code, moving, stretch, here, lock)
        seconds += found.seconds
        good = _of_block(found.stats.status == 0, block)
        largest[moving] = np.fmax(largest[moving], np.abs(found.final).max(axis=1, keepdims=True))
        before, still = still, np.zeros(len(moving), bool)
        if here is not None:
            change = _movement(here, found.final, largest[moving])
            still = _of_block(change <= SLACK * request.rtol, block)
        done = good & still & before
        states[moving[done]] = found.final[done]
        keep = good & ~done
        moving, here, still = moving[keep], found.final[keep], still[keep]
        stretch *= 2.0
    return states, seconds


def _stretch(
    request: Request,
    code: machine.Code,
    who: NDArray[np.int64],
    days: float,
    here: Array | None,
    lock: bool,
) -> batch.Batch:
    """Integrate some patients for some days, without doses."""
    times = np.array([0.0, days])
    plan = schedule((), times.tolist(), request.dosed)
    nobody = np.zeros(len(who), np.int64)
    plans = flatten([plan], nobody, code.blueprint.doseable, request.dosed, request.atol)
    task = batch.Task(code, request.method.order, times)
    values, threads = request.values[who], request.threads
    return batch.run(task, values, plans, request.rtol, threads, lock=lock, start=here)


def _movement(before: Array, after: Array, largest: Array) -> Array:
    """Return how far each patient's states have moved: the largest relative change."""
    scale = np.abs(after) + FLOOR * largest
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = np.abs(after - before) / np.where(scale > 0, scale, 1.0)
    found: Array = np.where(np.isnan(moved), np.inf, moved).max(axis=1)
    return found


def _of_block(each: NDArray[np.bool_], block: int) -> NDArray[np.bool_]:
    """Return, for every patient, whether it holds for all in their block."""
    return np.repeat(each.reshape(-1, block).all(axis=1), block)
