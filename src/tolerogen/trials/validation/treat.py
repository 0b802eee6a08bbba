"""What an arm of a published trial receives: drugs of the library, and doses from words.

A regimen of the library is used where exactly one cites the trial's registry number and has the
arm's dose; otherwise the words of the report are read. Arms that cannot be given as reported
are refused with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.trials.validation.schedule import Amount, amount, dose_days

if TYPE_CHECKING:
    from tolerogen.therapies import Regimen, Therapy
    from tolerogen.trials.spec import Treatment
    from tolerogen.trials.validation.published import PublishedArm, PublishedTrial

INFUSION = "1 hour"  # assumed where a report says nothing; no result at the scale of days feels it


@dataclass(frozen=True)
class Given:
    """One drug of an arm, in the words of the report."""

    drug: str
    dose: str
    route: str
    schedule: str


def treatments(
    trial: PublishedTrial, arm: PublishedArm, end: float
) -> tuple[tuple[Treatment, ...], tuple[str, ...]]:
    """Return what an active arm receives, and remarks on what the words left open.

    Parameters
    ----------
    trial, arm
        The published design.
    end
        Last day; no dose falls on or after it.

    Raises
    ------
    SpecError
        The library lacks the drug, or dose, route or schedule cannot be read.
    """
    from tolerogen.trials.spec import Treatment

    found, remarks = [], []
    for given in parts(trial, arm):
        therapy = _therapy(trial, given.drug)
        regimen, said = _regimen(trial, arm, given, therapy, end)
        found.append(Treatment(therapy, regimen))
        remarks += [f"{arm.name}: {text}" for text in said]
    return tuple(found), tuple(remarks)


def parts(trial: PublishedTrial, arm: PublishedArm) -> tuple[Given, ...]:
    """Take an arm of several drugs apart.

    Raises
    ------
    SpecError
        When the trial has several drugs and the arm does not say which of them it gets.
    """
    drugs = _drugs(trial)
    if len(drugs) == 1:
        return (Given(drugs[0], arm.dose or "", arm.route or "", arm.schedule or ""),)
    words = f"{arm.name} {arm.dose or ''}".casefold()
    mine = [drug for drug in drugs if drug.casefold() in words]
    if not mine and "+" in trial.drug and "+" in arm.name:
        mine = drugs  # an arm such as 'A+B' of a combination, its names shortened
    if not mine:
        raise SpecError(f"which of '{trial.drug}' the arm receives is not said")
    if len(mine) == 1:
        return (Given(mine[0], arm.dose or "", arm.route or "", arm.schedule or ""),)
    columns = [
        _share(arm.dose, "+", mine),
        _share(arm.route, "+", mine),
        _share(arm.schedule, ";", mine),
    ]
    return tuple(
        Given(drug, dose if amount(dose) else _elsewhere(trial, drug, drugs) or dose, route, plan)
        for drug, dose, route, plan in zip(mine, *columns, strict=True)
    )


def _drugs(trial: PublishedTrial) -> list[str]:
    if _find({trial.drug.casefold()}) is not None:
        return [trial.drug]  # the library holds the combination as one
    return [name.strip() for name in re.split(r"\s*\+\s*|\s+/\s+", trial.drug) if name.strip()]


def _share(text: str | None, mark: str, drugs: list[str]) -> list[str]:
    """Give every drug its piece of a text: by name, by place, or the whole for all."""
    pieces = [piece.strip() for piece in (text or "").split(mark)]
    if len(pieces) != len(drugs):
        return [text or ""] * len(drugs)
    named = [[p for p in pieces if drug.casefold() in p.casefold()] for drug in drugs]
    chosen = [n[0] if len(n) == 1 else p for n, p in zip(named, pieces, strict=True)]
    return [
        re.sub(re.escape(drug), "", piece, flags=re.IGNORECASE).strip()
        for drug, piece in zip(drugs, chosen, strict=True)
    ]


def _elsewhere(trial: PublishedTrial, drug: str, drugs: list[str]) -> str | None:
    """Return the dose of the arm of the same trial that gets this drug alone."""
    for arm in trial.arms or ():
        words = f"{arm.name} {arm.dose or ''}".casefold()
        if [d for d in drugs if d.casefold() in words] == [drug] and amount(arm.dose):
            return arm.dose
    return None


def _find(wanted: set[str]) -> Therapy | None:
    """Return the therapy of the library that goes by one of these names, in lower case."""
    from tolerogen.therapies import list_therapies

    for therapy in list_therapies():
        if wanted & {n.casefold() for n in (therapy.id, therapy.name, *therapy.synonyms)}:
            return therapy
    return None


def _therapy(trial: PublishedTrial, drug: str) -> Therapy:
    alone = len(_drugs(trial)) == 1
    wanted = {n.casefold() for n in (drug, *((trial.drug_synonyms or ()) if alone else ()))}
    found = _find(wanted)
    if found is not None:
        return found
    raise SpecError(
        f"the therapy library has no '{drug}' (target of the trial: {trial.target or 'not said'})"
    )


def _regimen(
    trial: PublishedTrial, arm: PublishedArm, given: Given, therapy: Therapy, end: float
) -> tuple[Regimen, tuple[str, ...]]:
    from tolerogen.therapies import Regimen, dose_rule

    dose = amount(given.dose)
    studied = _studied(trial, therapy, dose)
    same = [a for a in trial.arms or () if a.role == arm.role and amount(a.dose) == dose]
    if studied is not None and len(same) == 1:
        return _until(studied, end), (f"regimen '{studied.name}' of the library",)
    if dose is None and len(therapy.regimens) == 1:
        only = therapy.regimens[0]
        return _until(only, end), (f"'{given.dose}' read as the one regimen of the library",)
    if dose is None:
        raise SpecError(f"the dose '{given.dose}' of {given.drug} is not one amount in mg")
    route = _route(given.route)
    days, aside = dose_days(given.schedule, end)
    rule = dose_rule(
        dose.text,
        route=route,
        at=[f"{day:.6f} days" for day in days],
        duration=INFUSION if route == "iv infusion" else None,
        where=f"{trial.trial_id}, {arm.name}",
    )
    therapy.dosed_species(rule.route)
    said = tuple(f"not read: ({text})" for text in aside)
    return Regimen(name="as published", rules=(rule,), source=trial.nct or trial.trial_id), said


def _studied(trial: PublishedTrial, therapy: Therapy, dose: Amount | None) -> Regimen | None:
    if not trial.nct:
        return None
    fitting = [
        regimen
        for regimen in therapy.regimens
        if trial.nct in regimen.source
        and (dose is None or any(_same(dose, r.amount, r.per_kg) for r in regimen.rules))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _same(dose: Amount, value: float, per_kg: bool) -> bool:
    return dose.per_kg == per_kg and abs(dose.value - value) < 1e-6 * value


def _until(regimen: Regimen, end: float) -> Regimen:
    rules = [
        replace(rule, days=tuple(day for day in rule.days if day < end)) for rule in regimen.rules
    ]
    kept = tuple(rule for rule in rules if rule.days)
    if not kept:
        raise SpecError(f"regimen '{regimen.name}' gives no dose before day {end:g}")
    return replace(regimen, rules=kept)


def _route(text: str) -> str:
    word = re.sub(r"\([^)]*\)", "", text).strip().casefold()
    known = {"iv": "iv infusion", "sc": "sc", "oral": "oral"}
    if word not in known:
        raise SpecError(f"the route '{text}' is none of IV, SC, oral")
    return known[word]
