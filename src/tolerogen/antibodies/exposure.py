"""Exposure and receptor occupancy in a person, from affinity, receptor load and turnover.

Two compartments with linear clearance, and a receptor that is made at a constant rate, lost with
its turnover, free or bound, and binds in quasi-steady state (Gibiansky 2008,
doi:10.1007/s10928-008-9102-8): ``Kss = KD + turnover / kon``, of one arm. Volumes, exchange and
absorption are those of linear antibodies (Davda 2014, doi:10.4161/mabs.29095). It answers before
there is a model of the disease how long a dose holds the receptor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tolerogen.antibodies.human_pk import Clearance, human_clearance
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

V1, V2, Q = 3.61, 2.75, 0.747
"""L, L, L/day at 70 kg (Davda 2014)."""
KA, F = 0.282, 0.744
"""1/day and share absorbed from under the skin (Davda 2014)."""
AVOGADRO_PER_NMOL = 6.02214076e14
SECONDS_A_DAY = 86_400.0
HELD = 0.95
SLOPE_DAYS = (7.0, 21.0)
"""After the last dose: between these the half-life is read (assumed; distribution is over)."""
STEP = 0.05
FOLLOWED = 180.0


@dataclass(frozen=True)
class ReceptorLoad:
    """How much receptor a person has, and how fast it turns over.

    Attributes
    ----------
    cells
        Cells that carry it, in the whole body.
    per_cell
        Receptors a cell that antibody reaches.
    turnover
        1/day; bound receptor is lost at the same rate.
    source
        Where these are from.
    """

    cells: float
    per_cell: float
    turnover: float
    source: str = "unsourced"

    @property
    def nmol(self) -> float:
        """Return the receptors of a person, nmol."""
        return self.cells * self.per_cell / AVOGADRO_PER_NMOL


@dataclass(frozen=True)
class Course:
    """Doses: `count` of `mg`, one every `days`, into a vein or under the skin."""

    mg: float
    days: float = 14.0
    count: int = 1
    subcutaneous: bool = False


@dataclass(frozen=True, eq=False)
class Exposure:
    """What a course does.

    Attributes
    ----------
    time, concentration, occupancy
        Days; free antibody in plasma (mg/L); share of receptor bound (0 to 1).
    kss
        nM, the constant that antibody and receptor keep in a person.
    held_until
        Day until which more than 95 % of receptor is bound after the last dose: None if never,
        infinite if still at the end.
    half_life
        Days, of the fall between one and three weeks after the last dose; None where the time
        followed ends before.
    trough
        Occupancy just before a next dose.
    """

    time: Array
    concentration: Array
    occupancy: Array
    kss: float
    held_until: float | None
    half_life: float | None
    trough: float


def exposure(
    kd: float,
    load: ReceptorLoad,
    course: Course,
    *,
    kon: float | None = None,
    clearance: Clearance | None = None,
    mass_kda: float = 146.0,
    days: float | None = None,
) -> Exposure:
    """Predict concentration and receptor occupancy of a 70 kg adult.

    Parameters
    ----------
    kd
        M, of one arm.
    kon
        1/(M s); without it Kss is KD.
    clearance
        Linear part; the prior of linear antibodies where None.
    mass_kda
        Of the antibody (146 kDa assumed: a glycosylated IgG).
    days
        How long to follow; half a year past the last dose where None.

    Raises
    ------
    SpecError
        When a number is not above zero.
    """
    import numpy as np
    from scipy.integrate import solve_ivp

    numbers = (kd, load.cells, load.per_cell, load.turnover, course.mg, course.days, mass_kda)
    if min(numbers) <= 0 or course.count < 1 or (kon is not None and kon <= 0):
        raise SpecError("Affinity, receptor load, dose, interval and mass must be above zero.")
    kss = kd * 1e9 + (load.turnover / (kon * 1e-9 * SECONDS_A_DAY) if kon else 0.0)
    rates = _Rates(kss, load, (clearance or human_clearance()).value)
    dose = course.mg * 1e3 / mass_kda
    last = course.days * (course.count - 1)
    ends = [course.days * (i + 1) for i in range(course.count - 1)]
    ends.append(max(days or last + FOLLOWED, last + STEP))
    state = np.array([0.0, 0.0, 0.0, rates.receptor])
    times, states, start = [], [], 0.0
    for end in ends:
        state = state + np.array([dose * F, 0, 0, 0] if course.subcutaneous else [0, dose, 0, 0])
        grid = np.linspace(start, end, max(int((end - start) / STEP), 2) + 1)
        solved = solve_ivp(rates, (start, end), state, "LSODA", grid, rtol=1e-8, atol=1e-10)
        times.append(grid)
        states.append(solved.y)
        state, start = solved.y[:, -1], end
    time, values = np.concatenate(times), np.concatenate(states, axis=1)
    free = rates.free(values[1] / V1, values[3])
    occupancy = free / (kss + free)
    return _read(time, free * mass_kda / 1e3, occupancy, kss, last, course)


def _read(
    time: Array, concentration: Array, occupancy: Array, kss: float, last: float, course: Course
) -> Exposure:
    import numpy as np

    after = time >= last
    held = time[after & (occupancy > HELD)]
    until = float(held.max()) if held.size else None
    until = float("inf") if until == time[-1] else until
    begin, end = (last + day for day in SLOPE_DAYS)
    seen = np.interp([begin, end], time[after], concentration[after])
    half_life = (end - begin) * np.log(2) / np.log(seen[0] / seen[1]) if end <= time[-1] else None
    trough = float(np.interp(last + course.days, time[after], occupancy[after]))
    return Exposure(
        time, concentration, occupancy, kss, until, None if half_life is None else float(half_life),
        trough,
    )  # fmt: skip


@dataclass(frozen=True)
class _Rates:
    """The right-hand side: depot, antibody in both compartments (nmol), receptor (nM)."""

    kss: float
    load: ReceptorLoad
    clearance: float

    @property
    def receptor(self) -> float:
        return self.load.nmol / V1

    def free(self, total: Array, receptor: Array) -> Array:
        import numpy as np

        gap = total - receptor - self.kss
        root = np.sqrt(gap**2 + 4.0 * self.kss * np.maximum(total, 0.0))
        # Without the difference of near-equal numbers where little is free.
        few = 2.0 * self.kss * total / (root - gap)
        return np.asarray(np.where(gap > 0, (gap + root) / 2.0, few))

    def __call__(self, _: float, state: Array) -> list[float]:
        depot, central, outer, receptor = state
        free = float(self.free(central / V1, receptor))
        bound = central / V1 - free
        absorbed, exchanged = KA * depot, Q * (free - outer / V2)
        lost = self.clearance * free + self.load.turnover * bound * V1
        made = self.load.turnover * (self.receptor - receptor)
        return [-absorbed, absorbed - lost - exchanged, exchanged, made]
