"""Where an untreated model comes to rest: integrate until nothing moves, and make sure.

The time is doubled and doubled again; a patient rests when no state has moved, over the last
half of the whole time, by more than the tolerance. So a slow drift is not taken for rest: what
moves by that little in a time has moved by less than that in all the time before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.native import batch, machine
from tolerogen.engine.native.plans import flatten
from tolerogen.engine.native.request import Request
from tolerogen.engine.schedule import schedule

FIRST = 32.0
"""Days of the first stretch."""
LONGEST = 1e7
"""Days after which a patient is given up."""
SLACK = 10.0
"""Movement allowed, over the relative tolerance."""


def rested(request: Request, code: machine.Code) -> tuple[NDArray[np.float64], float]:
    """Return the states in which the patients rest (patient x state), and the seconds it took.

    Who does not come to rest within 10 million days, or cannot be computed, is NaN.
    """
    count = len(request.values)
    states = np.full((count, code.blueprint.sizes.states), np.nan)
    moving = np.arange(count)
    here: NDArray[np.float64] | None = None
    seconds, stretch = 0.0, FIRST
    infused = tuple(sorted({d.into for group in set(request.doses) for d in group}))
    while len(moving) and stretch <= LONGEST:
        times = np.array([0.0, stretch])
        task = batch.Task(code, request.method.order, times)
        plan = schedule((), times.tolist(), infused)
        plans = flatten(
            [plan], np.zeros(len(moving), np.int64), code.blueprint.doseable, infused, request.atol
        )
        found = batch.run(
            task, request.values[moving], plans, request.rtol, request.threads, start=here
        )
        seconds += found.seconds
        good = found.stats.status == 0
        change = np.full(len(moving), np.inf)
        if here is not None:
            scale = np.abs(found.final) + 1e-9 * np.abs(found.final).max(axis=1, keepdims=True)
            with np.errstate(invalid="ignore", divide="ignore"):
                moved = np.abs(found.final - here) / np.where(scale > 0, scale, 1.0)
            change = np.where(good, moved.max(axis=1), np.inf)
        still = change <= SLACK * request.rtol
        states[moving[still]] = found.final[still]
        keep = good & ~still
        moving, here = moving[keep], found.final[keep]
        stretch *= 2.0
    return states, seconds
