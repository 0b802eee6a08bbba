"""Treat the same patients with one therapy after the other and tell who is helped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints
from tolerogen.errors import SpecError, choices
from tolerogen.patients import Criterion
from tolerogen.patients.first_visit import first_visit
from tolerogen.provenance import content_hash
from tolerogen.trials.benefit.enrichment import Costs, designs
from tolerogen.trials.benefit.groups import Benefits, deciles, group_benefit, join
from tolerogen.trials.benefit.result import BenefitResult, TherapyBenefit
from tolerogen.trials.benefit.rule import grow_rule, predict_benefit
from tolerogen.trials.benefit.twins import Enrolled, Twins, enrol, twins

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease
    from tolerogen.diseases.endpoints import Score
    from tolerogen.patients.endotypes import Endotypes
    from tolerogen.therapies import Regimen, Therapy

TRIALS = 8  # small trials a parameter set: each has its own placebo response
LOOKS = 4
ENTRY = (Criterion("essdai", minimum=5.0),)


@dataclass(frozen=True)
class Given:
    """A therapy with its regimen."""

    therapy: Therapy
    regimen: Regimen


def who_benefits(
    diseases: Sequence[Disease],
    endotypes: Endotypes,
    therapies: Sequence[str],
    *,
    patients: int = 1000,
    week: float = 24.0,
    measure: str = "essdai",
    entry: Sequence[Criterion] = ENTRY,
    costs: Costs | None = None,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> BenefitResult:
    """Tell which therapy helps whom.

    Parameters
    ----------
    diseases
        The disease, or the same disease under draws of a posterior; patients are shared evenly.
    endotypes
        Classes, from `tolerogen.patients.endotypes.find_endotypes`.
    therapies
        Names of the library with a studied regimen, ``nipocalimab:dahlias_15``; the first
        regimen where none is named.
    patients
        Patients treated with each therapy, in all.
    week
        Visit at which benefit is told.
    measure
        A score of the disease, of which less is better.
    entry
        Conditions of entry.
    costs
        For trials at equal cost; None leaves them out.
    seed
        Of the run.
    progress
        Called with (courses done, courses in all).

    Raises
    ------
    SpecError
        An unknown therapy, regimen or score, or conditions that hardly anybody meets.
    SimulationError
        What the engine refuses.
    """
    day = 7.0 * week
    score = _score(diseases[0], measure)
    given = [_given(text) for text in therapies]
    each = max(2, -(-patients // (len(diseases) * TRIALS)))
    tell = progress or (lambda _done, _all: None)
    steps, done = len(diseases) * len(given), 0
    benefits: list[list[Benefits]] = [[] for _ in given]
    markers, classes, screened = [], [], 0
    for draw, disease in enumerate(diseases):
        trials = [
            enrol(
                disease, each, seed=seed, replicate=draw * TRIALS + k, criteria=entry, day=day,
                looks=LOOKS,
            )
            for k in range(TRIALS)
        ]  # fmt: skip
        screened += sum(trial.population.screened for trial in trials)
        markers += [_markers(trial, endotypes, seed, draw * TRIALS + k) for k, trial in
                    enumerate(trials)]  # fmt: skip
        classes += [endotypes.classify(disease, trial.population, seed=seed) for trial in trials]
        for place, item in enumerate(given):
            seen = twins(trials, item.therapy, item.regimen, measure)
            benefits[place] += [_benefits(pair, score.improvement, draw) for pair in seen]
            done += 1
            tell(done, steps)
    table, belongs = _concat(markers), _concat(classes)
    enrolled = len(table)
    rows = tuple(
        _tell(item, join(parts), table, belongs, enrolled / screened, costs, seed)
        for item, parts in zip(given, benefits, strict=True)
    )
    return BenefitResult(
        endotypes=endotypes,
        measure=measure,
        improvement=score.improvement,
        week=week,
        patients=enrolled,
        screened=screened,
        draws=len(diseases),
        entry=tuple(str(criterion) for criterion in entry),
        costs=costs,
        therapies=rows,
        seed=seed,
        content=content_hash(
            {
                "endotypes": endotypes.content,
                "therapies": [asdict(item) for item in given],
                "patients": [patients, week, measure, [str(c) for c in entry], seed],
                "costs": costs,
                "sets": [disease.parameters for disease in diseases],
            }
        ),
    )


def _score(disease: Disease, measure: str) -> Score:
    scores = {score.id: score for score in read_endpoints(disease.folder).score}
    if measure not in scores:
        raise SpecError(f"'{measure}' is not a score of the disease; {choices(measure, scores)}")
    return scores[measure]


def _given(text: str) -> Given:
    from tolerogen.therapies import load_therapy

    name, _, regimen = text.partition(":")
    therapy = load_therapy(name.strip())
    if regimen.strip():
        return Given(therapy, therapy.regimen(regimen.strip()))
    if not therapy.regimens:
        raise SpecError(f"therapy '{name}' has no studied regimen in the library.")
    return Given(therapy, therapy.regimens[0])


def _markers(trial: Enrolled, endotypes: Endotypes, seed: int, replicate: int) -> pd.DataFrame:
    """Return what a clinic knows at entry: markers in natural units, levels of the domains."""
    seen = first_visit(trial.disease, trial.population, seed=seed, replicate=replicate)
    endpoints = read_endpoints(trial.disease.folder)
    columns = {f.name: f.column for f in endotypes.plan.markers}
    columns |= {f"{d.name} (level)": endpoints.level_column(d.id) for d in endpoints.domain}
    table = seen[list(columns.values())].copy()
    table.columns = list(columns)
    return table


def _benefits(pair: Twins, improvement: float, draw: int) -> Benefits:
    import warnings

    benefit = pair.benefit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a patient whose simulation failed
        more = pair.responds(pair.drug, improvement) - pair.responds(pair.placebo, improvement)
        return Benefits(
            benefit=benefit.mean(axis=1),
            helped=np.where(np.isnan(benefit), np.nan, benefit >= improvement).mean(axis=1),
            more=np.where(np.isnan(benefit), np.nan, more).mean(axis=1),
            drug_change=pair.drug[:, 0] - pair.start[:, 0],
            placebo_change=pair.placebo[:, 0] - pair.start[:, 0],
            draw=np.full(len(benefit), draw, dtype=np.int64),
        )


def _tell(
    given: Given,
    benefits: Benefits,
    markers: pd.DataFrame,
    belongs: pd.DataFrame,
    acceptance: float,
    costs: Costs | None,
    seed: int,
) -> TherapyBenefit:
    whole = ~np.isnan(benefits.benefit)
    kept = benefits.take(whole)
    table, weights = markers[whole], belongs[whole]
    predicted = predict_benefit(table, kept.benefit, seed=seed)
    return TherapyBenefit(
        therapy=given.therapy.id,
        target=given.therapy.target,
        regimen=given.regimen.name,
        failed=int((~whole).sum()),
        everybody=group_benefit("all", np.ones(len(table)), kept),
        groups=tuple(
            group_benefit(str(name), weights[name].to_numpy(dtype=float), kept)
            for name in weights.columns
        ),
        deciles=deciles(predicted, kept),
        rule=grow_rule(table, kept, seed=seed),
        designs=() if costs is None else designs(predicted, kept, acceptance, costs),
    )


def _concat(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(parts)
