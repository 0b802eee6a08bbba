"""Conditions of entry in the words of a report, turned into criteria of a virtual trial.

What is understood becomes a criterion; the rest is handed back word for word, so that a reader
sees which conditions the virtual patients did not have to meet.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.patients import Criterion
    from tolerogen.trials.validation.published import PublishedTrial

BELOW = 1e-6  # points; a criterion's bounds are inclusive, "<5" is not


def entry(
    trial: PublishedTrial, known: Collection[str], domains: Collection[str]
) -> tuple[tuple[Criterion, ...], tuple[str, ...]]:
    """Read the conditions of entry.

    Parameters
    ----------
    trial
        The published design.
    known
        Ids of measures and covariates of the disease.
    domains
        Ids of the domains of its activity score.

    Returns
    -------
    criteria, unread
        Criteria by measure, and the conditions that could not be read.
    """
    found: dict[str, Criterion] = {}
    unread: list[str] = []
    activity = _activity(trial, known, domains)
    if activity is not None:
        found[activity.measure] = activity
    elif trial.inclusion_activity_metric:
        unread.append(f"{trial.inclusion_activity_metric} {trial.inclusion_activity_min or ''}")
    for clause in _clauses(trial.inclusion_other):
        criteria = _clause(clause, known)
        if activity is not None and activity.domains and "domains (" in clause:
            continue
        if not criteria:
            unread.append(clause)
        for criterion in criteria:
            found.setdefault(criterion.measure, criterion)
    for clause in _clauses(trial.population):
        for criterion in _clause(clause, known):
            found.setdefault(criterion.measure, criterion)
    return tuple(found.values()), tuple(text.strip() for text in unread)


def _clauses(text: str | None) -> list[str]:
    """Split at semicolons and commas that stand outside brackets."""
    parts = re.split(r"[;,]\s*(?![^(]*\))", text or "")
    return [part.strip() for part in parts if part.strip()]


def _activity(
    trial: PublishedTrial, known: Collection[str], domains: Collection[str]
) -> Criterion | None:
    from tolerogen.patients import Criterion

    text = (trial.inclusion_activity_metric or "").casefold()
    upper = re.fullmatch(r"(\w+) ?< ?(\d+)(?: \(maximum\))?", text)
    if upper and upper[1] in known:
        return Criterion(upper[1], maximum=float(upper[2]) - BELOW)
    if text in known and trial.inclusion_activity_min is not None:
        listed = re.search(r"domains \(([^)]*)\)", trial.inclusion_other or "")
        names = [n.strip().casefold() for n in listed[1].split(",")] if listed else []
        counted = tuple(names) if names and set(names) <= set(domains) else ()
        return Criterion(text, minimum=trial.inclusion_activity_min, domains=counted)
    return None


def _clause(clause: str, known: Collection[str]) -> list[Criterion]:
    from tolerogen.patients import Criterion

    text = clause.casefold()
    if " or " in text:  # criteria of a virtual trial must all hold
        return []
    least = re.fullmatch(r"(\w+) ?(?:>=|≥) ?(\d+(?:\.\d+)?)", text)
    if least and least[1] in known:
        return [Criterion(least[1], minimum=float(least[2]))]
    ages = re.fullmatch(r".*?(\d+)-(\d+) y(?:ears)?", text)
    if ages and "age" in known:
        return [Criterion("age", minimum=float(ages[1]), maximum=float(ages[2]))]
    if re.search(r"anti-(?:ro|ssa)[^\s]*(?: igg)?\+", text) and "anti_ro" in known:
        return [Criterion("anti_ro", minimum=1.0)]
    return []
