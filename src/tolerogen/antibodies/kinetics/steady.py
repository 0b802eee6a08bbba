"""Steady-state affinity: the plateau of each injection against its concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.result import KineticFit
from tolerogen.antibodies.kinetics.sensorgram import Sensorgram
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array, Cycle

PLATEAU = 0.05
RISING = 0.02


def fit_steady_state(data: Sensorgram) -> KineticFit:
    """Fit ``R = Rmax C / (KD + C)`` to the plateaus, the last 5 % of each injection.

    Raises
    ------
    SpecError
        With fewer than four injections.
    """
    import numpy as np

    found = [plateau for cycle in data.cycles for plateau in _plateaus(cycle)]
    if len(found) < 4:
        raise SpecError(
            f"'{data.analyte}': steady-state affinity needs four injections or more, there are "
            f"{len(found)}."
        )
    level, response, rise = (np.array(column) for column in zip(*found, strict=True))
    log, rss, capacity = _search(level, response)
    low, high = _profile(level, response, rss)
    notes = []
    if (rise > RISING).any():
        notes.append("some injections still rise at their end: KD is biased upwards")
    if np.exp(log) > level.max():
        notes.append("KD is above the highest concentration: Rmax and KD are extrapolated")
    return KineticFit(
        analyte=data.analyte,
        model="steady-state",
        kon=None,
        koff=None,
        kd=float(np.exp(log)),
        rmax=capacity,
        kon_interval=(None, None),
        koff_interval=(None, None),
        kd_interval=(low, high),
        noise=float(np.sqrt(rss / max(len(level) - 2, 1))),
        correlation=0.0,
        converged=True,
        warnings=tuple(notes),
    )


def _plateaus(cycle: Cycle) -> list[tuple[float, float, float]]:
    import numpy as np

    found = []
    ends = (*cycle.starts[1:], float(cycle.time[-1]))
    for start, end, level in zip(cycle.starts, ends, cycle.concentrations, strict=True):
        inside = (cycle.time >= start) & (cycle.time <= end)
        response = cycle.response[inside]
        if level == 0 or len(response) < 5:
            continue
        tail = max(2, int(PLATEAU * len(response)))
        plateau = float(response[-tail:].mean())
        before = float(response[-2 * tail : -tail].mean())
        noise = float(np.std(response[-tail:], ddof=1)) / np.sqrt(tail)
        rise = max(plateau - before - 2 * noise, 0.0) / plateau if plateau > 0 else 0.0
        found.append((level, plateau, rise))
    return found


def _capacity(log: float, level: Array, response: Array) -> tuple[float, float]:
    import numpy as np

    share = level / (np.exp(log) + level)
    capacity = float(share @ response) / float(share @ share)
    residual = response - capacity * share
    return float(residual @ residual), capacity


def _search(level: Array, response: Array) -> tuple[float, float, float]:
    import numpy as np
    from scipy.optimize import minimize_scalar

    grid = np.linspace(np.log(level.min()) - 7, np.log(level.max()) + 7, 60)
    start = int(np.argmin([_capacity(log, level, response)[0] for log in grid]))
    low, high = grid[max(start - 1, 0)], grid[min(start + 1, len(grid) - 1)]
    best = minimize_scalar(
        lambda log: _capacity(log, level, response)[0], bounds=(low, high), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    rss, capacity = _capacity(float(best.x), level, response)
    return float(best.x), rss, capacity


def _profile(level: Array, response: Array, rss: float) -> tuple[float | None, float | None]:
    import numpy as np
    from scipy.stats import f

    # Few points: the exact F quantile of a nonlinear fit takes the place of chi-square.
    degrees = len(level) - 2
    allowed = rss * (1 + float(f.ppf(0.95, 1, degrees)) / degrees)
    grid = np.linspace(np.log(level.min()) - 9, np.log(level.max()) + 9, 4000)
    inside = [log for log in grid if _capacity(log, level, response)[0] <= allowed]
    if not inside:
        return None, None
    low = None if inside[0] == grid[0] else float(np.exp(inside[0]))
    high = None if inside[-1] == grid[-1] else float(np.exp(inside[-1]))
    return low, high
