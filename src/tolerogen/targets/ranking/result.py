"""A ranking of targets: what every column says of each, and how steady its place is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError, choices
from tolerogen.provenance import Provenance, finite, plain
from tolerogen.targets.druggability import Fit, Gate, Hazard
from tolerogen.targets.evidence import Evidence
from tolerogen.targets.genes import Unknown
from tolerogen.targets.mechanism import Effects, Intervention, Refused, Spread
from tolerogen.targets.precedence import Precedent

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class GroupEffect:
    """Effect in one endotype: id, name, patients, change of ESSDAI."""

    id: str
    name: str
    patients: int
    essdai: Spread


@dataclass(frozen=True)
class Mechanism:
    """What the model says of the best way to hit a node.

    Attributes
    ----------
    best
        The intervention with the largest benefit times druggability.
    score
        The mechanism column: mean over parameter sets, and its 90 % interval.
    essdai, esspri, flow, antiro, igg
        Changes against no drug: points; share of own baseline for the last three.
    share_3_points
        Share of patients in whom the drug lowers ESSDAI by 3 points or more.
    igg_low, igg_moderate, lymphopenia
        Share of patients pushed below the safety thresholds (`mechanism.MARGINS`).
    endotypes
        Effect by endotype, the best first.
    others
        The other ways to hit the node: id, level, change of ESSDAI.
    """

    best: Intervention
    score: float
    score_low: float | None
    score_high: float | None
    essdai: Spread
    esspri: Spread
    flow: Spread
    antiro: Spread
    igg: Spread
    share_3_points: Spread
    igg_low: float
    igg_moderate: float
    lymphopenia: float
    endotypes: tuple[GroupEffect, ...]
    others: tuple[tuple[str, float, Spread], ...]

    @property
    def best_endotype(self) -> GroupEffect | None:
        """The endotype with the largest fall of ESSDAI; None where there are none."""
        return self.endotypes[0] if self.endotypes else None


@dataclass(frozen=True)
class Target:
    """One target of a ranking.

    Attributes
    ----------
    target
        Node of the model, or the symbol of a gene that the model does not hold.
    columns
        Scores 0 to 1 by column; None where there is nothing to say.
    composite, composite_without_precedence
        Weighted means: the second for comparisons with trials, which precedence knows.
    p_top3, p_top5, rank_low, rank_high
        Under perturbed weights and over parameter sets: probability of the place, and the 90 %
        interval of the rank.
    relative_success
        1.76 where a genome-wide significant locus points to it, else 1 (Minikel 2024, immune).
    """

    rank: int
    target: str
    name: str
    genes: tuple[str, ...]
    in_model: bool
    columns: Mapping[str, float | None]
    composite: float
    composite_without_precedence: float
    p_top3: float
    p_top5: float
    rank_low: int
    rank_high: int
    relative_success: float
    gate: Gate
    fit: Fit | None
    mechanism: Mechanism | None
    evidence: tuple[Evidence, ...]
    hazards: tuple[Hazard, ...]
    precedents: tuple[Precedent, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Ranking:
    """Targets of a disease, the highest composite first.

    Attributes
    ----------
    weights
        Of the columns.
    draws
        Where the parameter sets are from.
    unknown
        Symbols of the user's evidence that are not in the bundled set, with suggestions.
    refused
        Ways to hit a node that were not simulated, with reasons.
    notes
        What a reader must know.
    effects
        The simulations behind the mechanism column.
    """

    disease: str
    targets: tuple[Target, ...]
    weights: Mapping[str, float]
    as_of: str | None
    draws: str
    parameter_sets: int
    patients: int
    criteria: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]
    provenance: Provenance
    effects: Effects | None = field(default=None, repr=False)

    def __getitem__(self, name: str) -> Target:
        """Return a target by node, symbol or any usual name of its gene.

        Raises
        ------
        SpecError
            When it is not ranked; the message suggests names.
        """
        from tolerogen.targets.genes import resolve

        symbol = resolve(name)
        for item in self.targets:
            if item.target == name or (symbol and item.genes == (symbol,)):
                return item
        for item in self.targets:
            if item.target.lower() == name.lower() or (symbol and symbol in item.genes):
                return item
        names = [item.target for item in self.targets]
        raise SpecError(f"'{name}' is not among the targets; {choices(name, names)}")

    def frame(self) -> pd.DataFrame:
        """Return one row a target: rank, columns, composite, stability."""
        import pandas as pd

        rows = [
            {
                "rank": t.rank,
                "target": t.target,
                "modality": t.fit.modality if t.fit else None,
                **t.columns,
                "composite": t.composite,
                "composite_without_precedence": t.composite_without_precedence,
                "p_top3": t.p_top3,
                "p_top5": t.p_top5,
            }
            for t in self.targets
        ]
        return pd.DataFrame(rows).set_index("rank")

    def to_json(self) -> str:
        """Return everything but the arrays of the simulations as JSON.

        ``targets`` is the ranking; ``ways`` has every intervention that was simulated.
        """
        return json.dumps(finite(document(self)), indent=2, allow_nan=False)

    def citation(self) -> str:
        """Return every source the ranking rests on, one a line."""
        return "\n".join(self.provenance.sources)


def document(ranking: Ranking) -> dict[str, Any]:
    """Return what `Ranking.to_json` writes."""
    found = {
        name: plain(getattr(ranking, name))
        for name in (
            "disease", "weights", "as_of", "draws", "parameter_sets", "patients", "criteria",
            "notes", "unknown", "refused", "provenance",
        )
    }  # fmt: skip
    found["targets"] = [_target(item) for item in ranking.targets]
    found["ways"] = [] if ranking.effects is None else ranking.effects.rows()
    return found


def _target(item: Target) -> dict[str, Any]:
    found: dict[str, Any] = {**vars(item)}
    if item.mechanism is not None:
        found["mechanism"] = {
            **vars(item.mechanism),
            "best": {"id": item.mechanism.best.id, **vars(item.mechanism.best)},
            "others": [
                {"id": name, "level": level, "essdai": effect}
                for name, level, effect in item.mechanism.others
            ],
            "best_endotype": item.mechanism.best_endotype,
        }
    found["evidence"] = [
        {**vars(r), "date": None if r.date is None else r.date.isoformat()} for r in item.evidence
    ]
    found["precedents"] = [
        {**vars(t), "date": None if t.date is None else t.date.isoformat()} for t in item.precedents
    ]
    return {name: plain(value) for name, value in found.items()}
