"""How trajectories move with parameters: lanes in lock step (internal differentiation).

A patient takes the lanes of one block: the first as it is, the others with one parameter moved
by a millionth. All lanes take the same steps, chosen for the worst of them, so that what differs
between them is the effect of the parameter and not of the step sizes (Bock 1981,
doi:10.1007/978-3-642-68220-9_8). Differences of independent solutions are useless at this size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.native import batch
from tolerogen.engine.native.driver import NUDGE
from tolerogen.engine.native.request import Request
from tolerogen.engine.native.rest import rested
from tolerogen.engine.native.solve import compiled, make_plans
from tolerogen.engine.status import Status
from tolerogen.errors import SpecError


@dataclass(frozen=True)
class Sensitivities:
    """Derivatives of the observables by parameters.

    Attributes
    ----------
    values
        Patient x time x observable x parameter.
    status
        Per patient; NaN where it is not 0.
    seconds
        Processor time.
    """

    values: NDArray[np.float64]
    status: NDArray[np.int64]
    seconds: float


def differentiate(request: Request, parameters: tuple[str, ...]) -> Sensitivities:
    """Differentiate the observables by parameters.

    Parameters
    ----------
    request
        As for `solve`; every parameter must be among its columns.
    parameters
        Ids.

    Raises
    ------
    SpecError
        For a model whose events are triggered by states: their times move with the parameters.
    """
    code = compiled(request)
    if code.blueprint.sizes.watched:
        raise SpecError(
            "sensitivities: events of this model are triggered by states, so their times move "
            "with the parameters and lanes cannot go in lock step; use differences of whole "
            "simulations instead."
        )
    lanes = code.blueprint.width
    per_block = lanes - 1
    columns = [request.columns.index(p) for p in parameters]
    blocks = [columns[i : i + per_block] for i in range(0, len(columns), per_block)]
    count = len(request.values)
    base = np.repeat(request.values, len(blocks) * lanes, axis=0)
    moved = base.reshape(count, len(blocks), lanes, -1)
    size = np.abs(request.values[:, columns])
    change = NUDGE * np.where(size > 0, size, 1.0)
    for b, block in enumerate(blocks):
        for lane, column in enumerate(block, start=1):
            moved[:, b, lane, column] += change[:, b * per_block + lane - 1]
    plans = make_plans(request, code).take(np.repeat(np.arange(count), len(blocks) * lanes))
    task = batch.Task(code, request.method.order, request.times)
    begin = rested(replace(request, values=base), code, lock=True)[0] if request.rest else None
    found = batch.run(task, base, plans, request.rtol, request.threads, lock=True, start=begin)
    shape = (count, len(blocks), lanes, len(request.times), len(request.observables))
    courses = found.courses.reshape(shape)
    slopes = np.moveaxis(courses[:, :, 1:] - courses[:, :, :1], (1, 2), (3, 4))
    slopes = slopes.reshape(count, *shape[3:], len(blocks) * per_block)[..., : len(columns)]
    values = slopes / change[:, None, None, :]
    status = found.stats.status.reshape(count, -1).max(axis=1)
    values[status != Status.OK] = np.nan
    return Sensitivities(values, status, found.seconds)
