"""Leaving a trial: the published share, the exponential law, and for good."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from tolerogen.diseases import Disease
from tolerogen.errors import SpecError
from tolerogen.patients import Population, drop, dropout_days, observe, sample_population

ANCHOR = tomllib.loads(
    (Path(__file__).parents[1] / "anchors" / "placebo_arms.toml").read_text(encoding="utf-8")
)["dropout"]
N = 5000


@pytest.fixture(scope="module")
def population(sjogren: Disease) -> Population:
    return sample_population(sjogren, N, seed=3)


@pytest.mark.parametrize("role", ["placebo", "active"])
def test_the_published_share_leaves(sjogren: Disease, population: Population, role: str) -> None:
    days = dropout_days(sjogren, population, role, seed=3, horizon=ANCHOR["day"])
    left, of = ANCHOR[role]
    assert np.isfinite(days).mean() == pytest.approx(left / of, abs=0.015)


def test_a_constant_hazard_is_exponential(sjogren: Disease, population: Population) -> None:
    days = dropout_days(sjogren, population, 0.05, seed=3, horizon=200.0)
    for day in (30.0, 100.0, 200.0):
        expected = 1 - np.exp(-0.05 * day / 7)
        assert (days <= day).mean() == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(N))
    assert days[np.isfinite(days)].between(0, 200).all()


def test_nobody_leaves_without_hazard_and_a_patient_is_the_same_in_any_company(
    sjogren: Disease, population: Population
) -> None:
    assert np.isinf(dropout_days(sjogren, population, 0.0, seed=3, horizon=99.0)).all()
    everybody = dropout_days(sjogren, population, 0.2, seed=3, horizon=99.0)
    some = dropout_days(sjogren, population.take([9, 4]), 0.2, seed=3, horizon=99.0)
    assert some.equals(everybody.loc[[9, 4]])


def test_who_worsens_leaves_sooner(sjogren: Disease, population: Population) -> None:
    visits = [0.0, 28.0, 56.0, 84.0]
    seen = observe(sjogren, population, None, visits, seed=3, treated=False)
    steady = seen.assign(essdai=5.0)
    worse = steady.assign(essdai=steady["essdai"] + 10.0 * (steady["day"] > 0))
    plain = dropout_days(sjogren, population, 0.02, seed=3, horizon=84.0)
    same = dropout_days(sjogren, population, 0.02, seed=3, horizon=84.0, observations=steady)
    assert np.allclose(same, plain)
    sooner = dropout_days(sjogren, population, 0.02, seed=3, horizon=84.0, observations=worse)
    assert (sooner <= plain + 1e-9).all()
    hazard = 0.02 / 7 * (28 + 56 * np.exp(0.05 * 10))
    assert np.isfinite(sooner).mean() == pytest.approx(1 - np.exp(-hazard), abs=0.03)


def test_gone_is_gone(sjogren: Disease, population: Population) -> None:
    few = population.take(range(200))
    seen = observe(sjogren, few, None, [0.0, 28.0, 56.0, 84.0], seed=3)
    days = dropout_days(sjogren, few, 0.2, seed=3, horizon=84.0)
    kept = drop(seen, days).set_index(["patient", "day"])
    assert kept.xs(0.0, level="day").notna().all().all()
    gone = kept["essdai"].isna().unstack()
    assert gone.any().any()
    assert (gone.astype(int).diff(axis=1).iloc[:, 1:] >= 0).all().all()
    assert kept.isna().all(axis=1).equals(kept["igg"].isna())


def test_unknown_role_and_negative_hazard_are_refused(
    sjogren: Disease, population: Population
) -> None:
    with pytest.raises(SpecError, match="did you mean 'placebo'"):
        dropout_days(sjogren, population, "placeb", seed=3, horizon=84.0)
    with pytest.raises(SpecError, match="cannot be negative"):
        dropout_days(sjogren, population, -0.1, seed=3, horizon=84.0)
