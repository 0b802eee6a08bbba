"""Run staged designs on simulated patients: take in, look, decide, take in again.

Patients wait in pools, one for each way of entry and set of arms that a design may come to. A pool
holds the same patients for every size, endpoint and decision, so that differences between options
are not luck; what a trial does not take in is never looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.designs.borrowing import Borrowing
from tolerogen.trials.designs.plan import Plan, Stage, Verdict
from tolerogen.trials.designs.reading import Readings, read_means, read_shares
from tolerogen.trials.planning.options import Options, endpoint
from tolerogen.trials.planning.simulate import Trial, observed
from tolerogen.trials.scale.crews import TOGETHER

if TYPE_CHECKING:
    from tolerogen.patients import Criterion
    from tolerogen.trials.course import Engine
    from tolerogen.trials.spec import TrialSpec

DEPTH = 1_500_000  # candidates apart: pools of one replicate never share a candidate
Place = tuple[str, float]  # endpoint and day


@dataclass(frozen=True)
class Pool:
    """Who a stage takes in: a way of entry and a set of arms.

    Attributes
    ----------
    depth
        How often arms or entry have changed.
    arms
        Names, in order.
    criteria
        Beside those of the trial.
    """

    depth: int
    arms: tuple[str, ...]
    criteria: tuple[Criterion, ...] = ()


@dataclass(eq=False)
class _Course:
    """One trial on its way: an option of one replicate."""

    replicate: int
    place: Place
    size: int
    plan: Plan
    pool: Pool
    used: int = 0
    wanted: int = 0
    seen: list[Readings] = field(default_factory=list)
    verdict: Verdict | None = None


@dataclass(frozen=True, eq=False)
class Ended:
    """One trial that ended, and the truth it was after.

    Attributes
    ----------
    replicate, endpoint, day, size
        Which.
    verdict
        How it ended.
    truth
        Effect of each active arm in its patients if nobody had left; with a subgroup also that
        inside it.
    """

    replicate: int
    endpoint: str
    day: float
    size: int
    verdict: Verdict
    truth: dict[str, float]


def run_plans(
    options: Options,
    plans: Sequence[Plan],
    spec: TrialSpec,
    engine: Engine,
    replicates: int | range,
) -> Iterator[tuple[int, Ended]]:
    """Run every option of every replicate under each plan.

    Parameters
    ----------
    options
        What is open.
    plans
        Versions of one plan, run on the same patients.
    spec
        The trial, with or without effect.
    engine
        Of the simulation.
    replicates
        Number of trials, or their numbers.

    Yields
    ------
    tuple
        Place of the plan, and the trial that ended.
    """
    most = max(plan.largest(size) for plan in plans for size in options.sizes)
    step = max(2, TOGETHER // most)
    history = max(plan.history if isinstance(plan, Borrowing) else 0 for plan in plans)
    every = np.arange(replicates) if isinstance(replicates, int) else np.asarray(replicates)
    for numbers in np.array_split(every, math.ceil(len(every) / step)):
        chunk = _Chunk(options, spec, engine, [int(r) for r in numbers], most, history)
        for k, one in enumerate(plans):
            for ended in chunk.run(one):
                yield k, ended


class _Chunk:
    """Some replicates, their pools and readings."""

    def __init__(
        self,
        options: Options,
        spec: TrialSpec,
        engine: Engine,
        numbers: list[int],
        most: int,
        history: int,
    ) -> None:
        self.options, self.spec, self.engine, self.numbers = options, spec, engine, numbers
        self.base = Pool(0, tuple(arm.name for arm in spec.arms))
        self.trials: dict[tuple[int, Pool], Trial] = {}
        self.readings: dict[tuple[int, Pool, Place], Readings] = {}
        # the trials that the last ones borrow from are simulated for that alone
        others = range(numbers[-1] + 1, numbers[-1] + 1 + history)
        self._supply({(r, self.base): most for r in (*numbers, *others)})

    def run(self, plan: Plan) -> Iterator[Ended]:
        courses = [
            self._start(plan, replicate, place, size)
            for replicate in self.numbers
            for place in places(self.options)
            for size in self.options.sizes
        ]
        running = courses
        while running:
            self._supply(_demand(running))
            for course in running:
                self._look(course)
            running = [course for course in running if course.verdict is None]
        for course in courses:
            if course.verdict is not None:
                yield Ended(
                    course.replicate, *course.place, course.size, course.verdict,
                    self._truth(course),
                )  # fmt: skip

    def _start(self, plan: Plan, replicate: int, place: Place, size: int) -> _Course:
        if isinstance(plan, Borrowing) and plan.history:
            plan = plan.taught(*self._history(plan, replicate, place, size))
        course = _Course(replicate, place, size, plan, self.base)
        self._next(course, plan.first(size))
        return course

    def _look(self, course: _Course) -> None:
        whole = self._read(course.replicate, course.pool, course.place)
        part = slice(course.used, course.used + course.wanted)
        course.seen.append(whole.rows(part))
        course.used += course.wanted
        step = course.plan.then(course.size, course.seen)
        if isinstance(step, Verdict):
            course.verdict = step
        else:
            self._next(course, step)

    def _next(self, course: _Course, stage: Stage) -> None:
        arms = stage.arms or course.pool.arms
        criteria = stage.criteria or course.pool.criteria
        if (arms, criteria) != (course.pool.arms, course.pool.criteria):
            course.pool, course.used = Pool(course.pool.depth + 1, arms, criteria), 0
        course.wanted = stage.patients

    def _supply(self, demand: dict[tuple[int, Pool], int]) -> None:
        """Simulate the pools that do not hold enough patients yet."""
        lacking: dict[Pool, dict[int, int]] = {}
        for (replicate, pool), count in demand.items():
            have = self.trials.get((replicate, pool))
            if have is None or len(have.patients) < count:
                lacking.setdefault(pool, {})[replicate] = count
        for pool, counts in lacking.items():
            spec = _narrowed(self.spec, pool)
            cohorts = [
                enrol(replace(spec, patients=count), replicate, start=pool.depth * DEPTH)
                for replicate, count in counts.items()
            ]
            for replicate, trial in zip(counts, self._observed(spec, cohorts), strict=True):
                self.trials[replicate, pool] = trial
                for key in [k for k in self.readings if k[:2] == (replicate, pool)]:
                    del self.readings[key]

    def _observed(self, spec: TrialSpec, cohorts: Sequence[Cohort]) -> list[Trial]:
        return observed(spec, cohorts, self.engine, rules=bool(self.options.rules))

    def _read(self, replicate: int, pool: Pool, place: Place) -> Readings:
        key = (replicate, pool, place)
        if key not in self.readings:
            self.readings[key] = read(self.options, self.trials[replicate, pool], place)
        return self.readings[key]

    def _truth(self, course: _Course) -> dict[str, float]:
        whole = self._read(course.replicate, self.base, course.place)
        return truths(self.options, whole)

    def _history(
        self, plan: Borrowing, replicate: int, place: Place, size: int
    ) -> tuple[list[float], list[float]]:
        """Summarise the placebo arms of other trials of this world, as published ones would be."""
        means, ses = [], []
        for k in range(1, plan.history + 1):
            part = self._read(replicate + k, self.base, place).rows(slice(0, size))
            value = part.value[part.arm == part.arms.index(part.reference)]
            value = value[np.isfinite(value)]
            if len(value) > 1 and value.std() > 0:
                means.append(float(value.mean()))
                ses.append(float(value.std(ddof=1) / math.sqrt(len(value))))
        return means, ses


def places(options: Options) -> list[Place]:
    """Return every endpoint with every day."""
    names = (*options.measures, *options.rules)
    return [(name, day) for day in options.days for name in names]


def read(options: Options, trial: Trial, place: Place) -> Readings:
    """Read a simulated trial at an endpoint and day."""
    name, day = place
    inside = _inside(options, trial)
    if name in options.measures:
        return read_means(options, trial, endpoint(options, name, day), inside)
    return read_shares(options, trial, name, day, inside)


def truths(options: Options, whole: Readings) -> dict[str, float]:
    """Return the effects if nobody had left, by the name of the claim."""
    found = {name: gap.estimate for name, gap in whole.compare(complete=True).items()}
    biomarker = getattr(options.plan, "biomarker", None)
    if biomarker is not None:
        arm = whole.active[0]
        inside = whole.rows(np.flatnonzero(whole.inside)).compare(complete=True)[arm]
        found = {f"{arm}, everybody": found[arm], f"{arm}, {biomarker}": inside.estimate}
    return found


def _demand(running: Sequence[_Course]) -> dict[tuple[int, Pool], int]:
    demand: dict[tuple[int, Pool], int] = {}
    for course in running:
        key = (course.replicate, course.pool)
        demand[key] = max(demand.get(key, 0), course.used + course.wanted)
    return demand


def _narrowed(spec: TrialSpec, pool: Pool) -> TrialSpec:
    arms = tuple(arm for arm in spec.arms if arm.name in pool.arms)
    block = spec.block
    if len(arms) < len(spec.arms):
        block = 2 * sum(arm.share for arm in arms)
    return replace(spec, arms=arms, criteria=(*spec.criteria, *pool.criteria), block=block)


def _inside(options: Options, trial: Trial) -> np.ndarray:
    """Tell who belongs to the subgroup of a plan, by what screening and baseline saw."""
    biomarker = getattr(options.plan, "biomarker", None)
    if biomarker is None:
        return np.ones(len(trial.patients), dtype=bool)
    held = np.ones(len(trial.patients), dtype=bool)
    for table in _entry_tables(trial):
        if biomarker.measure in table:
            held &= biomarker.holds(table[biomarker.measure].to_numpy(float))
    return held


def _entry_tables(trial: Trial) -> list[Any]:
    at_start = trial.complete[trial.complete["day"] == 0].set_index("patient")
    at_start = at_start.reindex(trial.patients.index)
    return [t for t in (trial.covariates, trial.screening, at_start) if t is not None]
