"""Figures of a comparison, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from tolerogen.trials.validation import Forecast, Outcome, naive, score, spreads


def outcome(difference, trial="a", metric="essdai", won=None):
    return Outcome(trial, "arm", metric, 24, difference, 1.0, None, None, None, won)


def forecast(centre, half=2.0, chance=0.5):
    return Forecast(
        centre, (centre - half / 2, centre + half / 2), (centre - half, centre + half), chance
    )


def test_four_arms_by_hand():
    pairs = [
        (forecast(-1.0, chance=0.2), outcome(-2.0, won=False)),  # inside both, at the edge of 50 %
        (forecast(-2.0, chance=0.9), outcome(-4.5, won=True)),  # outside
        (forecast(-3.0, chance=0.6), outcome(-1.5, won=None)),  # inside 90 % only
        (forecast(-0.5, chance=0.1), outcome(0.5, won=False)),  # other sign
    ]
    found = score(pairs)
    assert found.n == 4
    assert found.coverage90 == 0.75
    assert found.coverage50 == 0.5
    assert found.mean_absolute_error == pytest.approx((1 + 2.5 + 1.5 + 1) / 4)
    assert found.bias == pytest.approx((1 + 2.5 - 1.5 - 1) / 4)
    assert found.sign_agreement == 0.75
    assert found.n_brier == 3
    assert found.brier == pytest.approx((0.04 + 0.01 + 0.01) / 3)
    # ranks predicted 3 2 1 4, published 2 1 3 4: 1 - 6 x (1 + 1 + 4 + 0) / (4 x 15)
    assert found.rank_correlation == pytest.approx(0.4)


def test_nothing_to_compare_gives_no_figures():
    found = score([])
    assert found.n == 0
    assert found.coverage90 is None
    assert found.rank_correlation is None


def test_equal_predictions_have_no_rank():
    pairs = [(forecast(-1.0), outcome(d)) for d in (-1.0, -2.0, 0.0)]
    assert score(pairs).rank_correlation is None


def test_the_naive_model_is_the_mean_of_the_other_trials_of_the_metric():
    others = [
        outcome(-1.0, "b", won=False),
        outcome(-2.0, "c", won=True),
        outcome(-6.0, "d", won=True),
        outcome(-50.0, "a"),
        outcome(9.0, "e", metric="esspri"),
    ]
    found = naive(outcome(-50.0, "a"), others)
    assert found.predicted == -3.0
    assert found.p_significant == pytest.approx(2 / 3)
    # the next of a normal sample of three: sd = sqrt(7), two degrees of freedom
    half = t.ppf(0.95, 2) * np.sqrt(7) * np.sqrt(4 / 3)
    assert found.pi90 == pytest.approx((-3 - half, -3 + half))


def test_the_naive_model_does_not_look_at_the_arm_itself():
    others = [outcome(-1.0, "b"), outcome(-2.0, "c")]
    assert naive(outcome(7.0), others) == naive(outcome(-7.0), others)


def test_a_metric_of_its_own_falls_back_on_all():
    others = [outcome(-1.0, "b"), outcome(-2.0, "c")]
    assert naive(outcome(-3.0, metric="clinessdai"), others).predicted == -1.5
    assert naive(outcome(-3.0), [outcome(-3.0)]) is None


def test_spread_splits_by_analysis_of_variance():
    # within: (2 + 2) / 2 = 2; mean square between 2 x (4 + 4) / 1 = 16; between (16 - 2) / 2 = 7
    within, between = spreads([np.array([1.0, 3.0]), np.array([5.0, 7.0])])
    assert (within, between) == pytest.approx((2**0.5, 7**0.5))
    assert spreads([np.array([1.0]), np.array([2.0])]) == (None, None)


def test_spreads_are_recovered_from_a_known_mixture():
    rng = np.random.default_rng(0)
    groups = [rng.normal(mean, 1.5, 40) for mean in rng.normal(0, 0.8, 400)]
    within, between = spreads(groups)
    assert within == pytest.approx(1.5, rel=0.02)
    assert between == pytest.approx(0.8, rel=0.1)
