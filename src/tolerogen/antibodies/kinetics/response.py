"""Shapes of the response for a surface of unit capacity, in closed form.

For the 1:1 interaction ``ds/dt = ka C (1 - s) - kd s`` every step of the concentration staircase
is one exponential. With transport to the surface as a second resistance the rate is divided by
``1 + m (1 - s)``, where ``m = ka Rmax / kt`` says how much slower transport is than binding
(two-compartment model in quasi-steady state, Myszka 1998, doi:10.1016/S0006-3495(98)77530-0). That
equation separates, and Lambert's W inverts it: no integrator is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array, Cycle

NO_TRANSPORT = 1e-8


def unit_response(cycle: Cycle, ka: float, kd: float, m: float = 0.0) -> Array:
    """Return the occupied share of the surface at the times of `cycle`.

    Parameters
    ----------
    cycle
        Times and concentration staircase; the surface is free at the beginning.
    ka, kd
        1/(M s) and 1/s.
    m
        Ratio of binding to transport, 0 for none.
    """
    import numpy as np

    share = np.empty_like(cycle.time)
    state = 0.0
    ends = (*cycle.starts[1:], float(cycle.time[-1]))
    for start, end, concentration in zip(cycle.starts, ends, cycle.concentrations, strict=True):
        first = int(np.searchsorted(cycle.time, start)) if start > cycle.starts[0] else 0
        last = int(np.searchsorted(cycle.time, end, side="right"))
        since = np.append(cycle.time[first:last], end) - start
        shape = _step(state, since, ka * concentration, kd, m)
        share[first:last] = shape[:-1]
        state = float(shape[-1])
    return share


def _step(state: float, since: Array, association: float, kd: float, m: float) -> Array:
    import numpy as np

    rate = association + kd
    goal = association / rate if rate > 0 else state
    if m < NO_TRANSPORT:
        return goal + (state - goal) * np.exp(-rate * since)
    return goal - _gap(goal - state, since, rate, m / (1.0 + m * (1.0 - goal)), m)


def _gap(gap: float, since: Array, rate: float, ratio: float, m: float) -> Array:
    # ln|u| + ratio u = ln|u0| + ratio u0 - rate since ratio / m, solved for u.
    import numpy as np
    from scipy.special import wrightomega

    if gap == 0.0:
        return np.zeros_like(since)
    slowed = rate * ratio / m
    if gap > 0:
        # u + ln u = z with u > 0: Wright's omega, which cannot overflow.
        grown: Array = wrightomega(np.log(ratio * gap) + ratio * gap - slowed * since)
        return grown / ratio
    argument = ratio * gap * np.exp(ratio * gap - slowed * since)
    return _lambert(argument) / ratio


def _lambert(argument: Array) -> Array:
    # The principal branch on (-1/e, 0], by Halley's steps from the series about the branch point
    # (Corless 1996, doi:10.1007/BF02124750); scipy's is complex and ten times slower.
    import numpy as np

    root = np.sqrt(np.maximum(2.0 * (np.e * argument + 1.0), 0.0))
    found = -1.0 + root * (1.0 - root * (1 / 3 - root * 11 / 72))
    found = np.where(argument > -0.2, argument * (1.0 - argument * (1.0 - 1.5 * argument)), found)
    for _ in range(4):
        grown = np.exp(found)
        miss = found * grown - argument
        above = np.maximum(found + 1.0, 1e-12)
        found = found - miss / (grown * above - (found + 2.0) * miss / (2.0 * above))
    return np.asarray(found)
