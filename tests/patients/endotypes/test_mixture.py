"""Mixtures: what was put in is found, and marginals are exact."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from tolerogen.errors import AnalysisError
from tolerogen.patients.endotypes import Mixture, fit_mixture
from tolerogen.patients.endotypes.mixture import refit

SHARES = np.array([0.5, 0.3, 0.2])
MEANS = np.array([[0.0, 0.0, 5.0], [4.0, 1.0, 5.0], [0.0, 6.0, 9.0]])
COVARIANCE = np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 1.0]])


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, size=n, p=SHARES)
    return MEANS[truth] + rng.multivariate_normal(np.zeros(3), COVARIANCE, n), truth


def test_the_classes_that_were_put_in_are_found() -> None:
    values, truth = drawn(1500, 1)
    found = fit_mixture(values, 6, seed=1)
    assert found.shape == "tied"
    assert found.shares == pytest.approx(SHARES, abs=0.04)
    assert found.means == pytest.approx(MEANS, abs=0.2)
    assert (found.sort(values) == truth).mean() > 0.95
    assert min(found.tried, key=lambda c: c.bic).classes == 3
    again, _ = drawn(1500, 2)
    assert refit(again, found, seed=3).means == pytest.approx(MEANS, abs=0.2)


def test_one_cloud_is_one_class() -> None:
    values = np.random.default_rng(4).multivariate_normal(np.zeros(3), COVARIANCE, 800)
    assert len(fit_mixture(values, 4, seed=1).shares) == 1


@pytest.mark.parametrize("known", [[0, 1, 2], [1], [0, 2], []])
def test_probabilities_are_bayes_rule_with_the_rest_integrated_out(known: list[int]) -> None:
    mixture = Mixture("full", SHARES, MEANS, np.array([COVARIANCE, 2 * COVARIANCE, COVARIANCE]))
    point = np.array([1.0, 2.0, 6.0])[known]
    weights = SHARES.copy()
    for k in range(3):
        if known:
            inner = mixture.covariances[k][np.ix_(known, known)]
            weights[k] *= multivariate_normal(MEANS[k, known], inner).pdf(point)
    found = mixture.probabilities(point[None, :], np.array(known, dtype=np.intp))
    assert found[0] == pytest.approx(weights / weights.sum())


def test_too_few_patients_are_refused() -> None:
    with pytest.raises(AnalysisError, match="too few to sort by 3 features"):
        fit_mixture(np.zeros((20, 3)), 2, seed=1)
