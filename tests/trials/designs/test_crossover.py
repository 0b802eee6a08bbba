"""Comparisons within patients: the paired t test, Williams squares, areas in closed form."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from tolerogen.trials.designs.crossover import compare_within, exposure, williams


def test_every_treatment_follows_every_other_equally_often() -> None:
    for count in (2, 3, 4, 5):
        rows = williams(count)
        assert {tuple(sorted(row)) for row in rows} == {tuple(range(count))}
        pairs = [pair for row in rows for pair in pairwise(row)]
        times = {pair: pairs.count(pair) for pair in pairs}
        assert len(times) == count * (count - 1)
        assert len(set(times.values())) == 1


def test_the_area_of_an_exponential_is_exact() -> None:
    time = np.array([0.0, 1.0, 3.0, 10.0, 40.0])
    level = 5.0 * np.exp(-0.2 * time)[None, :]
    found = exposure(time, level)
    assert found["auc"][0] == pytest.approx(25.0 * (1 - np.exp(-8.0)), rel=1e-9)
    assert found["cmax"][0] == 5.0
    rise = exposure(np.array([0.0, 2.0]), np.array([[1.0, 3.0]]))
    assert rise["auc"][0] == pytest.approx(4.0)


def test_two_periods_are_the_t_test_of_period_differences() -> None:
    """The 2 x 2 cross-over: half differences of the periods, compared between sequences."""
    random = np.random.default_rng(1)
    treatment = np.array([(0, 1), (1, 0)] * 12)
    value = random.normal(size=(24, 1)) + 0.3 * random.normal(size=(24, 2))
    value += 0.2 * (treatment == 1) + np.array([0.0, 0.5])
    gap, low, high, se, df = compare_within(value, treatment, 1, 0, 0.05)
    half = (value[:, 1] - value[:, 0]) / 2
    first = treatment[:, 0] == 0
    theirs = stats.ttest_ind(half[first], half[~first])
    assert gap == pytest.approx(half[first].mean() - half[~first].mean(), abs=1e-12)
    assert gap / se == pytest.approx(theirs.statistic, rel=1e-9)
    assert df == 22
    assert high - low == pytest.approx(2 * se * stats.t.isf(0.05, 22), rel=1e-9)


def test_effects_of_period_and_patient_do_not_matter() -> None:
    random = np.random.default_rng(2)
    treatment = np.array([williams(3)[k % 6] for k in range(18)])
    value = random.normal(size=(18, 3))
    moved = value + 10 * random.normal(size=(18, 1)) + np.array([0.0, 3.0, -2.0])
    assert compare_within(moved, treatment, 2, 1, 0.05) == pytest.approx(
        compare_within(value, treatment, 2, 1, 0.05), rel=1e-6
    )


def test_a_patient_with_a_missing_period_is_left_out() -> None:
    random = np.random.default_rng(3)
    treatment = np.array([(0, 1), (1, 0)] * 5)
    value = random.normal(size=(10, 2))
    value[8:, 1] = np.nan
    assert compare_within(value, treatment, 1, 0, 0.05) == pytest.approx(
        compare_within(value[:8], treatment[:8], 1, 0, 0.05)
    )
    assert np.isnan(compare_within(value[8:], treatment[8:], 1, 0, 0.05)[0])
