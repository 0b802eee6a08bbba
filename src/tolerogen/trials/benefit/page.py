"""Endotypes and benefit as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tolerogen.provenance import versions

if TYPE_CHECKING:
    from tolerogen.patients.endotypes import Endotypes
    from tolerogen.trials.benefit.result import BenefitResult, TherapyBenefit


def page(result: BenefitResult) -> str:
    """Write the classes, who is helped, deciles, rules and designs."""
    found = result.endotypes
    lines = [
        f"Made by `tolerogen population endotypes {found.disease}`, seed {result.seed}, "
        f"Tolerogen {versions().get('tolerogen', '')}, content {result.content}.",
        "",
        "## Classes",
        "",
        *classes(found),
        "",
    ]
    if result.therapies:
        lines += ["## Who is helped", "", *_helped(result), ""]
    for item in result.therapies:
        lines += [f"## {item.therapy}, {item.regimen}", "", *_therapy(item, result), ""]
    return "\n".join(lines)


def classes(found: Endotypes) -> list[str]:
    """Write the classes and how well they hold."""
    s = found.stability
    features = [f for f in found.plan.feature if f.sorts]
    head = ("class", "share", "what stands out", *(f"{f.name}, {f.unit}" for f in features))
    rows = [
        (c.id, f"{100 * c.share:.0f} %", c.label, *(f"{c.centre[f.id]:.3g}" for f in features))
        for c in found.classes
    ]
    published = ", ".join(f"{p.name} {100 * p.share:.0f} %" for p in found.plan.published)
    return [
        *table(head, rows),
        "",
        f"{found.patients} patients, {found.draws} parameter set(s); covariance "
        f"{found.mixture.shape}. Adjusted Rand index of {s.bootstraps} bootstrap samples "
        f"{s.rand:.2f} ({s.rand_low:.2f} to {s.rand_high:.2f}); {100 * s.kept:.0f} % keep their "
        f"class when measured again; {100 * s.certain:.0f} % belong to theirs with a probability "
        f"of at least 0.8. Published: {published}.",
    ]


def _helped(result: BenefitResult) -> list[str]:
    names = [c.id for c in result.endotypes.classes]
    head = ("therapy", "points beyond placebo", "helped", *(f"helped in {n}" for n in names))
    rows = [
        (
            item.therapy,
            f"{item.everybody.benefit:.2f} ± {item.everybody.benefit_se:.2f}",
            _share(item.everybody.helped, item.everybody.helped_se),
            *(_share(g.helped, g.helped_se) for g in item.groups),
        )
        for item in result.therapies
    ]
    sets = "" if result.draws > 1 else " One parameter set: its uncertainty is not in them."
    return [
        *table(head, rows),
        "",
        f"{result.patients} patients ({result.screened} screened; entry: "
        f"{'; '.join(result.entry)}), week {result.week:g}. Helped: at least "
        f"{result.improvement:g} points of {result.measure} better than the same patient on "
        f"placebo. ± standard errors between patients.{sets}",
    ]


def _therapy(item: TherapyBenefit, result: BenefitResult) -> list[str]:
    head = ("decile", "predicted", "benefit", "helped", "more responders", "number to treat")
    rows = [
        (
            str(d.decile),
            f"{d.predicted:.2f}",
            f"{d.benefit:.2f}",
            f"{100 * d.helped:.0f} %",
            f"{100 * d.more_responders:.0f} % ({100 * d.more_low:.0f} to {100 * d.more_high:.0f})",
            number_needed(d.nnt, d.nnt_low, d.nnt_high),
        )
        for d in reversed(item.deciles)
    ]
    lines = [*table(head, rows), "", "Rule, checked on the half it was not grown on:", ""]
    lines += table(
        ("patients who have", "share", "predicted", "benefit", "helped", "treat"),
        [
            (
                " and ".join(leaf.conditions) or "everybody",
                f"{100 * leaf.share:.0f} %",
                f"{leaf.predicted:.2f}",
                f"{leaf.benefit:.2f}",
                f"{100 * leaf.helped:.0f} %",
                "yes" if leaf.treat else "no",
            )
            for leaf in item.rule.leaves
        ],
    )
    if item.designs and result.costs:
        c = result.costs
        lines += ["", f"At {c.budget:g} {c.currency}:", ""]
        lines += table(
            ("enrolled", "screened", "patients", "cost of one", "effect", "SD", "power"),
            [
                (
                    "all comers" if d.fraction == 1 else f"best {100 * d.fraction:.0f} %",
                    str(d.screened),
                    str(d.patients),
                    f"{d.cost_per_patient:.0f} {c.currency}",
                    f"{d.effect:.2f}",
                    f"{d.sd:.2f}",
                    f"{d.power:.2f}",
                )
                for d in item.designs
            ],
        )
    return lines


def number_needed(nnt: float | None, low: float | None, high: float | None) -> str:
    """Write a number needed to treat with its interval.

    Examples
    --------
    >>> number_needed(4.0, 2.5, None), number_needed(None, None, None)
    ('4.0 (2.5 to no benefit)', 'none')
    """
    if nnt is None or low is None:
        return "none"
    return f"{nnt:.1f} ({low:.1f} to {'no benefit' if high is None else f'{high:.1f}'})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write the lines of a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]


def _share(value: float, error: float) -> str:
    return f"{100 * value:.0f} ± {100 * error:.0f} %"
