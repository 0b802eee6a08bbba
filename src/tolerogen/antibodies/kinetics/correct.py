"""Corrections before a fit: reference surface, buffer injections, drift, bulk jumps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.sensorgram import Cycle, Sensorgram
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array


def subtract_reference(data: Sensorgram, reference: Sensorgram) -> Sensorgram:
    """Subtract a reference surface, cycle by cycle.

    Raises
    ------
    SpecError
        When the two do not have the same number of cycles.
    """
    import numpy as np

    if len(data.cycles) != len(reference.cycles):
        raise SpecError(
            f"'{data.analyte}' has {len(data.cycles)} cycles and its reference "
            f"{len(reference.cycles)}: they cannot be paired."
        )
    return replace(
        data,
        cycles=tuple(
            replace(own, response=own.response - np.interp(own.time, other.time, other.response))
            for own, other in zip(data.cycles, reference.cycles, strict=True)
        ),
    )


def subtract_blanks(data: Sensorgram) -> Sensorgram:
    """Subtract the mean of the buffer injections (no concentration above 0) from the others.

    Raises
    ------
    SpecError
        When there is no buffer injection.
    """
    import numpy as np

    blanks = [cycle for cycle in data.cycles if cycle.highest == 0]
    if not blanks:
        raise SpecError(f"'{data.analyte}' has no cycle with concentration 0 to subtract.")

    def mean(time: Array) -> Array:
        level: Array = np.mean([np.interp(time, b.time, b.response) for b in blanks], axis=0)
        return level

    return replace(
        data,
        cycles=tuple(
            replace(cycle, response=cycle.response - mean(cycle.time))
            for cycle in data.cycles
            if cycle.highest > 0
        ),
    )


def remove_drift(data: Sensorgram, seconds: float) -> Sensorgram:
    """Remove from each cycle the straight line through its first `seconds`, before analyte flows.

    Raises
    ------
    SpecError
        When a cycle has no baseline that long.
    """
    import numpy as np

    def straightened(cycle: Cycle) -> Cycle:
        inside = cycle.time <= cycle.time[0] + seconds
        if cycle.concentrations[0] != 0 or cycle.starts[1] - cycle.starts[0] < seconds:
            raise SpecError(
                f"cycle '{cycle.name}' has no baseline of {seconds:g} s before its injection."
            )
        slope, level = np.polyfit(cycle.time[inside], cycle.response[inside], 1)
        return replace(cycle, response=cycle.response - (slope * cycle.time + level))

    return replace(data, cycles=tuple(straightened(cycle) for cycle in data.cycles))


def without_bulk(data: Sensorgram, seconds: float) -> Sensorgram:
    """Leave out the points within `seconds` after each change of buffer.

    A difference in refractive index between sample and running buffer shows as a jump there; what
    is left out cannot mislead the fit.
    """
    import numpy as np

    def trimmed(cycle: Cycle) -> Cycle:
        keep = np.ones(len(cycle.time), dtype=bool)
        for start in cycle.starts:
            keep &= (cycle.time < start) | (cycle.time >= start + seconds)
        if not keep.any():
            raise SpecError(
                f"'{data.analyte}': without {seconds:g} s after each switch no point is left; "
                "leave out fewer (--bulk)."
            )
        return replace(cycle, time=cycle.time[keep], response=cycle.response[keep])

    return replace(data, cycles=tuple(trimmed(cycle) for cycle in data.cycles))
