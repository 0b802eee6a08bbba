"""Shares of responders against published intervals and another implementation."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tolerogen.trials.proportions import newcombe, wilson

ANCHOR = tomllib.loads(
    (Path(__file__).parents[1] / "anchors" / "newcombe_1998.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("example", ANCHOR["example"])
def test_newcombe_gives_the_published_intervals(example):
    share = newcombe(tuple(example["first"]), tuple(example["second"]))
    assert share.low == pytest.approx(example["low"], abs=ANCHOR["tolerance"])
    assert share.high == pytest.approx(example["high"], abs=ANCHOR["tolerance"])


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(successes, n, level):
    successes = min(successes, n)
    low, high = proportion_confint(successes, n, alpha=1 - level, method="wilson")
    share = wilson(successes, n, level)
    assert share.low == pytest.approx(low, abs=1e-12)
    assert share.high == pytest.approx(high, abs=1e-12)


@given(*(st.integers(0, 40) for _ in range(2)), *(st.integers(1, 40) for _ in range(2)))
def test_newcombe_agrees_with_statsmodels_and_keeps_its_bounds(a, b, n, m):
    a, b = min(a, n), min(b, m)
    share = newcombe((a, n), (b, m))
    low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
    assert share.low == pytest.approx(low, abs=1e-9)
    assert share.high == pytest.approx(high, abs=1e-9)
    assert -1 <= share.low <= share.estimate <= share.high <= 1


def test_swapping_the_arms_mirrors_the_interval():
    there, back = newcombe((9, 12), (20, 138)), newcombe((20, 138), (9, 12))
    assert there.low == pytest.approx(-back.high)
    assert there.high == pytest.approx(-back.low)


def test_nobody_left_is_unknown_not_zero():
    assert math.isnan(wilson(0, 0).estimate)
    assert math.isnan(newcombe((0, 0), (3, 10)).low)
