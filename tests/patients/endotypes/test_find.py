"""Endotypes of the disease that comes with the package."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tolerogen.diseases import Disease
from tolerogen.errors import SpecError
from tolerogen.patients import sample_population
from tolerogen.patients.endotypes import (
    Endotypes,
    Feature,
    feature_table,
    find_endotypes,
    read_centres,
    read_endotype_plan,
)


@pytest.fixture(scope="module")
def found(sjogren: Disease) -> Endotypes:
    return find_endotypes([sjogren], patients=800, seed=1, bootstraps=2)


def test_probabilities_and_shares_add_up(found: Endotypes) -> None:
    assert len(found.classes) >= 2
    assert sum(c.share for c in found.classes) == pytest.approx(1.0)
    assert np.allclose(found.probabilities.sum(axis=1), 1.0)
    shares = [c.share for c in found.classes]
    assert shares == sorted(shares, reverse=True)
    assert found.probabilities.mean().to_numpy() == pytest.approx(shares, abs=0.02)


def test_the_seronegative_have_a_class_with_little_interferon(found: Endotypes) -> None:
    # Rotterdam (ard markup/188156): anti-Ro in 97 % with, 68 % without the interferon signature
    lowest = min(found.classes, key=lambda c: c.height["anti_ro"])
    assert lowest.height["anti_ro"] < -1.5
    assert lowest.height["interferon"] < -0.3
    assert 0.05 < lowest.share < 0.25  # anti-Ro negative: 13 % of UKPSSR


def test_stability_is_told(found: Endotypes) -> None:
    s = found.stability
    assert 0 < s.rand_low <= s.rand <= s.rand_high <= 1
    assert 0.5 < s.kept <= 1
    assert {p.share for p in found.plan.published} == {0.60, 0.57}


def test_another_measurement_of_the_same_patients(sjogren: Disease) -> None:
    population = sample_population(sjogren, 300, seed=1)
    features = read_endotype_plan(sjogren.folder).sorting
    first, second = (
        feature_table(sjogren, population, features, seed=1, look=look) for look in (0, 1)
    )
    for feature in features:
        apart = (first[feature.id] - second[feature.id]).std()
        if feature.cv:  # two independent errors
            expected = np.sqrt(2 * np.log1p(feature.cv**2))
            assert apart == pytest.approx(expected, rel=0.15), feature.id
    assert np.corrcoef(first["igg"], second["igg"])[0, 1] > 0.95


def test_centres_alone_find_the_class(found: Endotypes, tmp_path: Path) -> None:
    found.centres.write(tmp_path / "centres.csv", "made by a test")
    centres = read_centres(tmp_path / "centres.csv")
    assert centres.probabilities({}) == pytest.approx(
        {c.id: c.share for c in found.classes}, rel=1e-4
    )
    negative = min(found.classes, key=lambda c: c.height["anti_ro"])
    assert centres.probabilities({"anti_ro": 0.02})[negative.id] > 0.9
    with pytest.raises(SpecError, match="did you mean 'igg'"):
        centres.probabilities({"ig": 12.0})
    with pytest.raises(SpecError, match="must be above 0"):
        centres.probabilities({"igg": -1.0})
    (tmp_path / "broken.csv").write_text("class,label\n", encoding="utf-8")
    with pytest.raises(SpecError, match="cannot be read"):
        read_centres(tmp_path / "broken.csv")


def test_draws_of_a_posterior_move_the_classes(sjogren: Disease, found: Endotypes) -> None:
    more = tuple(
        dataclasses.replace(p, value=2 * p.value) if p.id == "IgG_0" else p
        for p in sjogren.parameters
    )
    draw = dataclasses.replace(sjogren, parameters=more)
    both = find_endotypes([sjogren, draw], patients=800, seed=1, bootstraps=0)
    assert both.draws == 2
    half = both.features["igg"].to_numpy()
    assert half[400:].mean() - half[:400].mean() == pytest.approx(np.log(2), abs=0.1)


def test_what_is_wrong_is_refused(sjogren: Disease, tmp_path: Path) -> None:
    population = sample_population(sjogren, 5, seed=1)
    with pytest.raises(SpecError, match="patients have no 'iggg'"):
        feature_table(sjogren, population, [Feature("x", "x", "iggg", "g/L")], seed=1)
    with pytest.raises(SpecError, match="has no logarithm"):
        feature_table(sjogren, population, [Feature("x", "x", "systemic", "1")], seed=1)
    with pytest.raises(SpecError, match="no parameter set"):
        find_endotypes([])
    with pytest.raises(SpecError, match=r"lacks endotypes\.toml"):
        read_endotype_plan(tmp_path)


def test_the_centres_that_come_with_the_disease(sjogren: Disease) -> None:
    centres = read_centres(sjogren.folder / "endotype_centres.csv")
    active = centres.probabilities({"interferon": 10.0, "c4": 0.08, "igg": 24.0, "rf": 150.0})
    negative = centres.probabilities({"anti_ro": 0.02, "rf": 5.0})
    assert (
        "interferon signature high"
        in dict(zip(centres.classes, centres.labels, strict=True))[
            max(active, key=lambda name: active[name])
        ]
    )
    assert (
        "anti-Ro low"
        in dict(zip(centres.classes, centres.labels, strict=True))[
            max(negative, key=lambda name: negative[name])
        ]
    )
