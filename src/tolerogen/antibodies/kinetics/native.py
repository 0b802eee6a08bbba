"""The bivalent analyte integrated in native code, compiled on first use and kept on disk.

Rodas3, a stiffly accurate Rosenbrock method of order 3 with an embedded one of order 2 (Sandu
1997, doi:10.1016/S1352-2310(97)83212-8); two states, so the linear systems are solved by hand.
"""

from __future__ import annotations

import numpy as np
from numba import njit

TOLERANCE = 1e-7
SHRINK, GROW = 0.2, 4.0


@njit(cache=True)
def bivalent_steps(time, starts, ends, levels, ka, kd, ka2, kd2):
    """Return the analyte on a unit surface at rising `time`, steps of level (M) after another."""
    response = np.zeros(time.size)
    one, two = 0.0, 0.0
    now = starts[0]
    step = 1e-3 / (kd + ka2 + kd2 + 2.0 * ka * levels.max() + 1e-12)
    row = 0
    for part in range(levels.size):
        on = 2.0 * ka * levels[part]
        while now < ends[part]:
            while row < time.size and time[row] <= now:
                response[row] = one + two
                row += 1
            goal = ends[part]
            if row < time.size and time[row] < goal:
                goal = time[row]
            while now < goal:
                taken = min(step, goal - now)
                new_one, new_two, error = _rodas(one, two, taken, on, kd, ka2, kd2)
                factor = 0.9 * (TOLERANCE / max(error, 1e-16)) ** (1.0 / 3.0)
                if error <= TOLERANCE or taken < 1e-12:
                    one, two = new_one, new_two
                    reached = taken == goal - now
                    now = goal if reached else now + taken
                    if not reached or factor < 1.0:
                        step = taken * min(max(factor, SHRINK), GROW)
                    else:
                        step = max(step, taken * min(factor, GROW))
                else:
                    step = taken * max(min(factor, 0.9), SHRINK)
    while row < time.size:
        response[row] = one + two
        row += 1
    return response


@njit(cache=True)
def _slopes(one, two, on, kd, ka2, kd2):
    free = 1.0 - one - 2.0 * two
    first = on * free - kd * one
    second = ka2 * free * one - 2.0 * kd2 * two
    return first - second, second


@njit(cache=True)
def _rodas(one, two, h, on, kd, ka2, kd2):
    free = 1.0 - one - 2.0 * two
    d_one = ka2 * (free - one)
    d_two = -2.0 * ka2 * one - 2.0 * kd2
    a11, a12 = -on - kd - d_one, -2.0 * on - d_two
    scale = 2.0 / h
    m11, m12, m21, m22 = scale - a11, -a12, -d_one, scale - d_two
    det = m11 * m22 - m12 * m21
    f1, f2 = _slopes(one, two, on, kd, ka2, kd2)
    p1, p2 = (m22 * f1 - m12 * f2) / det, (m11 * f2 - m21 * f1) / det
    r1, r2 = f1 + 4.0 * p1 / h, f2 + 4.0 * p2 / h
    q1, q2 = (m22 * r1 - m12 * r2) / det, (m11 * r2 - m21 * r1) / det
    f1, f2 = _slopes(one + 2.0 * p1, two + 2.0 * p2, on, kd, ka2, kd2)
    r1, r2 = f1 + (p1 - q1) / h, f2 + (p2 - q2) / h
    s1, s2 = (m22 * r1 - m12 * r2) / det, (m11 * r2 - m21 * r1) / det
    f1, f2 = _slopes(one + 2.0 * p1 + s1, two + 2.0 * p2 + s2, on, kd, ka2, kd2)
    r1 = f1 + (p1 - q1 - 8.0 / 3.0 * s1) / h
    r2 = f2 + (p2 - q2 - 8.0 / 3.0 * s2) / h
    t1, t2 = (m22 * r1 - m12 * r2) / det, (m11 * r2 - m21 * r1) / det
    error = max(abs(t1), abs(t2))
    return one + 2.0 * p1 + s1 + t1, two + 2.0 * p2 + s2 + t2, error
