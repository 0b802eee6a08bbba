"""The days on which patients are randomised, drawn exactly.

Centre i of rate r_i opens at u_i, so a region's patients come as a Poisson process of intensity
sum of r_i over open centres. Its integral is piecewise linear; the n-th patient comes when it
reaches the sum of n unit exponential variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Centres:
    """Centres as the draw needs them, one entry a centre.

    Attributes
    ----------
    shape
        Shape of the gamma distribution of the centre's rate; infinite for a rate that is known.
    mean
        Mean of that distribution, patients a day.
    first, last
        Day of opening: uniform between the two.
    region
        Number of its region.
    """

    shape: Array
    mean: Array
    first: Array
    last: Array
    region: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Draw:
    """One trial.

    Attributes
    ----------
    days
        Days on which patients are randomised, rising, as many as wanted.
    region
        Region of each patient.
    idle
        Share of centres that randomise nobody, expected given rates and openings.
    """

    days: Array
    region: NDArray[np.int64]
    idle: float


def draw(centres: Centres, wanted: int, rooms: list[int], random: np.random.Generator) -> Draw:
    """Draw one trial.

    Parameters
    ----------
    centres
        All centres.
    wanted
        Patients.
    rooms
        Patients that each region may still give.
    random
        Where the numbers come from.
    """
    rates = _rates(centres, random)
    opened = centres.first + (centres.last - centres.first) * random.random(centres.mean.size)
    days, regions = [], []
    for number, room in enumerate(rooms):
        inside = centres.region == number
        count = min(wanted, room)
        if inside.any() and count > 0:
            clock = np.cumsum(random.standard_exponential(count))
            days.append(days_at(clock, rates[inside], opened[inside]))
            regions.append(np.full(count, number))
    day, region = np.concatenate(days), np.concatenate(regions)
    order = np.argsort(day, kind="stable")[:wanted]
    day, region = day[order], region[order]
    return Draw(day, region, _idle(rates, opened, centres.region, day, region))


def days_at(clock: Array, rates: Array, opened: Array) -> Array:
    """Return the days on which the integral of the summed rate reaches the values of `clock`."""
    order = np.argsort(opened, kind="stable")
    start, slope = opened[order], np.cumsum(rates[order])
    reached = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(start))])
    place = np.searchsorted(reached, clock, side="right") - 1
    return np.asarray(start[place] + (clock - reached[place]) / slope[place])


def _rates(centres: Centres, random: np.random.Generator) -> Array:
    known = np.isinf(centres.shape)
    shape = np.where(known, 1.0, centres.shape)
    drawn = random.gamma(shape) / shape
    # a rate of exactly zero would leave a clock that never moves
    return np.asarray(centres.mean * np.where(known, 1.0, np.maximum(drawn, 1e-12)))


def _idle(
    rates: Array, opened: Array, owner: NDArray[np.int64], day: Array, region: NDArray[np.int64]
) -> float:
    """Given a region's rates, its patients fall to its centres by chance, in shares of exposure."""
    none = np.ones(rates.size)
    for number in np.unique(region):
        inside = owner == number
        exposure = rates[inside] * np.maximum(day[-1] - opened[inside], 0.0)
        share = exposure / exposure.sum()
        none[inside] = (1 - share) ** int((region == number).sum())
    return float(none.mean())
