"""Replicate trials as the clinic sees them, with what dropout hid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Engine, follow
from tolerogen.trials.planning.analyse import rows
from tolerogen.trials.scale.crews import TOGETHER
from tolerogen.trials.visits import seen, unless_failed

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.planning.options import Options
    from tolerogen.trials.spec import TrialSpec


@dataclass(frozen=True, eq=False)
class Trial:
    """One replicate.

    Attributes
    ----------
    patients
        Index patient, in order of acceptance; columns ``arm`` and the strata.
    observations, responses
        One row a patient and visit; missing after dropout.
    complete, complete_responses
        The same if nobody had left.
    """

    patients: pd.DataFrame
    observations: pd.DataFrame
    responses: pd.DataFrame
    complete: pd.DataFrame
    complete_responses: pd.DataFrame


def without_effect(spec: TrialSpec) -> TrialSpec:
    """Return the trial with drugs that do nothing; arms and their dropout stay."""
    return replace(spec, arms=tuple(replace(arm, treatments=()) for arm in spec.arms))


@dataclass(frozen=True)
class Rated:
    """Replicates ``first`` to ``last - 1`` of the largest size, analysed in every way.

    Attributes
    ----------
    null
        Whether the drugs do nothing.
    """

    first: int
    last: int
    size: int
    null: bool

    @property
    def patients(self) -> int:
        """Patients simulated."""
        return (self.last - self.first) * self.size

    def do(self, context: Options, engine: Engine) -> list[dict[str, Any]]:
        """Simulate the replicates and return the rows of each."""
        spec = without_effect(context.spec) if self.null else context.spec
        numbers = range(self.first, self.last)
        trials = numbered(spec, numbers, engine)
        return [row for trial in trials for row in rows(context, trial)]


def pieces(options: Options, null: bool, step: int) -> list[Rated]:
    """Cut the replicates of a way of entry into pieces of at most `step`."""
    count, size = options.replicates, options.spec.patients
    return [Rated(start, min(start + step, count), size, null) for start in range(0, count, step)]


def simulate(spec: TrialSpec, replicates: int, engine: Engine) -> Iterator[Trial]:
    """Simulate replicates, some at a time, so that memory does not grow with their number."""
    step = max(1, TOGETHER // spec.patients)
    for start in range(0, replicates, step):
        yield from numbered(spec, range(start, min(start + step, replicates)), engine)


def numbered(spec: TrialSpec, numbers: Iterable[int], engine: Engine) -> Iterator[Trial]:
    """Simulate replicates by their numbers, all at once."""
    cohorts = [enrol(spec, number) for number in numbers]
    courses = follow(spec, cohorts, engine, daily=False)
    for cohort in cohorts:
        yield _trial(spec, cohort, courses[cohort.replicate])


def _trial(spec: TrialSpec, cohort: Cohort, course: xr.Dataset) -> Trial:
    from tolerogen.patients import observe, responders

    shown = seen(spec, cohort, course)
    days = list(spec.visits)
    everything = observe(
        spec.disease, cohort.population, course, days, seed=spec.seed, replicate=cohort.replicate
    )
    complete = unless_failed(everything, course)
    table = cohort.population.covariates[list(spec.strata)].assign(arm=list(cohort.arms))
    return Trial(
        patients=table.rename_axis("patient"),
        observations=shown.observations,
        responses=shown.responses,
        complete=complete,
        complete_responses=responders(spec.disease, complete),
    )
