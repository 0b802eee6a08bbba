"""The ranking for one patient, and how little the markers change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.provenance import finite, plain
from tolerogen.targets.endotypes import Endotypes, disease_endotypes
from tolerogen.targets.personal.markers import Marker, read_markers
from tolerogen.targets.personal.posterior import Weights, explained, weigh
from tolerogen.targets.ranking.result import Ranking, Target
from tolerogen.targets.ranking.weights import composite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.targets.mechanism import Effects

    Array = NDArray[np.float64]

FEW = 30.0  # effective patients below which the answer says that it rests on too few
LITTLE = 1.0  # bits below which the markers are said to tell little


@dataclass(frozen=True)
class Group:
    """An endotype: share among all virtual patients, and given the markers."""

    id: str
    name: str
    before: float
    after: float


@dataclass(frozen=True)
class PersonalTarget:
    """One target for this patient.

    Attributes
    ----------
    rank, rank_before
        By the composite with this patient's mechanism, and with everybody's.
    essdai
        Expected change for patients like this one, points; `low` and `high` are its 90 % interval
        over parameter sets.
    patient_low, patient_high
        5th and 95th percentile of patients like this one: what may happen to this patient.
    essdai_before
        The same expectation without markers.
    p_best, p_best_before
        Probability that this target lowers ESSDAI most in this patient, with and without markers.
    se
        Standard error of `essdai` because few virtual patients are like this one.
    explained
        Share of the differences between patients in the effect of this target that markers of this
        kind explain at all (see `explained`), whoever the patient is.
    """

    target: str
    rank: int
    rank_before: int
    composite: float
    essdai: float
    low: float | None
    high: float | None
    se: float
    patient_low: float
    patient_high: float
    essdai_before: float
    p_best: float
    p_best_before: float
    explained: float


@dataclass(frozen=True, eq=False)
class Personal:
    """A ranking for one patient.

    Attributes
    ----------
    endotypes
        Posterior over groups beside their shares without markers.
    effective, bits
        What the answer rests on (see `Weights`).
    candidates
        Virtual patients weighed.
    warnings
        What a reader must know before anything else.
    """

    disease: str
    measured: Mapping[str, float]
    targets: tuple[PersonalTarget, ...]
    endotypes: tuple[Group, ...]
    effective: float
    bits: float
    candidates: int
    warnings: tuple[str, ...]
    draws: str

    def document(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        found: dict[str, Any] = finite(plain(vars(self)))
        return found


def personal_ranking(
    disease: Disease,
    ranking: Ranking,
    measured: Mapping[str, float],
    endotypes: Endotypes | None = None,
) -> Personal:
    """Rank targets for a patient with measured markers.

    Parameters
    ----------
    disease
        Brings ``markers.toml``.
    ranking
        From `rank_targets`, with its simulations: their patients are the candidates.
    measured
        Value by marker, in the marker's unit.
    endotypes
        Groups; those of the disease by default.

    Raises
    ------
    SpecError
        The disease has no markers, or a value is impossible.
    """
    markers = read_markers(disease.folder)
    effects = ranking.effects
    if not markers or effects is None:
        raise SpecError(
            f"disease '{disease.id}' has no markers.toml, so nothing can be said of one patient."
        )
    weights = weigh(effects.patients, markers, measured)
    groups = endotypes or disease_endotypes(disease.folder)
    rows = _targets(ranking, effects, weights, disease, measured)
    return Personal(
        disease=disease.id,
        measured=dict(measured),
        targets=rows,
        endotypes=_groups(groups, effects, weights),
        effective=weights.effective,
        bits=weights.bits,
        candidates=len(weights.share),
        warnings=_warnings(disease, markers, measured, weights, rows),
        draws=ranking.draws,
    )


def _targets(
    ranking: Ranking,
    effects: Effects,
    weights: Weights,
    disease: Disease,
    measured: Mapping[str, float],
) -> tuple[PersonalTarget, ...]:
    from tolerogen.targets.ranking.benefit import benefits

    held = [t for t in ranking.targets if t.mechanism is not None]
    places = [effects.index(t.mechanism.best.id) for t in held if t.mechanism is not None]
    mine, all_ = weights.share, np.full(len(weights.share), 1.0 / len(weights.share))
    falls = effects.measures["essdai"][:, places, :]
    scores = benefits(effects, disease.folder, mine)[:, places].mean(axis=0)
    composites = _composites(ranking, held, scores)
    best, before = _p_best(falls, mine), _p_best(falls, all_)
    typical = np.nan_to_num(np.nanmean(falls, axis=0))
    told = explained(effects.patients, read_markers(disease.folder), list(measured), typical)
    order = sorted(range(len(held)), key=lambda i: (-composites[i], held[i].target))
    ranked_before = sorted(range(len(held)), key=lambda i: held[i].rank)
    return tuple(
        _row(held[i], i, rank, ranked_before, composites, falls, mine, all_, best, before, told)
        for rank, i in enumerate(order, start=1)
    )


def _composites(ranking: Ranking, held: list[Target], scores: Array) -> list[float]:
    return [
        composite({**t.columns, "mechanism": float(score)}, ranking.weights)
        for t, score in zip(held, scores, strict=True)
    ]


def _row(
    target: Target,
    i: int,
    rank: int,
    ranked_before: list[int],
    composites: list[float],
    falls: Array,
    mine: Array,
    all_: Array,
    best: Array,
    before: Array,
    told: Array,
) -> PersonalTarget:
    values = falls[:, i, :]
    by_draw = _mean(values, mine)
    ends = np.quantile(by_draw, [0.05, 0.95]) if len(by_draw) > 1 else None
    typical = np.nanmean(values, axis=0)
    low, high = weighted_quantile(typical, mine, (0.05, 0.95))
    return PersonalTarget(
        target=target.target,
        rank=rank,
        rank_before=ranked_before.index(i) + 1,
        composite=composites[i],
        essdai=float(by_draw.mean()),
        low=None if ends is None else float(ends[0]),
        high=None if ends is None else float(ends[1]),
        se=float(np.sqrt((mine**2 * (typical - (typical * mine).sum()) ** 2).sum())),
        patient_low=low,
        patient_high=high,
        essdai_before=float(_mean(values, all_).mean()),
        p_best=float(best[i]),
        p_best_before=float(before[i]),
        explained=max(0.0, float(told[i])),
    )


def _p_best(falls: Array, weight: Array) -> Array:
    """Return how often each target lowers the score most; ties are shared, no fall is nobody's."""
    lowest = np.nanmin(falls, axis=1, keepdims=True)
    won = (falls == lowest) & (lowest < 0)
    share = won / np.maximum(won.sum(axis=1, keepdims=True), 1)
    return np.asarray((share * weight).sum(axis=2).mean(axis=0))


def _mean(values: Array, weight: Array) -> Array:
    """Return the weighted mean over patients, by draw; failed patients left out."""
    known = ~np.isnan(values)
    total = (weight * known).sum(axis=1)
    return np.asarray(np.where(known, values * weight, 0.0).sum(axis=1) / total)


def weighted_quantile(values: Array, weight: Array, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return quantiles of weighted values.

    Examples
    --------
    >>> weighted_quantile(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.8, 0.1]), (0.5,))
    (2.0,)
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    places = np.minimum(np.searchsorted(reached, shares), len(values) - 1)
    return tuple(float(values[order][place]) for place in places)


def _groups(endotypes: Endotypes | None, effects: Effects, weights: Weights) -> tuple[Group, ...]:
    if endotypes is None:
        return ()
    labels = endotypes.sort(effects.patients)
    return tuple(
        Group(
            name,
            label,
            float((labels == number).mean()),
            float(weights.share[labels == number].sum()),
        )
        for number, (name, label) in enumerate(zip(endotypes.ids, endotypes.names, strict=True))
    )


def _warnings(
    disease: Disease,
    markers: Mapping[str, Marker],
    measured: Mapping[str, float],
    weights: Weights,
    rows: tuple[PersonalTarget, ...],
) -> tuple[str, ...]:
    found = [
        f"Research only. The model is not for: {disease.not_for}" if disease.not_for else
        "Research only: not for decisions about a patient."
    ]  # fmt: skip
    found += [disease.warning] if disease.warning else []
    if weights.bits < LITTLE:
        found.append(
            f"{len(measured)} markers told {weights.bits:.1f} bits: hardly more than nothing. The "
            "ranking below is nearly that of everybody."
        )
    told = [row.explained for row in rows[:5]]
    if told:
        found.append(
            f"markers of this kind explain {min(told):.0%} to {max(told):.0%} of the differences "
            "between patients in the effect of the first five targets; the rest stays unknown"
        )
    if weights.effective < FEW:
        found.append(
            f"only {weights.effective:.0f} of {len(weights.share)} virtual patients are like this "
            "one: give more --patients, or fewer markers"
        )
    for name in weights.unusual:
        found.append(f"{markers[name].name} of {measured[name]:g} {markers[name].unit} is unusual "
                     "among virtual patients: the answer is an extrapolation")  # fmt: skip
    return tuple(found)
