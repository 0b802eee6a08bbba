"""The comparison as a whole, on the disease that comes with the package."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tolerogen.diseases import Disease
from tolerogen.errors import SpecError
from tolerogen.patients.comparison import Comparison, compare_population
from tolerogen.patients.comparison.definition import Group, Scheme, read_plan
from tolerogen.patients.comparison.groups import fit_sorter


@pytest.fixture(scope="module")
def result(sjogren: Disease) -> Comparison:
    return compare_population(sjogren, patients=1000, seed=2)


def test_every_published_value_has_a_row(sjogren: Disease, result: Comparison) -> None:
    assert [row.published for row in result.rows] == [
        target.value for target in sjogren.population_targets
    ]
    assert np.isfinite([row.simulated for row in result.rows]).all()
    assert result.summary["all"]["rows"] == len(result.rows)


def test_the_fitted_score_agrees_with_the_cohort_it_was_fitted_to(result: Comparison) -> None:
    # UKPSSR (PMC5854028): the record of a fit, not a prediction
    fitted = [
        row
        for row in result.rows
        if row.measure == "essdai" and row.source.startswith("PMC5854028") and not row.where
    ]
    assert len(fitted) >= 7
    assert {row.verdict for row in fitted} == {"agrees"}


def test_serology_goes_with_interferon_as_published(result: Comparison) -> None:
    # Rotterdam (ard markup/188156): anti-Ro 97 % with, 68 % without the signature
    rows = {r.where: r for r in result.rows if r.measure == "anti_ro" and "IFN1" in r.where}
    with_it, without = rows["IFN1>q0.45"], rows["IFN1<=q0.45"]
    assert with_it.simulated - without.simulated > 0.1
    assert {with_it.verdict, without.verdict} == {"agrees"}


def test_a_difference_is_named(result: Comparison) -> None:
    for row in result.rows:
        assert bool(row.discrepancy) == (row.verdict != "agrees")
    long_tail = next(r for r in result.rows if r.population == "registry" and r.statistic == "sd")
    assert long_tail.verdict == "differs"
    assert long_tail.discrepancy.startswith("simulated lower by")


def test_the_same_seed_gives_the_same_document(sjogren: Disease, result: Comparison) -> None:
    again = compare_population(sjogren, patients=1000, seed=2)
    assert again.to_json() == result.to_json()


def test_the_document_and_the_folder(result: Comparison, tmp_path: Path) -> None:
    document = json.loads(result.to_json())
    assert document["provenance"]["seed"] == 2
    assert set(document["rows"][0]) >= {
        "measure", "population", "statistic", "published", "simulated", "verdict", "discrepancy",
        "source", "n", "where", "other", "cohort_low", "cohort_high",
    }  # fmt: skip
    folder = result.write(tmp_path / "out")
    assert {p.name for p in folder.iterdir()} == {
        "result.json", "rows.csv", "comparison.md", "comparison.svg", "comparison.png",
    }  # fmt: skip
    assert len(pd.read_csv(folder / "rows.csv")) == len(result.rows)
    page = (folder / "comparison.md").read_text(encoding="utf-8")
    assert page.count("\n| ") == len(result.rows) + len(result.patients)  # a heading a table


def test_groups_are_found_and_named() -> None:
    rng = np.random.default_rng(0)
    centres = np.array([[-3.0, -3.0], [3.0, 3.0], [3.0, -3.0]])
    truth = rng.integers(3, size=600)
    points = centres[truth] + rng.normal(size=(600, 2))
    table = pd.DataFrame(points, columns=["dry", "sore"])
    names = ("low", "high", "dry")
    scheme = Scheme(
        "s", "S", ("dry", "sore"),
        tuple(Group(n, n, tuple(np.sign(c))) for n, c in zip(names, centres, strict=True)),
        "assumed", "test",
    )  # fmt: skip
    assert (fit_sorter(table, scheme).sort(table) == truth).mean() > 0.98


def test_what_cannot_be_compared_is_refused(sjogren: Disease, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="at least 100"):
        compare_population(sjogren, patients=20)
    odd = dataclasses.replace(sjogren.population_targets[0], population="ward")
    with pytest.raises(SpecError, match="no population 'ward'"):
        compare_population(dataclasses.replace(sjogren, population_targets=(odd,)), patients=100)
    with pytest.raises(SpecError, match=r"lacks comparison\.toml"):
        read_plan(tmp_path)
