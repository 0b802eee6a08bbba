"""Replicate trials as the clinic sees them, with what dropout hid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Engine
from tolerogen.trials.intercurrent import Happened, follow_events, handle
from tolerogen.trials.intercurrent.happen import observe_events
from tolerogen.trials.intercurrent.values import HYPOTHETICAL, KINDS
from tolerogen.trials.visits import seen, unless_failed

if TYPE_CHECKING:
    import pandas as pd

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
        The same if nobody had left.
    arms
        Names of the arms, in the order of the design.
    covariates, screening, screened
        What was known at entry, and how many were looked at.
    """

    patients: pd.DataFrame
    observations: pd.DataFrame
    responses: pd.DataFrame
    complete: pd.DataFrame
    complete_responses: pd.DataFrame
    arms: tuple[str, ...]
    covariates: pd.DataFrame
    screening: pd.DataFrame | None
    screened: int


def without_effect(spec: TrialSpec) -> TrialSpec:
    """Return the trial with drugs that do nothing: everybody is treated as the reference arm is.

    Arms and the patients they lose stay as they are. The treatment ends as often in every arm as
    in the reference: a drug that does nothing has no side effects either.
    """
    background = spec.reference.treatments if spec.reference else ()
    arms = tuple(replace(arm, treatments=background) for arm in spec.arms)
    ends = spec.discontinuation
    if ends is not None:
        placebo = ends.weekly_hazard.get("placebo", 0.0)
        same = {arm.role: placebo for arm in spec.arms}
        ends = replace(ends, weekly_hazard=same)
    return replace(spec, arms=arms, discontinuation=ends)


def simulate(spec: TrialSpec, replicates: int | range, engine: Engine) -> Iterator[Trial]:
    """Simulate replicates, some at a time, so that memory does not grow with their number."""
    every = range(replicates) if isinstance(replicates, int) else replicates
    step = max(2, TOGETHER // spec.patients)
    for start in range(0, len(every), step):
        numbers = every[start : start + step]
        yield from observed(spec, [enrol(spec, number) for number in numbers], engine)


def observed(
    spec: TrialSpec, cohorts: Sequence[Cohort], engine: Engine, *, rules: bool = True
) -> list[Trial]:
    """Simulate cohorts and see them, with what dropout hid and what the estimand is about.

    Parameters
    ----------
    spec, cohorts, engine
        As for `follow_events`.
    rules
        Whether responder rules are wanted.
    """
    happened = follow_events(spec, cohorts, engine, seen_only=True)
    true = happened
    kept = [k for k in KINDS if spec.estimand.strategy(k) != HYPOTHETICAL]
    if any(getattr(spec, k) is not None and k not in kept for k in KINDS):
        # what a hypothetical strategy asks for is the course without the event
        true = follow_events(spec, cohorts, replace(engine, progress=None), kept, seen_only=True)
    return [_trial(spec, cohort, happened, true, rules) for cohort in cohorts]


def _trial(
    spec: TrialSpec, cohort: Cohort, happened: Happened, true: Happened, rules: bool
) -> Trial:
    from tolerogen.patients import responders

    number = cohort.replicate
    course, events = true.courses[number], true.events[number]
    shown = seen(spec, cohort, happened.courses[number], happened.events[number], rules=rules)
    values, answers = shown.handled(spec)
    complete = shown.everything
    if true is not happened:
        complete = observe_events(spec, cohort, course, events)
        complete = complete if course is None else unless_failed(complete, course)
    complete_answers = shown.responses if not rules else responders(spec.disease, complete)
    complete, complete_answers = handle(spec, complete, complete_answers, events)
    table = cohort.population.covariates[list(spec.strata)].assign(arm=list(cohort.arms))
    return Trial(
        patients=table.rename_axis("patient"),
        observations=values,
        responses=answers,
        complete=complete,
        complete_responses=complete_answers,
        arms=tuple(arm.name for arm in spec.arms),
        covariates=cohort.population.covariates,
        screening=cohort.population.screening,
        screened=cohort.population.screened,
    )
