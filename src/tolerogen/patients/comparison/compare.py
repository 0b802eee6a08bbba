"""Put every published value beside the same statistic of virtual patients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.patients.comparison.cohort import virtual_cohort
from tolerogen.patients.comparison.definition import read_plan
from tolerogen.patients.comparison.result import Comparison, ComparisonRow
from tolerogen.patients.comparison.statistic import ABSOLUTE, MARGINS, Reading, kind_of
from tolerogen.provenance import content_hash

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease
    from tolerogen.diseases.disease import PopulationTarget

RESAMPLES = 400


def compare_population(
    disease: Disease,
    *,
    patients: int = 4000,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Compare virtual patients with the published values of a disease.

    Parameters
    ----------
    disease
        With ``population_targets.csv`` and ``comparison.toml`` in its folder.
    patients
        Virtual patients of each kind of population; a kind with conditions of entry has a
        quarter of them.
    seed
        Of the run.
    progress
        Called with (populations done, populations in all).

    Returns
    -------
    Comparison
        A row for each published value, in the order of the file.

    Raises
    ------
    SpecError
        A file of the disease is missing or names what does not exist; fewer than 100 patients.
    """
    if patients < 100:
        raise SpecError(f"{patients} patients say nothing about shares; give at least 100.")
    plan = read_plan(disease.folder)
    kinds = {kind.id: kind for kind in plan.population}
    targets = disease.population_targets
    for target in targets:
        if target.population not in kinds:
            raise SpecError(
                f"population_targets.csv: no population '{target.population}' in "
                f"comparison.toml; {choices(target.population, kinds)}"
            )
    tables: dict[tuple[object, ...], pd.DataFrame] = {}
    sizes = {}
    for done, kind in enumerate(plan.population):
        n = max(100, patients // 4) if kind.criteria else patients
        sizes[kind.id] = n
        if kind.criteria not in tables:
            tables[kind.criteria] = virtual_cohort(disease, kind, plan, n, seed)
        if progress is not None:
            progress(done + 1, len(plan.population))
    rows = [
        _row(tables[kinds[target.population].criteria], target, number, seed, targets)
        for number, target in enumerate(targets)
    ]
    inputs = [disease.model, [asdict(t) for t in targets], asdict(plan), patients, seed]
    files = [(disease.folder / name).read_text(encoding="utf-8") for name in FILES]
    return Comparison(
        disease=disease.id,
        warning=disease.warning,
        patients=sizes,
        names={kind.id: kind.name for kind in plan.population},
        seed=seed,
        rows=tuple(rows),
        content=content_hash([inputs, files]),
    )


FILES = ("endpoints.toml", "covariates.toml", "placebo.toml")


def _row(
    table: pd.DataFrame,
    target: PopulationTarget,
    number: int,
    seed: int,
    targets: tuple[PopulationTarget, ...],
) -> ComparisonRow:
    reading = Reading.of(table, target.measure, target.statistic, target.where, target.other)
    value = reading.value()
    low = high = None
    if target.n is not None:
        drawn = reading.resampled(target.n, RESAMPLES, np.random.default_rng([seed, number]))
        drawn = drawn[~np.isnan(drawn)]
        if len(drawn):
            low, high = (float(x) for x in np.quantile(drawn, [0.025, 0.975]))
    published = [
        t.value
        for t in targets
        if (t.measure, t.population, t.statistic, t.where, t.other)
        == (target.measure, target.population, target.statistic, target.where, target.other)
    ]
    verdict = _verdict(target, value, low, high, published)
    return ComparisonRow(
        measure=target.measure,
        population=target.population,
        statistic=target.statistic,
        where=target.where,
        other=target.other,
        unit=target.unit,
        published=target.value,
        n=target.n,
        simulated=value,
        cohort_low=low,
        cohort_high=high,
        verdict=verdict,
        note=target.note if verdict != "agrees" else "",
        source=target.source,
    )


def _verdict(
    target: PopulationTarget,
    value: float,
    low: float | None,
    high: float | None,
    published: list[float],
) -> str:
    family = kind_of(target.statistic)
    margin = MARGINS[family] * (1.0 if family in ABSOLUTE else abs(target.value))
    if abs(value - target.value) <= margin:
        return "agrees"
    if low is not None and high is not None and low <= target.value <= high:
        return "agrees"
    if min(published) <= value <= max(published):
        return "between cohorts"
    return "differs"
