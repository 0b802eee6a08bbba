"""From a published design to virtual trials, and a list of what cannot be one.

A trial with several placebo arms (cohorts) becomes one virtual trial a placebo arm. Every arm
keeps its published size. Nothing here reads an outcome.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.trials.measures import Measure, measures
from tolerogen.trials.spec import Arm, Endpoint, TrialSpec
from tolerogen.trials.treatment import check_targets
from tolerogen.trials.validation.entry import entry
from tolerogen.trials.validation.treat import treatments

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.trials.validation.published import PublishedArm, PublishedTrial

EVERY = 28.0  # days between visits: assumed, reports rarely give the calendar
LEVEL = 0.95  # of the interval that decides on significance


@dataclass(frozen=True)
class Unrepresented:
    """A trial, or an arm of it, that is not predicted, and why."""

    trial_id: str
    arm: str | None
    drug: str
    target: str | None
    reason: str


@dataclass(frozen=True)
class Design:
    """A published trial as a virtual one.

    Attributes
    ----------
    trial
        As published.
    spec
        As simulated; the measures beside the designed one are secondary endpoints.
    remarks
        What was assumed, and the conditions that could not be read.
    """

    trial: PublishedTrial
    spec: TrialSpec
    remarks: tuple[str, ...]

    def under(self, disease: Disease, seed: int, draw: int, replicates: int) -> TrialSpec:
        """Return the trial under a parameter set, with a seed of its own.

        The seed depends on trial, cohort and draw, so that a trial is predicted alike whatever
        stands beside it in the file.
        """
        name = zlib.crc32(f"{self.trial.trial_id}/{self.spec.name}".encode())
        state = np.random.SeedSequence(seed, spawn_key=(name, draw)).generate_state(1)
        return replace(self.spec, disease=disease, seed=int(state[0]), replicates=replicates)


def designs(
    trial: PublishedTrial, disease: Disease
) -> tuple[tuple[Design, ...], tuple[Unrepresented, ...]]:
    """Build the virtual trials of one published trial.

    Parameters
    ----------
    trial
        As published.
    disease
        What the patients have.

    Returns
    -------
    designs, unrepresented
        One design a placebo arm; and the arms, or the whole trial, that cannot be predicted.
    """
    try:
        actives, placebos = _arms(trial)
        sizes = _sizes(trial)
        end = _end(trial)
    except SpecError as error:
        return (), (Unrepresented(trial.trial_id, None, trial.drug, trial.target, str(error)),)
    lost = [
        Unrepresented(trial.trial_id, a.name, trial.drug, trial.target, f"its role is '{a.role}'")
        for a in trial.arms or ()
        if a.role not in ("active", "placebo")
    ]
    given: dict[str, tuple[Arm, tuple[str, ...]]] = {}
    for arm in actives:
        try:
            treated, said = treatments(trial, arm, end)
            check_targets(treated, disease, trial.trial_id)
        except SpecError as error:
            reason = str(error).removeprefix(f"{trial.trial_id}: ")
            lost.append(Unrepresented(trial.trial_id, arm.name, trial.drug, trial.target, reason))
            continue
        given[arm.name] = (Arm(arm.name, "active", sizes[arm.name], treated), said)
    found = []
    for placebo in placebos:
        mine = [given[a.name] for a in actives if a.name in given and _own(a, placebos) is placebo]
        if mine:
            reference = Arm(placebo.name, "placebo", sizes[placebo.name])
            found.append(_design(trial, disease, end, [*mine, (reference, ())]))
    return tuple(found), tuple(lost)


def designed(trial: PublishedTrial, known: Sequence[str]) -> str:
    """Return the metric of the primary endpoint: the score its text names first.

    Falls back on the score asked for at entry, then on the first of `known`. Outcomes are not
    looked at.
    """
    text = (trial.primary_endpoint or "").casefold()
    spots = {name: re.search(rf"\b{name}\b", text) for name in known}
    named = {name: spot.start() for name, spot in spots.items() if spot}
    if named:
        return min(named, key=lambda name: named[name])
    asked = (trial.inclusion_activity_metric or "").casefold()
    return asked if asked in known else known[0]


def metrics(disease: Disease) -> tuple[str, ...]:
    """Return the ids of the scores whose change a trial may report."""
    from tolerogen.diseases.endpoints import read_endpoints

    given = read_endpoints(disease.folder)
    return (*(s.id for s in given.score), *(c.id for c in given.composite))


def _arms(trial: PublishedTrial) -> tuple[list[PublishedArm], list[PublishedArm]]:
    arms = trial.arms or ()
    actives = [arm for arm in arms if arm.role == "active"]
    placebos = [arm for arm in arms if arm.role == "placebo"]
    if not arms:
        raise SpecError("no arms are described")
    if not placebos or trial.placebo_controlled is False:
        raise SpecError("there is no placebo arm, hence no difference to predict")
    if not actives:
        raise SpecError("there is no active arm")
    names = [arm.name for arm in arms]
    if len(set(names)) < len(names):
        raise SpecError("two arms have the same name")
    return actives, placebos


def _sizes(trial: PublishedTrial) -> dict[str, int]:
    """Return the size of every arm: as given, else the total shared by the ratio in the text."""
    arms = trial.arms or ()
    missing = [arm for arm in arms if arm.n is None]
    known = {arm.name: arm.n for arm in arms if arm.n is not None}
    if not missing:
        return known
    rest = (trial.n_total_randomised or 0) - sum(known.values())
    if rest < 2 * len(missing):
        raise SpecError("the size of the arms is not given, nor a total that would tell it")
    ratio = re.search(r"\b\d+(?::\d+)+\b", trial.design or "")
    shares = [int(x) for x in ratio[0].split(":")] if ratio else []
    if known or len(shares) != len(arms):
        shares = [1] * len(missing)
    exact = np.cumsum([rest * share / sum(shares) for share in shares]).round().astype(int)
    counts = np.diff(exact, prepend=0)
    return known | {arm.name: int(n) for arm, n in zip(missing, counts, strict=True)}


def _end(trial: PublishedTrial) -> float:
    if not trial.primary_timepoint_weeks or trial.primary_timepoint_weeks <= 0:
        raise SpecError("the week of the primary endpoint is not given")
    return 7.0 * trial.primary_timepoint_weeks


def _own(arm: PublishedArm, placebos: Sequence[PublishedArm]) -> PublishedArm:
    """Return the placebo arm that shares most words with an active arm: that of its cohort."""
    words = set(arm.name.casefold().split())
    return max(placebos, key=lambda p: len(words & set(p.name.casefold().split())))


def _design(
    trial: PublishedTrial,
    disease: Disease,
    end: float,
    arms: Sequence[tuple[Arm, tuple[str, ...]]],
) -> Design:
    known = measures(disease)
    scores = metrics(disease)
    criteria, unread = entry(trial, (*known, *_covariates(disease)), _domains(disease))
    first = designed(trial, scores)
    endpoints = [
        _endpoint(known[name], end) for name in (first, *(s for s in scores if s != first))
    ]
    days = {EVERY * k for k in range(int(end / EVERY) + 1)} | {0.0, end}
    total = sum(arm.share for arm, _ in arms)
    spec = TrialSpec(
        name=" / ".join(arm.name for arm, _ in arms),
        disease=disease,
        patients=total,
        seed=0,
        replicates=1,
        horizon=end,
        visits=tuple(sorted(days)),
        criteria=criteria,
        strata=(),
        block=total,  # one block, so that every arm has exactly its published size
        arms=tuple(arm for arm, _ in arms),
        endpoint=endpoints[0],
        secondary=tuple(endpoints[1:]),
        registry=trial.nct,
    )
    remarks = [text for _, said in arms for text in said]
    remarks += [f"condition of entry not applied: {text}" for text in unread]
    remarks.append("background therapy: that of the virtual population")
    return Design(trial, spec, tuple(remarks))


def _endpoint(measure: Measure, day: float) -> Endpoint:
    return Endpoint(measure, day, level=LEVEL)


def _covariates(disease: Disease) -> tuple[str, ...]:
    from tolerogen.patients import read_covariates

    return tuple(item.id for item in read_covariates(disease.folder).covariate)


def _domains(disease: Disease) -> tuple[str, ...]:
    from tolerogen.diseases.endpoints import read_endpoints

    return tuple(domain.id for domain in read_endpoints(disease.folder).domain)
