"""Global fits by variable projection: what is linear is solved, what is not is searched.

A model gives, for its nonlinear parameters (as natural logarithms), the columns of a linear
problem whose coefficients are the surface capacities. The search sees only the nonlinear part,
so a 1:1 fit is a search in two dimensions whatever the number of cycles (Golub & Pereyra 1973,
doi:10.1137/0710036).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.antibodies.kinetics.models import Model
from tolerogen.antibodies.kinetics.sensorgram import Sensorgram

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

THIN = 120
STARTS = {2: 3, 3: 3, 4: 8}
"""By number of parameters: with four, the valley has more than one end."""


@dataclass(frozen=True, eq=False)
class Solution:
    """The best parameters of a model, and how well they fit.

    Attributes
    ----------
    log
        Natural logarithms of the model's nonlinear parameters.
    capacities
        Linear coefficients (response units): the capacity of each site.
    rss
        Residual sum of squares.
    residuals
        Of every point, cycle after cycle.
    converged
        Whether the search ended at a minimum inside its bounds.
    """

    log: Array
    capacities: Array
    rss: float
    residuals: Array
    converged: bool


def solve(model: Model, data: Sensorgram, starts: Sequence[Array] = ()) -> Solution:
    """Fit `model` to all cycles of `data` together, from its own grid or from given `starts`."""
    import numpy as np

    response = np.concatenate([cycle.response for cycle in data.cycles])
    low, high = model.bounds(data)
    thin = Sensorgram(data.analyte, tuple(cycle.thinned(THIN) for cycle in data.cycles))
    few = np.concatenate([cycle.response for cycle in thin.cycles])
    scored = sorted(
        (projected(model, thin, few, start)[0], tuple(start))
        for start in starts or model.starts(data)
    )
    rough = [
        search(model, thin, few, np.array(start), low, high)
        for _, start in scored[: STARTS[len(model.parameters)]]
    ]
    rough.sort(key=lambda found: found[1])
    log, rss, flag = search(model, data, response, rough[0][0], low, high)
    _, capacities, residuals = projected(model, data, response, log)
    inside = bool(np.all(log > low + 1e-6) and np.all(log < high - 1e-6))
    return Solution(log, capacities, rss, residuals, flag and (inside or model.bounded_by_zero))


def search(
    model: Model,
    data: Sensorgram,
    response: Array,
    start: Array,
    low: Array,
    high: Array,
    held: Sequence[int] = (),
) -> tuple[Array, float, bool]:
    """Search the nonlinear parameters from `start`, those of index in `held` kept where they are.

    Returns
    -------
    tuple
        Parameters, residual sum of squares, whether the search ended by itself.
    """
    import numpy as np
    from scipy.optimize import least_squares

    free = [i for i in range(len(start)) if i not in held]
    scale = float(np.sqrt(response @ response)) or 1.0

    def residuals(values: Array) -> Array:
        full = start.copy()
        full[free] = np.clip(values, low[free], high[free])
        return projected(model, data, response, full)[2] / scale

    if not free:
        rss, _, _ = projected(model, data, response, start)
        return start, rss, True
    begin = np.clip(start[free], low[free] + 1e-9, high[free] - 1e-9)
    exact: dict[str, Any] = {"xtol": 1e-9, "ftol": 1e-12, "gtol": 1e-12, "max_nfev": 300}
    found = least_squares(residuals, begin, method="lm", **exact)
    if np.any(found.x <= low[free]) or np.any(found.x >= high[free]):
        found = least_squares(residuals, begin, bounds=(low[free], high[free]), **exact)
    full = start.copy()
    full[free] = found.x
    return full, float(2 * found.cost) * scale**2, found.status > 0


def projected(
    model: Model, data: Sensorgram, response: Array, log: Array
) -> tuple[float, Array, Array]:
    """Solve the linear part: residual sum of squares, capacities (not below 0), residuals."""
    import numpy as np
    from scipy.optimize import nnls

    columns = model.columns(data, np.exp(log))
    if columns.shape[1] == 1:
        column = columns[:, 0]
        size = float(column @ column)
        capacity = max(float(column @ response) / size, 0.0) if size > 0 else 0.0
        capacities = np.array([capacity])
        residuals = response - capacity * column
    else:
        capacities, _ = nnls(columns, response)
        residuals = response - columns @ capacities
    return float(residuals @ residuals), capacities, residuals


def slowed(plain: Solution) -> list[Array]:
    """Return where to begin with transport: it slows both phases of a 1:1 fit by about 1 + m."""
    import numpy as np

    return [
        np.array([plain.log[0] + np.log1p(m), plain.log[1] + shift * np.log1p(m), np.log(m)])
        for m in (0.1, 0.5, 2.0, 6.0, 20.0, 60.0)
        for shift in (1.0, 0.5)
    ]
