"""The pieces a run is cut into: patients of the trial kept in full, and replicates.

A piece is simulated, observed and reduced in one go, so that its trajectories never leave the
machine that made them, but for those of the first patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Engine, schedules
from tolerogen.trials.intercurrent import Happened, follow_events
from tolerogen.trials.mechanism import Values, mechanism_values
from tolerogen.trials.replicates import replicate_rows
from tolerogen.trials.visits import Visits, seen

if TYPE_CHECKING:
    import xarray as xr

    from tolerogen.trials.spec import TrialSpec

PART = 500  # patients followed day by day at once: some 200 MB
KEPT = 5_000  # patients whose course is kept day by day


@dataclass(frozen=True, eq=False)
class Followed:
    """What is kept of a part of the trial that is kept in full.

    Attributes
    ----------
    visits
        What the clinic saw.
    mechanism
        A number a patient and readout.
    status
        Of the solver, one a patient in the order of the part.
    failures
        Rows ``(replicate, patient, arm, message)``.
    course
        Day by day; None beyond the first `KEPT` patients.
    """

    visits: Visits
    mechanism: Values
    status: np.ndarray
    failures: list[tuple[int, int, str, str]]
    course: xr.Dataset | None


@dataclass(frozen=True, eq=False)
class Part:
    """Some patients of the trial that is kept in full.

    Attributes
    ----------
    cohort
        Those patients, randomised.
    kept
        Whether their course is kept.
    """

    cohort: Cohort
    kept: bool

    @property
    def patients(self) -> int:
        """Patients simulated."""
        return len(self.cohort.arms)

    def do(self, context: TrialSpec, engine: Engine) -> Followed:
        """Follow, observe and reduce them."""
        happened = follow_events(context, [self.cohort], engine)
        number = self.cohort.replicate
        course = simulated(happened, number)
        return Followed(
            visits=seen(context, self.cohort, course, happened.events[number]),
            mechanism=mechanism_values(context, course, schedules(context)),
            status=course["status"].to_numpy(),
            failures=list(failed(course, number)),
            course=course if self.kept else None,
        )


@dataclass(frozen=True)
class Reduced:
    """Replicates reduced to a row an arm, and who failed in them."""

    rows: list[dict[str, Any]]
    failures: list[tuple[int, int, str, str]]


@dataclass(frozen=True)
class Replicates:
    """Some replicates of a trial, ``first`` to ``last - 1``, of `size` patients each."""

    first: int
    last: int
    size: int

    @property
    def patients(self) -> int:
        """Patients simulated."""
        return (self.last - self.first) * self.size

    def do(self, context: TrialSpec, engine: Engine) -> Reduced:
        """Enrol, follow, observe and reduce them."""
        cohorts = [enrol(context, number) for number in range(self.first, self.last)]
        happened = follow_events(context, cohorts, engine, daily=False)
        rows: list[dict[str, Any]] = []
        failures: list[tuple[int, int, str, str]] = []
        for cohort in cohorts:
            number = cohort.replicate
            course = simulated(happened, number)
            values, _ = seen(context, cohort, course, happened.events[number]).handled(context)
            rows.extend(reduced(context, cohort, values))
            failures.extend(failed(course, number))
        return Reduced(rows, failures)


def parts(cohort: Cohort) -> Iterator[Part]:
    """Cut a cohort into parts of `PART` patients, in the order of acceptance."""
    ids = cohort.population.patients
    for start in range(0, len(ids), PART):
        some = slice(start, start + PART)
        mine = cohort.population.take(ids[some])
        yield Part(
            Cohort(cohort.replicate, mine, cohort.strata[some], cohort.arms[some]),
            kept=start < KEPT,
        )


def simulated(happened: Happened, replicate: int) -> xr.Dataset:
    """Return the course of a replicate, of which every patient was simulated."""
    course = happened.courses[replicate]
    if course is None:
        raise AssertionError("a trial that is run is simulated")
    return course


def reduced(spec: TrialSpec, cohort: Cohort, observed: Any) -> list[dict[str, Any]]:
    """Return the rows of one replicate."""
    covariates = cohort.population.covariates
    table = covariates[list(spec.strata)].assign(arm=list(cohort.arms))
    return replicate_rows(spec, table, observed, cohort.replicate)


def failed(course: xr.Dataset, replicate: int) -> Iterator[tuple[int, int, str, str]]:
    """Name the patients whose simulation failed: replicate, patient, arm, message."""
    bad = course.isel(patient=course["status"].to_numpy() != 0)
    columns = (bad[name].to_numpy() for name in ("patient", "arm", "message"))
    for patient, arm, message in zip(*columns, strict=True):
        yield replicate, int(patient), str(arm), str(message)
