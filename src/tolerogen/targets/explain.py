"""Everything about one target, every number with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.provenance import finite, plain
from tolerogen.targets.neighbourhood import Neighbourhood, neighbourhood
from tolerogen.targets.ranking.rank import rank_targets
from tolerogen.targets.ranking.result import Ranking, Target, document
from tolerogen.targets.scoring import open_targets_scheme
from tolerogen.targets.support import success

if TYPE_CHECKING:
    from tolerogen.diseases import Disease


@dataclass(frozen=True)
class Line:
    """A number, what it is, its unit, and where it is from."""

    what: str
    value: str
    source: str


@dataclass(frozen=True, eq=False)
class Explanation:
    """One target taken apart.

    Attributes
    ----------
    target
        As ranked alone: its rank says nothing.
    lines
        Every number with its source, in reading order.
    neighbourhood
        In the model; None for a gene that the model does not hold.
    """

    target: Target
    lines: tuple[Line, ...]
    neighbourhood: Neighbourhood | None
    ranking: Ranking

    def document(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        whole = document(self.ranking)
        mine = next(t for t in whole["targets"] if t["target"] == self.target.target)
        for name in ("rank", "p_top3", "p_top5", "rank_low", "rank_high"):
            mine.pop(name)  # of one target alone they say nothing
        found = {
            "disease": whole["disease"],
            "target": mine,
            "numbers": [vars(line) for line in self.lines],
            "neighbourhood": plain(self.neighbourhood),
            "weights": whole["weights"],
            "draws": whole["draws"],
            "notes": whole["notes"],
            "refused": whole["refused"],
        }
        cleaned: dict[str, Any] = finite(found)
        return cleaned


def explain_target(disease: Disease, name: str, **given: Any) -> Explanation:
    """Explain a target of a disease.

    Parameters
    ----------
    disease
        The disease.
    name
        A node, or a gene by any usual name.
    given
        As for `rank_targets`.

    Raises
    ------
    SpecError
        Neither a node nor a gene that anything is known about.
    """
    node = find_node(disease, name)
    ranking = rank_targets(disease, **given, nodes=[node] if node else None)
    target = ranking[node or name]
    around = neighbourhood(disease, node) if node else None
    return Explanation(target, tuple(_lines(ranking, target)), around, ranking)


def find_node(disease: Disease, name: str) -> str | None:
    """Return the node that a name means: its id, or a gene behind it; None when there is none.

    Examples
    --------
    >>> from tolerogen.diseases import load_disease
    >>> find_node(load_disease("sjogren"), "CD127")
    'IL7R'
    """
    from tolerogen.targets.druggability import node_genes
    from tolerogen.targets.genes import resolve

    for node in disease.targets:
        if node.lower() == name.lower():
            return node
    symbol = resolve(name)
    held = [node for node, genes in node_genes(disease.folder).items() if symbol in genes]
    return min(held, key=lambda n: len(node_genes(disease.folder)[n]), default=None)


def _lines(ranking: Ranking, target: Target) -> Iterator[Line]:
    yield from _columns(ranking, target)
    for fact in target.evidence:
        words = [f"strength {fact.score:.3f}"]
        words += [f"odds ratio {fact.odds_ratio:g}"] if fact.odds_ratio is not None else []
        words += [f"p {fact.p_value:.2g}"] if fact.p_value is not None else []
        what = f"{fact.kind}: {fact.detail or fact.datasource}"
        when = f", {fact.date.year}" if fact.date else ""
        note = f" ({fact.note})" if fact.note else ""
        yield Line(what, ", ".join(words) + note, f"{fact.source}{when}")
    if target.relative_success > 1:
        yield Line(
            "relative success with genetic support",
            f"{target.relative_success:g} in immunology, not {success().relative['all']:.1f}",
            success().source,
        )
    if target.fit is not None:
        fit = target.fit
        yield Line(
            f"modality: {fit.modality.replace('_', ' ')}",
            f"druggability {fit.factor:g}; {fit.reason}",
            fit.source,
        )
    yield from _mechanism(ranking, target)
    for hazard in target.hazards:
        yield Line(f"hazard, {hazard.kind}", f"{hazard.severity:g}; {hazard.text}", hazard.source)
    for trial in target.precedents:
        outcome = "met" if trial.met else "not met"
        what = f"trial {trial.trial}: {trial.drug}, phase {trial.phase}"
        yield Line(what, f"n {trial.n}, primary outcome {outcome}: {trial.endpoint}", trial.source)


def _columns(ranking: Ranking, target: Target) -> Iterator[Line]:
    how: Mapping[str, str] = {
        "genetics": f"harmonic sum of its records over 1.644 ({open_targets_scheme().source})",
        "expression": f"harmonic sum of its records over 1.644 ({open_targets_scheme().source})",
        "mechanism": "benefit over clinically important changes, weights assumed (docs/targets.md)",
        "modality_fit": "druggability times share achieved (docs/targets.md)",
        "safety": "1 less hazards and simulated dangers (docs/targets.md)",
        "precedence": f"shrunken share of trials; prior {success().transitions_source}",
    }
    for name, score in target.columns.items():
        value = "nothing known" if score is None else f"{score:.3f}"
        yield Line(f"column {name}", f"{value}, weight {ranking.weights[name]:g}", how[name])
    yield Line("composite", f"{target.composite:.3f}", "weighted mean of the columns")


def _mechanism(ranking: Ranking, target: Target) -> Iterator[Line]:
    m = target.mechanism
    if m is None:
        return
    unit = "of the target" if m.best.scale == "share" else "per day killed"
    reach = f"{m.best.level:.3g} ({m.best.low:.3g} to {m.best.high:.3g}) {unit}"
    yield Line(f"achieved by {m.best.id}", reach, m.best.source)
    source = f"simulated, {ranking.patients} patients; {ranking.draws}"
    for label, spread in (
        ("ESSDAI, points", m.essdai),
        ("ESSPRI, points", m.esspri),
        ("salivary flow, share of own", m.flow),
        ("anti-Ro, share of own", m.antiro),
        ("IgG, share of own", m.igg),
        ("patients with a fall of 3 points", m.share_3_points),
    ):
        yield Line(f"week 24, {label}", spread_text(spread), source)
    for label, share in (
        ("IgG below 3 g/L", m.igg_low),
        ("IgG below 7 g/L", m.igg_moderate),
        ("lymphocytes below 500 per µL", m.lymphopenia),
    ):
        yield Line(f"pushed below: {label}", f"{share:+.1%} of patients", source)
    for group in m.endotypes:
        text = f"{spread_text(group.essdai)}, {group.patients} patients"
        yield Line(f"ESSDAI in {group.id}, {group.name}", text, source)
    for name, level, spread in m.others:
        yield Line(f"other way {name} at {level:.3g}", f"ESSDAI {spread_text(spread)}", source)


def spread_text(s: Any) -> str:
    """Write a mean with its uncertainty and, apart, its variability."""
    sure = "" if s.low is None else f" [{s.low:.2f} to {s.high:.2f} over parameter sets]"
    return f"{s.mean:.2f}{sure}, patients {s.patient_low:.2f} to {s.patient_high:.2f}"


def sources(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the distinct sources, in order of first use."""
    return tuple(dict.fromkeys(line.source for line in lines))
