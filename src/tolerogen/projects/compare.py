"""Candidates side by side: of one project, or of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tolerogen.projects.status import CandidateStatus

ROWS = ("modality", "stage", "state", "launch, before", "launch, after", "expected value",
        "5 % to 95 %", "above zero", "cost to next decision", "months to next decision",
        "criteria met")  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A table: what, then a column for each candidate; and which none of the others beats."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    pareto: tuple[str, ...]


def compare(candidates: Sequence[CandidateStatus]) -> Comparison:
    """Compare candidates by what they have in common: stage, chances, worth, and each figure.

    A candidate is beaten when another has a higher chance of launch and a higher expected value and
    a lower cost until the next decision, one of them strictly.
    """
    names = tuple(one.candidate.id for one in candidates)
    columns = [_column(one) for one in candidates]
    rows = [(name, *(column[k] for column in columns)) for k, name in enumerate(ROWS)]
    figures = sorted({(e.kind, f) for one in candidates for e in one.evidence for f in e.figures})
    for kind, figure in figures:
        values = [_figure(one, kind, figure) for one in candidates]
        rows.append((f"{kind}: {figure.replace('_', ' ')}", *values))
    best = tuple(
        one.candidate.id
        for one in candidates
        if not any(_beats(other, one) for other in candidates if other is not one)
    )
    return Comparison(names, tuple(rows), best)


def _column(one: CandidateStatus) -> list[str]:
    prior, posterior, value = one.chance.prior, one.chance.posterior, one.worth.value
    return [
        one.candidate.modality,
        one.stage,
        one.state,
        f"{prior[0]:.1%} ({prior[1]:.1%} to {prior[2]:.1%})",
        f"{posterior[0]:.1%} ({posterior[1]:.1%} to {posterior[2]:.1%})",
        f"{value[0]:.1f}",
        f"{value[1]:.1f} to {value[2]:.1f}",
        f"{one.worth.positive:.0%}",
        f"{one.worth.cost:g}",
        f"{one.worth.months:g}",
        f"{sum(check.met for check in one.checks)} of {len(one.checks)}",
    ]


def _figure(one: CandidateStatus, kind: str, figure: str) -> str:
    found = [e.figures[figure] for e in one.evidence if e.kind == kind and figure in e.figures]
    return f"{found[-1]:.3g}" if found else ""


def _beats(other: CandidateStatus, one: CandidateStatus) -> bool:
    mine = (one.chance.posterior[0], one.worth.value[0], -one.worth.cost)
    its = (other.chance.posterior[0], other.worth.value[0], -other.worth.cost)
    return all(a >= b for a, b in zip(its, mine, strict=True)) and its != mine
