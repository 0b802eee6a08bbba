"""A fast stand-in for the simulation: each outcome as a sparse polynomial of the parameters.

Linear and squared terms of all free parameters, products of those that matter most; which terms
stay is decided by the lasso with cross-validation, their size by ridge regression on the terms
that stayed. Outcomes of a set are noisy (64 patients), a polynomial averages over sets. Method:
sparse polynomial chaos (Blatman and Sudret, J Comput Phys 2011;230:2345).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.calibration.threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PRODUCTS = 14  # parameters whose products are offered
FOLDS = 5


@dataclass(frozen=True, eq=False)
class Emulator:
    """Polynomials of the scores, one an outcome.

    Attributes
    ----------
    pairs
        Parameters multiplied, shape (products, 2).
    weights
        Shape (terms, outcomes), the constant first.
    r2
        Share of the variance between sets explained in sets that were left out, an outcome each.
    noise
        SD of the outcomes around the polynomial, an outcome each: patients, and what it misses.
    """

    pairs: NDArray[np.intp]
    weights: Array
    r2: Array
    noise: Array

    def __call__(self, scores: Array) -> Array:
        """Return the outcomes, shape (sets, outcomes), of scores (sets, free)."""
        return np.asarray(_terms(scores, self.pairs) @ self.weights)


def _terms(scores: Array, pairs: NDArray[np.intp]) -> Array:
    ones = np.ones((len(scores), 1))
    products = scores[:, pairs[:, 0]] * scores[:, pairs[:, 1]]
    return np.hstack([ones, scores, scores**2 - 1.0, products])


def fit(scores: Array, outcomes: Array, seed: int) -> Emulator:
    """Fit the polynomials.

    Parameters
    ----------
    scores
        Shape (sets, free).
    outcomes
        Shape (sets, outcomes); sets with a missing value are left out of that outcome.
    """
    pairs = _pairs(scores, outcomes)
    terms = _terms(scores, pairs)
    weights = np.zeros((terms.shape[1], outcomes.shape[1]))
    r2, noise = np.zeros(outcomes.shape[1]), np.zeros(outcomes.shape[1])
    with one_thread():
        for i in range(outcomes.shape[1]):
            known = np.isfinite(outcomes[:, i])
            x, y = terms[known], outcomes[known, i]
            weights[:, i], kept = _sparse(x, y, seed)
            left = _left_out(x[:, kept], y, seed)
            noise[i] = left.std()
            r2[i] = 1 - left.var() / y.var() if y.var() > 0 else 1.0
    return Emulator(pairs, weights, r2, noise)


def _pairs(scores: Array, outcomes: Array) -> NDArray[np.intp]:
    """Return the products of the parameters with the largest linear effects over all outcomes."""
    filled = np.where(np.isfinite(outcomes), outcomes, np.nanmean(outcomes, axis=0))
    scale = np.maximum(filled.std(axis=0), 1e-12)
    slopes = scores.T @ ((filled - filled.mean(axis=0)) / scale) / len(scores)
    strongest = np.argsort(-np.abs(slopes).max(axis=1))[:PRODUCTS]
    return np.array(list(combinations(sorted(strongest), 2)), dtype=np.intp)


def _sparse(x: Array, y: Array, seed: int) -> tuple[Array, NDArray[np.intp]]:
    from sklearn.linear_model import LassoCV

    middle, scale = y.mean(), max(float(y.std()), 1e-12)
    lasso = LassoCV(cv=FOLDS, random_state=seed, alphas=30, max_iter=5000)
    lasso.fit(x[:, 1:], (y - middle) / scale)
    kept = np.concatenate([[0], 1 + np.flatnonzero(lasso.coef_)]).astype(np.intp)
    weights = np.zeros(x.shape[1])
    weights[kept] = _ridge(x[:, kept], y)
    return weights, kept


def _ridge(x: Array, y: Array) -> Array:
    penalty = np.eye(x.shape[1])
    penalty[0, 0] = 0.0  # the constant is free
    return np.asarray(np.linalg.solve(x.T @ x + penalty, x.T @ y))


def _left_out(x: Array, y: Array, seed: int) -> Array:
    """Return errors of sets in folds that did not take part in their prediction."""
    order = np.random.default_rng(seed).permutation(len(y))
    error = np.empty_like(y)
    for part in np.array_split(order, FOLDS):
        rest = np.setdiff1d(order, part)
        error[part] = y[part] - x[part] @ _ridge(x[rest], y[rest])
    return error
