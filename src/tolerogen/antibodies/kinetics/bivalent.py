"""Bivalent analyte: an antibody in solution that holds the surface by one arm, then by two.

``A + L <-> AL`` with ``2 ka C`` and ``kd``; ``AL + L <-> ALL`` with ``ka2`` (1/s, in units of the
whole surface) and ``2 kd2``. Response follows the mass on the surface, AL + ALL. KD is that of the
first step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array, Cycle


def bivalent_response(cycle: Cycle, ka: float, kd: float, ka2: float, kd2: float) -> Array:
    """Return the analyte on a surface of unit capacity at the times of `cycle`.

    Parameters
    ----------
    ka, kd
        1/(M s) and 1/s, of one arm to the free surface.
    ka2, kd2
        1/s, of the second arm to the rest of a unit surface, and of one arm of two.
    """
    import numpy as np
    from scipy.integrate import solve_ivp

    def rates(_: float, state: Array, concentration: float) -> list[float]:
        one, two = state
        free = 1.0 - one - 2.0 * two
        first = 2.0 * ka * concentration * free - kd * one
        second = ka2 * free * one - 2.0 * kd2 * two
        return [first - second, second]

    response = np.zeros_like(cycle.time)
    state = np.zeros(2)
    ends = (*cycle.starts[1:], float(cycle.time[-1]))
    for start, end, concentration in zip(cycle.starts, ends, cycle.concentrations, strict=True):
        if end <= start:
            continue
        inside = (cycle.time >= start) & (cycle.time <= end)
        solved = solve_ivp(
            rates, (start, end), state, "LSODA", cycle.time[inside], args=(concentration,),
            rtol=1e-7, atol=1e-10,
        )  # fmt: skip
        response[inside] = solved.y.sum(axis=0)
        state = solve_ivp(
            rates, (start, end), state, "LSODA", args=(concentration,), rtol=1e-7, atol=1e-10
        ).y[:, -1]
    return response
