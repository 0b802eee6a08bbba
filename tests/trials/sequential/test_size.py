"""Sample sizes against rpact; re-estimation against its definition and by simulation."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tolerogen.errors import AnalysisError
from tolerogen.trials.sequential import (
    blinded_size,
    conditional_power,
    inverse_normal,
    power_means,
    promising_zone,
    sample_size_means,
    sample_size_proportions,
)

FILE = Path(__file__).parents[2] / "anchors" / "sample_size.toml"
ANCHOR = tomllib.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ANCHOR["means"])
def test_means(row: dict) -> None:
    total = sample_size_means(row["difference"], row["sd"])
    assert total == pytest.approx(row["total"], abs=ANCHOR["tolerance"])
    assert power_means(total, row["difference"], row["sd"]) == pytest.approx(0.8)


@pytest.mark.parametrize("row", ANCHOR["proportions"])
def test_proportions(row: dict) -> None:
    ours = sample_size_proportions(row["active"], row["control"])
    assert ours == pytest.approx(row["total"], abs=ANCHOR["tolerance"])


def test_unequal_groups_cost_more() -> None:
    assert sample_size_means(2, 5, ratio=2) > sample_size_means(2, 5)
    assert sample_size_means(2, 5, ratio=2) == pytest.approx(sample_size_means(2, 5, ratio=0.5))
    swapped = sample_size_proportions(0.45, 0.6, ratio=0.5)
    assert sample_size_proportions(0.6, 0.45, ratio=2) == pytest.approx(swapped)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: sample_size_means(0, 1), "other than 0"),
        (lambda: sample_size_means(1, -1), "sd above 0"),
        (lambda: sample_size_means(1, 1, alpha=0.7), "alpha"),
        (lambda: sample_size_means(1e-7, 1), "no trial"),
        (lambda: sample_size_proportions(0.5, 0.5), "must differ"),
        (lambda: blinded_size([1.0, 2.0], 1.0), "wait"),
        (lambda: blinded_size([1.0, 1.1, 1.0, 1.1], 10.0), "smaller than"),
        (lambda: conditional_power(1, 1.5, 2), "between 0 and 1"),
    ],
)
def test_refusals(call: object, match: str) -> None:
    with pytest.raises(AnalysisError, match=match):
        call()


def test_blinded_size_recovers_the_standard_deviation() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=200_000) * 5 + 2.0 * (np.arange(200_000) % 2)
    assert blinded_size(values, 2.0) == pytest.approx(sample_size_means(2.0, 5.0), rel=0.02)


def test_conditional_power_by_simulation() -> None:
    random = np.random.default_rng(2)
    second = 1.5 * np.sqrt(0.6 * 1.7) + random.normal(size=200_000)
    combined = np.sqrt(0.4) * 1.2 + np.sqrt(0.6) * second
    exact = conditional_power(1.2, 0.4, 1.96, drift=1.5, growth=1.7)
    assert exact == pytest.approx((combined > 1.96).mean(), abs=0.005)


def test_promising_zone() -> None:
    growth = promising_zone(1.2, 0.5, 1.96, target=0.8, largest=10)
    assert conditional_power(1.2, 0.5, 1.96, growth=growth) == pytest.approx(0.8)
    assert promising_zone(3.0, 0.5, 1.96) == 1.0
    assert promising_zone(-1.0, 0.5, 1.96) == 1.0
    assert promising_zone(1.2, 0.5, 1.96, largest=1.5) == 1.5


def test_adapting_the_size_keeps_the_type_one_error() -> None:
    """20,000 null trials whose second stage grows when promising, combined by fixed weights."""
    random = np.random.default_rng(4)
    hits, trials = 0, 20_000
    first, noise = random.normal(size=(2, trials))
    critical = norm.isf(0.025)
    grown = 0
    for one, two in zip(first, noise, strict=True):
        # whatever the growth, the second stage is standard normal without an effect
        grown += promising_zone(one, 0.5, critical) > 1
        hits += inverse_normal([one, two], [1, 1]) > critical
    assert grown > 200
    assert hits / trials == pytest.approx(0.025, abs=3 * np.sqrt(0.025 * 0.975 / trials))
