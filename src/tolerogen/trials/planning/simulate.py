"""Replicate trials as the clinic sees them, with what dropout hid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Engine, follow
from tolerogen.trials.visits import seen, unless_failed

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.spec import TrialSpec

TOGETHER = 20_000  # patients in memory at once


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
        The same if nobody had left; empty where that was not asked for.
    """

    patients: pd.DataFrame
    observations: pd.DataFrame
    responses: pd.DataFrame
    complete: pd.DataFrame
    complete_responses: pd.DataFrame


def without_effect(spec: TrialSpec) -> TrialSpec:
    """Return the trial with drugs that do nothing; arms and their dropout stay."""
    return replace(spec, arms=tuple(replace(arm, treatments=()) for arm in spec.arms))


def simulate(
    spec: TrialSpec, replicates: int, engine: Engine, complete: bool = True
) -> Iterator[Trial]:
    """Simulate replicates, some at a time, so that memory does not grow with their number.

    Without `complete`, visits after somebody left are not drawn, which is faster.
    """
    step = max(2, TOGETHER // spec.patients)
    for start in range(0, replicates, step):
        numbers = range(start, min(start + step, replicates))
        cohorts = [enrol(spec, number) for number in numbers]
        _, courses = follow(spec, cohorts, engine)
        for cohort in cohorts:
            yield _trial(spec, cohort, courses[cohort.replicate], complete)


def _trial(spec: TrialSpec, cohort: Cohort, course: xr.Dataset, whole: bool) -> Trial:
    from tolerogen.patients import observe, responders

    shown = seen(spec, cohort, course)
    table = cohort.population.covariates[list(spec.strata)].assign(arm=list(cohort.arms))
    table = table.rename_axis("patient")
    if not whole:
        nothing = shown.observations.iloc[:0], shown.responses.iloc[:0]
        return Trial(table, shown.observations, shown.responses, *nothing)
    days = list(spec.visits)
    everything = observe(
        spec.disease, cohort.population, course, days, seed=spec.seed, replicate=cohort.replicate
    )
    complete = unless_failed(everything, course)
    return Trial(
        patients=table,
        observations=shown.observations,
        responses=shown.responses,
        complete=complete,
        complete_responses=responders(spec.disease, complete),
    )
