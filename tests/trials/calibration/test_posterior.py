"""Chains and weights against a posterior known in closed form; the likelihood by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from tests.trials.calibration import linear

from tolerogen.trials.calibration import log_likelihoods, sample, weigh
from tolerogen.trials.calibration.emulator import fit
from tolerogen.trials.calibration.inputs import Likelihood, Sampling
from tolerogen.trials.calibration.weighting import around

SAMPLING = Sampling(walkers=64, steps=1500, burn_in=300, draws=4000, source="made for this test")


def test_chains_find_the_posterior_of_a_linear_model() -> None:
    found = sample(linear.emulator(), linear.OBSERVED, linear.LIKELIHOOD, SAMPLING, 3, seed=1)
    mean, covariance = linear.posterior([0, 1])
    error = 5 / np.sqrt(found.effective)
    assert found.effective > 500
    assert found.draws.mean(axis=0) == pytest.approx(mean, abs=error)
    assert np.cov(found.draws.T) == pytest.approx(covariance, abs=2 * error)


def test_a_mechanism_left_out_tells_nothing() -> None:
    found = sample(
        linear.emulator(), linear.OBSERVED, linear.LIKELIHOOD, SAMPLING, 3, seed=1, without="B"
    )
    mean, _ = linear.posterior([0])
    assert found.draws.mean(axis=0) == pytest.approx(mean, abs=5 / np.sqrt(found.effective))


def test_the_same_seed_gives_the_same_chains() -> None:
    short = Sampling(walkers=16, steps=30, burn_in=10, draws=50, source="made for this test")
    one, two = (
        sample(linear.emulator(), linear.OBSERVED, linear.LIKELIHOOD, short, 3, seed=3)
        for _ in range(2)
    )
    assert np.array_equal(one.draws, two.draws)


def test_weights_find_the_same_posterior() -> None:
    scores = np.random.default_rng(1).standard_normal((40_000, 3))
    found = weigh(
        scores, linear.emulator()(scores), np.zeros(2), linear.OBSERVED, linear.LIKELIHOOD
    )
    mean, _ = linear.posterior([0, 1])
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights @ scores == pytest.approx(mean, abs=5 / np.sqrt(found.effective))


def test_weights_allow_for_where_sets_were_drawn() -> None:
    rng = np.random.default_rng(4)
    mean, covariance = linear.posterior([0, 1])
    near = around(rng.multivariate_normal(mean, covariance, 2000), 0.5)
    scores = np.vstack([rng.standard_normal((10_000, 3)), near.draw(10_000, seed=5)])
    outcomes = linear.emulator()(scores)
    found = weigh(scores, outcomes, np.zeros(2), linear.OBSERVED, linear.LIKELIHOOD, near)
    assert found.effective > 8000
    assert found.weights @ scores == pytest.approx(mean, abs=5 / np.sqrt(found.effective))


def test_a_polynomial_is_found_again() -> None:
    rng = np.random.default_rng(2)
    scores = rng.standard_normal((600, 8))
    truth = 1 + scores[:, 0] - 0.5 * scores[:, 1] ** 2 + 0.7 * scores[:, 0] * scores[:, 2]
    outcomes = np.column_stack([truth, truth + rng.normal(0, 0.3, 600)])
    found = fit(scores, outcomes, seed=1)
    new = rng.standard_normal((200, 8))
    expected = 1 + new[:, 0] - 0.5 * new[:, 1] ** 2 + 0.7 * new[:, 0] * new[:, 2]
    assert found.r2[0] > 0.999
    assert found(new)[:, 1] == pytest.approx(expected, abs=0.25)
    assert found.noise[1] == pytest.approx(0.3, rel=0.15)


def test_what_was_reported_in_words_counts_by_its_chance() -> None:
    nothing = linear.observation(0.0, 2.0, "no_difference")
    fell = linear.observation(1.0, 0.1, "falls")
    number = linear.observation(-2.0, 1.5)
    settings = Likelihood(2.0, 0.0, 0.0, "assumed")
    found = log_likelihoods(np.array([[-1.0, -0.2, 0.5]]), (nothing, fell, number), settings)[0]
    sd = np.hypot(2.0, 2.0)
    inside = norm.cdf(1.959964 + 1 / sd) - norm.cdf(-1.959964 + 1 / sd)
    assert found[0] == pytest.approx(np.log(inside), rel=1e-6)
    assert found[1] == pytest.approx(np.log(norm.cdf(2.0)))
    assert found[2] == pytest.approx(-0.5 * (2.5 / 2.5) ** 2)
