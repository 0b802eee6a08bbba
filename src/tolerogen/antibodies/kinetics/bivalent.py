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

    from tolerogen.antibodies.kinetics.native import bivalent_steps

    starts = np.array(cycle.starts)
    ends = np.append(starts[1:], cycle.time[-1])
    levels = np.array(cycle.concentrations)
    response: Array = bivalent_steps(
        np.ascontiguousarray(cycle.time, dtype=float), starts, ends, levels,
        float(ka), float(kd), float(ka2), float(kd2),
    )  # fmt: skip
    return response
