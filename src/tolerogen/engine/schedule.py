"""Doses as a solver sees them: stretches of time on which nothing jumps.

Every start of a dose and every end of an infusion cuts the time axis. Between two cuts the
input rates are constant; at a cut boluses are added and rates change. Times closer than
`SAME_TIME` are one time: decimal days do not add up exactly (0.1 + 0.2), and a solver cannot
step over a gap of a rounding error.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tolerogen.engine.dose import Dose

SAME_TIME = 1e-9  # days, about 0.1 ms


@dataclass(frozen=True)
class Segment:
    """One stretch between two cuts.

    Attributes
    ----------
    boluses
        (species, amount) added at its start.
    rates
        (species, amount per day) of every infused species on it, in the schedule's order.
    times
        Days: the start, the outputs after the start up to the end, the end.
    first, count
        Which output times of the whole schedule it covers.
    """

    boluses: tuple[tuple[str, float], ...]
    rates: tuple[tuple[str, float], ...]
    times: tuple[float, ...]
    first: int
    count: int


@dataclass(frozen=True)
class Schedule:
    """The segments of one patient, and how many leading outputs show the initial state."""

    initial: int
    segments: tuple[Segment, ...]
    largest: tuple[tuple[str, float], ...]


def schedule(doses: Sequence[Dose], times: Sequence[float], infused: Sequence[str]) -> Schedule:
    """Cut the time axis at the doses.

    Parameters
    ----------
    doses
        In any order; those at or after the last output are left out, as nothing shows them.
    times
        Output times, days, increasing.
    infused
        Species that receive an infusion in any patient of the ensemble.

    Returns
    -------
    Schedule
        Segments from day 0 to the last output. An output at a cut belongs to the segment that
        ends there, so that it shows the value before the dose.
    """
    end = times[-1]
    given = [d for d in doses if d.time < end - SAME_TIME and d.amount > 0]
    cuts = _cuts(given, end)
    starts = [_snap(cuts, d.time) for d in given]
    stops = [_snap(cuts, min(d.time + d.duration, end)) if d.duration else None for d in given]
    rates = [  # an infusion beyond the last output keeps its full rate
        d.amount / (cuts[stop] - cuts[start] if d.time + d.duration <= end else d.duration)
        if stop is not None
        else 0.0
        for d, start, stop in zip(given, starts, stops, strict=True)
    ]
    initial = first = bisect_right(times, SAME_TIME)
    segments = []
    for cut in range(len(cuts) - 1):
        boluses: dict[str, float] = {}
        flow = dict.fromkeys(infused, 0.0)
        for dose, start, stop, rate in zip(given, starts, stops, rates, strict=True):
            if stop is None:
                if start == cut:
                    boluses[dose.into] = boluses.get(dose.into, 0.0) + dose.amount
            elif start <= cut < stop:
                flow[dose.into] += rate
        last = bisect_right(times, cuts[cut + 1] + SAME_TIME)
        segments.append(
            Segment(
                tuple(boluses.items()),
                tuple(flow.items()),
                _outputs(cuts[cut], times[first:last], cuts[cut + 1]),
                first,
                last - first,
            )
        )
        first = last
    return Schedule(initial, tuple(segments), _largest(given))


def _cuts(given: Sequence[Dose], end: float) -> list[float]:
    raw = sorted({0.0, end, *(d.time for d in given), *(d.time + d.duration for d in given)})
    cuts = [0.0]
    for time in raw:
        if time > end + SAME_TIME:
            break
        if time - cuts[-1] > SAME_TIME:
            cuts.append(time)
    return cuts


def _snap(cuts: Sequence[float], time: float) -> int:
    return bisect_right(cuts, time + SAME_TIME) - 1


def _outputs(start: float, inside: Sequence[float], stop: float) -> tuple[float, ...]:
    """List the times of a segment; the last output stands for its end when it lies there."""
    if inside and stop - inside[-1] <= SAME_TIME:
        return (start, *inside)
    return (start, *inside, stop)


def _largest(given: Sequence[Dose]) -> tuple[tuple[str, float], ...]:
    largest: dict[str, float] = {}
    for dose in given:
        largest[dose.into] = max(largest.get(dose.into, 0.0), dose.amount)
    return tuple(largest.items())
