"""Borrowing against conjugate closed forms, quadrature and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from tolerogen.errors import AnalysisError
from tolerogen.trials.borrowing import Mixture, borrowing_characteristics, map_prior

ONE = Mixture(np.array([1.0]), np.array([2.0]), np.array([0.5]))
TWO = Mixture(np.array([0.3, 0.7]), np.array([-1.0, 2.0]), np.array([0.5, 1.5]))


def test_one_normal_is_conjugate() -> None:
    after = ONE.update(3.0, 1.0)
    assert after.mean == pytest.approx((2 / 0.25 + 3) / (1 / 0.25 + 1))
    assert after.sd == pytest.approx((1 / 0.25 + 1) ** -0.5)
    assert ONE.quantile(0.975) == pytest.approx(norm.ppf(0.975, 2, 0.5))
    assert ONE.patients(4.0) == pytest.approx(16 / 0.25, rel=1e-6)


def test_a_mixture_is_bayes_by_quadrature() -> None:
    def joint(x: float) -> float:
        return float(TWO.density(x)[0] * norm.pdf(0.4, x, 0.8))

    total = quad(joint, -15, 20)[0]
    after = TWO.update(0.4, 0.8)
    assert after.mean == pytest.approx(quad(lambda x: x * joint(x), -15, 20)[0] / total, abs=1e-8)
    assert after.below(0.5) == pytest.approx(quad(joint, -15, 0.5)[0] / total, abs=1e-8)
    assert TWO.below(0.7) == pytest.approx(quad(lambda x: TWO.density(x)[0], -15, 0.7)[0])
    moment = quad(lambda x: (x - TWO.mean) ** 2 * TWO.density(x)[0], -15, 20)[0]
    assert TWO.sd == pytest.approx(np.sqrt(moment))


def test_map_prior_is_the_hierarchical_model_by_quadrature() -> None:
    """The predictive mean and variance by a double integral over common mean and spread."""
    y, s, scale = np.array([1.0, 2.5, 1.6]), np.array([0.4, 0.5, 0.3]), 0.8

    nodes, mass = np.polynomial.legendre.leggauss(300)
    mu, tau = 2.0 + 8.0 * nodes[:, None], 2.0 * (nodes[None, :] + 1.0)
    spread = np.sqrt(s**2 + tau[..., None] ** 2)
    weight = np.prod(norm.pdf(y, mu[..., None], spread), axis=2) * norm.pdf(tau, 0, scale)
    weight *= mass[:, None] * mass[None, :]
    first = (mu * weight).sum() / weight.sum()
    second = ((mu**2 + tau**2) * weight).sum() / weight.sum()
    prior = map_prior(y, s, scale)
    assert prior.mean == pytest.approx(first, abs=1e-5)
    assert prior.sd == pytest.approx(np.sqrt(second - first**2), abs=1e-4)


def test_trials_that_agree_are_pooled() -> None:
    s = np.array([0.4, 0.5, 0.3])
    tight = map_prior([1.0, 1.0, 1.0], s, 1e-6)
    assert tight.sd == pytest.approx((1 / s**2).sum() ** -0.5, rel=1e-4)
    assert map_prior([1.0, 1.0, 1.0], s, 1.0).sd > tight.sd
    assert map_prior([0.0, 1.0, 2.0], s, 1.0).sd > map_prior([1.0, 1.0, 1.0], s, 1.0).sd


def test_order_of_trials_does_not_matter() -> None:
    one = map_prior([1.0, 2.0, 3.0], [0.3, 0.4, 0.5], 1.0)
    other = map_prior([3.0, 1.0, 2.0], [0.5, 0.3, 0.4], 1.0)
    assert one.means == pytest.approx(other.means)
    assert one.weights == pytest.approx(other.weights)


def test_robust_prior_lets_go() -> None:
    prior = map_prior([-2.0, -2.2, -1.9], [0.3, 0.3, 0.3], 0.5)
    robust = prior.robust(0.2, sd=5.0)
    assert robust.weights.sum() == pytest.approx(1.0)
    assert robust.update(4.0, 0.5).mean == pytest.approx(4.0, abs=0.1)
    assert prior.update(4.0, 0.5).mean < 3.5
    assert robust.update(-2.0, 0.5).sd < 0.4
    assert 0 < robust.patients(5.0) < prior.patients(5.0)
    assert robust.update(1e6, 0.5).weights.sum() == pytest.approx(1.0)


def test_without_history_it_is_a_z_test() -> None:
    vague = Mixture(np.array([1.0]), np.array([0.0]), np.array([1e4]))
    found = borrowing_characteristics(vague, 5.0, 50, 50, [0.0, 3.0], effect=-3.0, trials=2000)
    exact = norm.cdf(3.0 / (5.0 * np.sqrt(2 / 50)) - norm.isf(0.025))
    for row in found.to_dict("records"):
        assert row["type_one"] == pytest.approx(0.025, abs=3 * np.sqrt(0.025 * 0.975 / 2000))
        assert row["power"] == pytest.approx(exact, abs=3 * np.sqrt(0.25 / 2000))


def test_borrowing_pays_where_history_holds() -> None:
    prior = map_prior([-2.0, -2.2, -1.9, -2.1], [0.3] * 4, 0.3).robust(0.2, sd=5.0)
    vague = Mixture(np.array([1.0]), np.array([0.0]), np.array([1e4]))
    more = borrowing_characteristics(prior, 5.0, 25, 50, [-2.0], effect=-3.0, trials=1000)
    none = borrowing_characteristics(vague, 5.0, 25, 50, [-2.0], effect=-3.0, trials=1000)
    assert more["power"].iloc[0] > none["power"].iloc[0] + 0.05


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: map_prior([1.0], [1.0], 1.0), "two earlier arms"),
        (lambda: map_prior([1.0, 2.0], [1.0, 0.0], 1.0), "above 0"),
        (lambda: ONE.robust(1.5, sd=1.0), "between 0 and 1"),
        (lambda: ONE.update(1.0, 0.0), "standard error"),
        (lambda: ONE.quantile(1.0), "between 0 and 1"),
        (lambda: borrowing_characteristics(ONE, 0.0, 1, 1, [0.0], -1.0), "above 0"),
    ],
)
def test_refusals(call: object, match: str) -> None:
    with pytest.raises(AnalysisError, match=match):
        call()
