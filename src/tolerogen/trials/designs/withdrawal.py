"""Randomised withdrawal: all are given the drug, responders stay on it or change to placebo.

Those who responded at the end of the run-in are randomised; what is compared is the change from
there. The effect is that of going on, in people who respond: another question than that of a
parallel trial, and larger when most do not respond.

References
----------
Amery W, Dony J, J Clin Pharmacol 1975;15:674 (doi:10.1002/j.1552-4604.1975.tb05919.x); Kopec JA,
Abrahamowicz M, Esdaile JM, J Clin Epidemiol 1993;46:959 (doi:10.1016/0895-4356(93)90163-U).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.analysis import at_visit
from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Change, follow
from tolerogen.trials.designs.plan import Claim, Verdict
from tolerogen.trials.designs.reading import Readings
from tolerogen.trials.randomisation import allocate, stratum_labels
from tolerogen.trials.visits import Visits, seen

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.course import Engine
    from tolerogen.trials.designs.drive import Ended
    from tolerogen.trials.planning.options import Options
    from tolerogen.trials.spec import TrialSpec

Array = np.ndarray


@dataclass(frozen=True)
class Withdrawal:
    """A randomised withdrawal.

    Attributes
    ----------
    run_in
        Day of the visit at which responders are randomised.
    measure, better_by
        Who responds: an improvement of the measure from day 0 of at least this.
    rule
        Or a responder rule of the disease.
    alpha
        One-sided.
    """

    run_in: float
    measure: str | None
    better_by: float
    rule: str | None
    alpha: float

    @property
    def label(self) -> str:
        """Name for a page."""
        who = self.rule or f"{self.measure} better by {self.better_by:g}"
        return f"randomised withdrawal at week {self.run_in / 7:g} of responders ({who})"

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        return (
            "Amery W, Dony J, J Clin Pharmacol 1975;15:674",
            "Kopec JA, Abrahamowicz M, Esdaile JM, J Clin Epidemiol 1993;46:959",
        )


@dataclass(frozen=True, eq=False)
class _Run:
    """One trial: who was randomised, and what was seen."""

    cohort: Cohort
    visits: Visits
    randomised: Array  # places in the cohort
    arms: Array  # names, of those randomised


def run_withdrawal(
    options: Options,
    plan: Withdrawal,
    spec: TrialSpec,
    engine: Engine,
    replicates: int | range,
) -> Iterator[Ended]:
    """Run every option of every replicate.

    Parameters
    ----------
    options, plan
        What is open, and the design.
    spec
        The trial, with or without effect; its active arm is the treatment of the run-in.
    engine, replicates
        Of the simulation.
    """
    from tolerogen.trials.scale.crews import TOGETHER

    step = max(2, TOGETHER // spec.patients)
    every = range(replicates) if isinstance(replicates, int) else replicates
    for start in range(0, len(every), step):
        numbers = every[start : start + step]
        for run in _simulate(plan, spec, engine, [enrol(spec, number) for number in numbers]):
            yield from _ends(options, plan, spec, run)


def _simulate(
    plan: Withdrawal, spec: TrialSpec, engine: Engine, cohorts: list[Cohort]
) -> list[_Run]:
    drug = next(arm for arm in spec.arms if arm.role == "active")
    treated = [replace(c, arms=(drug.name,) * len(c.arms)) for c in cohorts]
    courses: dict[int, xr.Dataset | None] = dict.fromkeys(c.replicate for c in cohorts)
    if drug.treatments:
        courses |= follow(spec, treated, engine, whole=False)[1]
    chosen = {c.replicate: _randomise(plan, spec, c, courses[c.replicate]) for c in treated}
    changes = {
        int(patient): Change(stop=plan.run_in)
        for patients, arms in chosen.values()
        for patient, arm in zip(patients, arms, strict=True)
        if arm != drug.name
    }
    if drug.treatments and changes:
        later = follow(
            spec, treated, replace(engine, progress=None), changes=changes,
            only=np.array(list(changes)), whole=False,
        )[1]  # fmt: skip
        from tolerogen.trials.intercurrent.course import patched

        courses = {r: patched(course, later.get(r)) for r, course in courses.items()}
    runs = []
    for cohort in treated:
        patients, arms = chosen[cohort.replicate]
        place = np.flatnonzero(np.isin(cohort.population.patients, patients))
        visits = seen(spec, cohort, courses[cohort.replicate], rules=False)
        runs.append(_Run(cohort, visits, place, arms))
    return runs


def _randomise(
    plan: Withdrawal, spec: TrialSpec, cohort: Cohort, course: xr.Dataset | None
) -> tuple[Array, Array]:
    """Return the responders who are still there, and the arms they are randomised to."""
    shown = seen(spec, cohort, course, rules=plan.rule is not None)
    if plan.rule is not None:
        answer = at_visit(shown.responses, plan.rule, plan.run_in)
        met = answer.fillna(value=False).astype(bool)
    else:
        name, table = str(plan.measure), shown.observations
        start, now = (at_visit(table, name, day) for day in (0.0, plan.run_in))
        better = _better(spec, name)
        met = better * (now - start) >= plan.better_by
    patients = cohort.population.patients[met.reindex(cohort.population.patients).to_numpy(bool)]
    covariates = cohort.population.covariates.loc[patients]
    labels = [f"{name} withdrawn" for name in stratum_labels(covariates, spec.strata)]
    shares = [arm.share for arm in spec.arms]
    places = allocate(labels, shares, block=spec.block, seed=spec.seed, replicate=cohort.replicate)
    names = np.array([arm.name for arm in spec.arms], dtype=object)
    return patients, names[places]


def _better(spec: TrialSpec, measure: str) -> int:
    from tolerogen.trials.measures import measures

    known = {e.measure.id: e.measure for e in spec.endpoints}
    return (known.get(measure) or measures(spec.disease)[measure]).better


def _ends(options: Options, plan: Withdrawal, spec: TrialSpec, run: _Run) -> Iterator[Ended]:
    from tolerogen.trials.designs.drive import Ended

    for day in options.days:
        for name in options.measures:
            whole = _readings(options, plan, spec, run, name, day)
            for size in options.sizes:
                inside = np.flatnonzero(run.randomised < size)
                part = whole.rows(inside)
                arm = part.active[0]
                gap = part.compare()[arm]
                fit = part.fit()
                half = math.nan
                if fit is not None and gap.known:
                    from scipy.special import stdtrit

                    half = gap.se * float(stdtrit(fit.df, 1 - plan.alpha))
                claim = Claim(
                    gap.estimate, gap.estimate - half, gap.estimate + half,
                    rejected=gap.known and gap.p < plan.alpha,
                )  # fmt: skip
                extra = {"randomised": float(len(inside))}
                verdict = Verdict({arm: claim}, size, 1, "end", extra)
                truth = {arm: whole.compare(complete=True)[arm].estimate}
                yield Ended(run.cohort.replicate, name, day, size, verdict, truth)


def _readings(
    options: Options, plan: Withdrawal, spec: TrialSpec, run: _Run, name: str, day: float
) -> Readings:
    """Read the change since the end of the run-in, in those who were randomised."""
    from tolerogen.trials.planning.options import endpoint

    what = endpoint(options, name, day)
    patients = run.cohort.population.patients[run.randomised]

    def change(table: pd.DataFrame) -> tuple[Array, Array]:
        base = at_visit(table, name, plan.run_in).reindex(patients).to_numpy(float)
        return base, at_visit(table, name, day).reindex(patients).to_numpy(float) - base

    base, value = change(run.visits.observations)
    _, whole = change(run.visits.everything)
    strata = run.cohort.population.covariates.loc[patients, list(spec.strata)].to_numpy(float)
    names = tuple(arm.name for arm in spec.arms)
    shared: dict[str, Any] = {"share": False, "visits": None, "day": day}
    return Readings(
        arms=names,
        reference=spec.reference.name if spec.reference else "",
        arm=np.array([names.index(arm) for arm in run.arms], dtype=int),
        value=what.measure.better * value,
        whole=what.measure.better * whole,
        covariates=np.column_stack([base, strata]),
        inside=np.ones(len(patients), dtype=bool),
        better=what.measure.better,
        **shared,
    )
