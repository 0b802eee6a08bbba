"""Rank every target of a disease: nodes of its model, and genes that evidence points to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.provenance import Provenance, content_hash, versions
from tolerogen.targets.bundled import bundled_evidence
from tolerogen.targets.druggability import (
    Fit,
    Gate,
    best_fit,
    gate,
    hazards_of,
    node_genes,
    safety_score,
)
from tolerogen.targets.endotypes import Endotypes, disease_endotypes
from tolerogen.targets.evidence import Evidence, as_of
from tolerogen.targets.genes import genes, resolve, unknown_symbols
from tolerogen.targets.mechanism import (
    Effects,
    Setup,
    draws_for,
    interventions,
    simulate_effects,
)
from tolerogen.targets.precedence import Precedent, precedence_score, read_precedence, until
from tolerogen.targets.ranking.benefit import benefits, best_way, mechanism_of
from tolerogen.targets.ranking.result import Mechanism, Ranking, Target
from tolerogen.targets.ranking.stability import as_columns, stability
from tolerogen.targets.ranking.weights import COLUMNS, chosen_weights, composite
from tolerogen.targets.scoring import harmonic_sum, open_targets_scheme
from tolerogen.targets.support import success

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.targets.mechanism.arms import Progress
    from tolerogen.trials.validation.posterior import Posterior

    Array = NDArray[np.float64]

SUPPORTED = 0.3  # assumed: a locus that points to the gene with at least this strength
KINDS = {"genetics": "genetics", "expression": "expression"}


@dataclass(frozen=True)
class Draft:
    """A target before it has a rank."""

    target: str
    name: str
    genes: tuple[str, ...]
    at: int | None
    columns: Mapping[str, float | None]
    mechanism: Mechanism | None
    gate: Gate
    precedents: tuple[Precedent, ...]
    evidence: tuple[Evidence, ...]


def rank_targets(
    disease: Disease,
    evidence: Sequence[Evidence] = (),
    *,
    until_day: date | None = None,
    posterior: str | Path | Posterior | None = None,
    draws: int = 20,
    setup: Setup | None = None,
    weights: Mapping[str, float] | None = None,
    endotypes: Endotypes | None = None,
    nodes: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Rank targets by evidence and by simulated mechanism.

    Parameters
    ----------
    disease
        Its folder brings the model and ``evidence.csv``, ``target_genes.csv``,
        ``achievable.csv``, ``precedence.csv``, ``endotype_centres.csv``.
    evidence
        Records of the user, beside the bundled ones.
    until_day
        Leave out evidence and trials that became public later, and what carries no date.
    posterior
        Draws of a calibration (CSV or `Posterior`); see `draws_for` for what is taken without.
    draws
        Most parameter sets.
    setup
        Patients, conditions of entry, seed, day, threads; 200 patients by default.
    weights
        Changes of the stated weights.
    endotypes
        Groups to report by; those of the disease by default.
    nodes
        Simulate and rank only these; all by default.
    progress
        Called with (patient courses done, all).

    Returns
    -------
    Ranking
        The highest composite first.

    Raises
    ------
    SpecError
        A weight outside 0 to 1, a posterior that does not fit, nothing to simulate.
    """
    setup = setup or Setup(patients=200)
    used = chosen_weights(weights or {})
    records = as_of((*bundled_evidence(disease.folder), *evidence), until_day)
    items, refused = interventions(disease, records, nodes)
    sets = draws_for(disease, posterior, draws, setup.seed)
    effects = simulate_effects(disease, items, sets, setup, refused=refused, progress=progress)
    trials = until(read_precedence(disease.folder), until_day)
    groups = endotypes or disease_endotypes(disease.folder)
    scores = benefits(effects, disease.folder)
    drafts = _nodes(disease, effects, scores, records, trials, groups, nodes)
    if nodes is None:
        drafts += _genes(drafts, records)
    targets = _ranked(drafts, effects, scores, used, setup.seed)
    return Ranking(
        disease=disease.id,
        targets=targets,
        weights=used,
        as_of=None if until_day is None else until_day.isoformat(),
        draws=sets.source,
        parameter_sets=len(sets.draws),
        patients=setup.patients,
        criteria=effects.criteria,
        unknown=unknown_symbols(record.target for record in evidence),
        refused=refused,
        notes=_notes(disease, until_day, effects),
        provenance=_provenance(disease, records, sets.draws, setup, used),
        effects=effects,
    )


def _nodes(
    disease: Disease,
    effects: Effects,
    scores: Array,
    records: Sequence[Evidence],
    trials: Sequence[Precedent],
    groups: Endotypes | None,
    nodes: Sequence[str] | None,
) -> list[Draft]:
    symbols = node_genes(disease.folder)
    labels = None if groups is None else groups.sort(effects.patients)
    drafts = []
    for name in nodes if nodes is not None else disease.targets:
        node = disease.targets[name]
        mine = symbols.get(name, ())
        at = best_way(effects, scores, name)
        mechanism = None if at is None else mechanism_of(effects, scores, at, groups, labels)
        known = tuple(t for t in trials if t.node == name)
        facts = _about(records, mine)
        columns = {
            "genetics": column_score(facts, "genetics"),
            "expression": column_score(facts, "expression"),
            "mechanism": None if mechanism is None else mechanism.score,
            "modality_fit": _fit_score(mechanism),
            "safety": _safety(mine, mechanism),
            "precedence": precedence_score(known),
        }
        action = mechanism.best.action if mechanism else node.actions[0]
        allowed = gate(mine, action, records)
        drafts.append(Draft(name, node.name, mine, at, columns, mechanism, allowed, known, facts))
    return drafts


def _genes(drafts: Sequence[Draft], records: Sequence[Evidence]) -> list[Draft]:
    """Add the genes that evidence points to and the model does not hold."""
    held = {gene for draft in drafts for gene in draft.genes}
    found = dict.fromkeys(resolve(r.target) or r.target for r in records if r.kind in KINDS)
    extra = []
    for symbol in (s for s in found if s not in held):
        facts = _about(records, (symbol,))
        gene = genes().get(symbol)
        columns = {
            "genetics": column_score(facts, "genetics"),
            "expression": column_score(facts, "expression"),
            "mechanism": None,
            "modality_fit": None if gene is None or gene.role != "driver" else best_fit(gene).score,
            "safety": _safety((symbol,), None),
            "precedence": precedence_score(()),
        }
        name = gene.name if gene else symbol
        allowed = gate((symbol,), "block", records)
        extra.append(Draft(symbol, name, (symbol,), None, columns, None, allowed, (), facts))
    return extra


def _about(records: Sequence[Evidence], symbols: Sequence[str]) -> tuple[Evidence, ...]:
    return tuple(r for r in records if (resolve(r.target) or r.target) in symbols)


def column_score(facts: Sequence[Evidence], kind: str) -> float:
    """Return one harmonic sum over the records of a kind, over the largest sum there can be.

    Scores of Open Targets' data sources count with their published weight.
    """
    scheme = open_targets_scheme()
    scores = [r.score * scheme.weights.get(r.datasource, 1.0) for r in facts if r.kind == kind]
    strongest = sorted(scores, reverse=True)[: scheme.top]
    return harmonic_sum(strongest, scheme.exponent) / scheme.largest if strongest else 0.0


def _fit_score(mechanism: Mechanism | None) -> float | None:
    """Druggability times what is achieved; a depleting antibody achieves what it kills with."""
    if mechanism is None or mechanism.best.fit is None:
        return None
    item = mechanism.best
    reached = item.level if item.scale == "share" else mechanism.best.fit.reach
    return mechanism.best.fit.factor * min(1.0, reached)


def _safety(symbols: Sequence[str], mechanism: Mechanism | None) -> float | None:
    """Take known hazards and simulated dangers off 1; None where nobody listed any hazard."""
    listed = hazards_of(symbols)
    if not listed:
        return None
    known = safety_score(listed)
    if mechanism is None:
        return known
    pushed = (mechanism.igg_low, mechanism.lymphopenia)
    return known * float(np.prod([1.0 - max(0.0, share) for share in pushed]))


def _ranked(
    drafts: Sequence[Draft],
    effects: Effects,
    scores: Array,
    weights: Mapping[str, float],
    seed: int,
) -> tuple[Target, ...]:
    columns = as_columns([draft.columns for draft in drafts], COLUMNS)
    draws = effects.shape[0]
    mechanism = np.zeros((draws, len(drafts)))
    for place, draft in enumerate(drafts):
        if draft.at is not None:
            mechanism[:, place] = scores[:, draft.at]
    steady = stability(columns, {"mechanism": mechanism}, weights, seed)
    without = {name: weight for name, weight in weights.items() if name != "precedence"}
    if not sum(without.values()):
        without = dict(weights)
    totals = [composite(draft.columns, weights) for draft in drafts]
    order = sorted(range(len(drafts)), key=lambda i: (-totals[i], drafts[i].target))
    return tuple(
        Target(
            rank=rank,
            target=drafts[i].target,
            name=drafts[i].name,
            genes=drafts[i].genes,
            in_model=drafts[i].at is not None,
            columns=drafts[i].columns,
            composite=totals[i],
            composite_without_precedence=composite(drafts[i].columns, without),
            p_top3=float(steady.p_top3[i]),
            p_top5=float(steady.p_top5[i]),
            rank_low=int(steady.rank_low[i]),
            rank_high=int(steady.rank_high[i]),
            relative_success=_worth(drafts[i]),
            gate=drafts[i].gate,
            fit=_fit(drafts[i]),
            mechanism=drafts[i].mechanism,
            evidence=drafts[i].evidence,
            hazards=hazards_of(drafts[i].genes),
            precedents=drafts[i].precedents,
            flags=_flags(drafts[i]),
        )
        for rank, i in enumerate(order, start=1)
    )


def _worth(draft: Draft) -> float:
    supported = any(r.kind == "genetics" and r.score >= SUPPORTED for r in draft.evidence)
    return success().relative["immune"] if supported else 1.0


def _fit(draft: Draft) -> Fit | None:
    if draft.mechanism is not None:
        return draft.mechanism.best.fit
    gene = genes().get(draft.genes[0]) if draft.genes else None
    return best_fit(gene) if gene is not None and gene.role == "driver" else None


def _flags(draft: Draft) -> tuple[str, ...]:
    found = [f"{h.gene}, {h.kind}: {h.text}" for h in hazards_of(draft.genes)]
    if not draft.gate.open:
        found.insert(0, draft.gate.reason)
    m = draft.mechanism
    if m is None:
        found.append("not in the model: no mechanism, counted as none")
        gene = genes().get(draft.genes[0]) if draft.genes else None
        if gene is None or gene.role == "unknown":
            found.append("whether a drug should inhibit or activate it is not known")
        return tuple(found)
    if m.essdai.mean > 0:
        found.append("the model says the disease would get worse")
    for share, what in (
        (m.igg_low, "IgG below 3 g/L"),
        (m.lymphopenia, "lymphocytes below 500 per µL"),
    ):
        if share >= 0.05:
            found.append(f"simulated: {what} in a further {share:.0%} of patients")
    if m.best.source.startswith("assumed") or "assumed" in m.best.source:
        found.append("what a molecule achieves is the rule of its class, not a published drug")
    return tuple(found)


def _notes(disease: Disease, until_day: date | None, effects: Effects) -> tuple[str, ...]:
    found = [disease.warning] if disease.warning else []
    if until_day is not None:
        found.append(
            f"evidence and trials up to {until_day.isoformat()}; the model's own structure and "
            "numbers, and the library of drugs, are of today and know what came later"
        )
    if effects.failed:
        found.append(f"{effects.failed} patient courses failed and are left out")
    return tuple(found)


def _provenance(
    disease: Disease,
    records: Sequence[Evidence],
    draws: Sequence[Mapping[str, float]],
    setup: Setup,
    weights: Mapping[str, float],
) -> Provenance:
    facts = [replace(r, date=None) for r in records]
    made_of = {
        "model": disease.model,
        "parameters": disease.parameters,
        "evidence": facts,
        "draws": draws,
        "setup": (setup.patients, [str(c) for c in setup.criteria], setup.seed, setup.day),
        "weights": weights,
    }
    sources = dict.fromkeys(
        (*disease.sources, *(r.source for r in records), success().source,
         open_targets_scheme().source)
    )  # fmt: skip
    return Provenance(content_hash(made_of), setup.seed, versions(), tuple(sources))
