"""Replicate trials as the clinic sees them, with what dropout hid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Engine
from tolerogen.trials.intercurrent import Happened, follow_events, handle
from tolerogen.trials.intercurrent.happen import observe_events
from tolerogen.trials.intercurrent.values import HYPOTHETICAL, KINDS
from tolerogen.trials.planning.analyse import rows
from tolerogen.trials.scale.crews import TOGETHER
from tolerogen.trials.visits import seen, unless_failed

if TYPE_CHECKING:
    import pandas as pd

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
        The same if nobody had left; empty where that was not asked for.
    """

    patients: pd.DataFrame
    observations: pd.DataFrame
    responses: pd.DataFrame
    complete: pd.DataFrame
    complete_responses: pd.DataFrame


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
        cohorts = [enrol(spec, number) for number in range(self.first, self.last)]
        trials = observed(spec, cohorts, engine)
        return [row for trial in trials for row in rows(context, trial)]


def pieces(options: Options, null: bool, step: int) -> list[Rated]:
    """Cut the replicates of a way of entry into pieces of at most `step`."""
    count, size = options.replicates, options.spec.patients
    return [Rated(start, min(start + step, count), size, null) for start in range(0, count, step)]


def simulate(
    spec: TrialSpec, replicates: int, engine: Engine, complete: bool = True
) -> Iterator[Trial]:
    """Simulate replicates, some at a time, so that memory does not grow with their number.

    Without `complete`, what dropout hid is not drawn, which is faster.
    """
    step = max(1, TOGETHER // spec.patients)
    for start in range(0, replicates, step):
        numbers = range(start, min(start + step, replicates))
        yield from observed(spec, [enrol(spec, number) for number in numbers], engine, complete)


def observed(
    spec: TrialSpec, cohorts: Sequence[Cohort], engine: Engine, complete: bool = True
) -> list[Trial]:
    """Simulate cohorts and see them, with what dropout hid and what the estimand is about."""
    happened = follow_events(spec, cohorts, engine, seen_only=True, daily=False)
    true = happened
    kept = [k for k in KINDS if spec.estimand.strategy(k) != HYPOTHETICAL]
    if any(getattr(spec, k) is not None and k not in kept for k in KINDS):
        # what a hypothetical strategy asks for is the course without the event
        true = follow_events(
            spec, cohorts, replace(engine, progress=None), kept, seen_only=True, daily=False
        )
    return [_trial(spec, cohort, happened, true, complete) for cohort in cohorts]


def _trial(
    spec: TrialSpec, cohort: Cohort, happened: Happened, true: Happened, whole: bool
) -> Trial:
    from tolerogen.patients import responders

    number = cohort.replicate
    course, events = true.courses[number], true.events[number]
    shown = seen(spec, cohort, happened.courses[number], happened.events[number])
    values, answers = shown.handled(spec)
    table = cohort.population.covariates[list(spec.strata)].assign(arm=list(cohort.arms))
    table = table.rename_axis("patient")
    if not whole:
        return Trial(table, values, answers, values.iloc[:0], answers.iloc[:0])
    everything = observe_events(spec, cohort, course, events)
    complete = everything if course is None else unless_failed(everything, course)
    complete_answers = responders(spec.disease, complete)
    complete, complete_answers = handle(spec, complete, complete_answers, events)
    return Trial(
        patients=table,
        observations=values,
        responses=answers,
        complete=complete,
        complete_responses=complete_answers,
    )
