"""Contrasts that see a shape best, and the test of several of them at once.

Under a shape with means ``m`` and dose estimates of covariance ``S``, the contrast with the
largest signal is ``S^-1 (m - weighted mean of m)``. Contrasts of similar shapes are correlated; the
critical value of the largest statistic is a quantile of the multivariate t distribution. It is
computed by quadrature over directions: in a given direction the length of the vector has a known
distribution, so that only the directions need a (deterministic) point set.

References
----------
Bretz F, Pinheiro JC, Branson M, Biometrics 2005;61:738 (doi:10.1111/j.1541-0420.2005.00344.x);
Pinheiro J, Bornkamp B, Glimm E, Bretz F, Stat Med 2014;33:1646 (doi:10.1002/sim.6052).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtr, chdtrc, fdtr, fdtrc, ndtr, ndtri
from scipy.stats import chi2, norm, qmc, t

from tolerogen.errors import AnalysisError
from tolerogen.trials.dosefinding.shapes import Candidate

Array = np.ndarray
POINTS = 14  # of the point set of a power, as a power of two
DIRECTIONS = 16  # of the point set of a tail; each is taken with its opposite
FLAT = 1e-10  # relative eigenvalue below which a direction is none


def optimal_contrasts(
    candidates: Sequence[Candidate],
    doses: Sequence[float] | Array,
    sizes: Sequence[float] | Array | None = None,
    covariance: Array | None = None,
    decreasing: bool = False,
) -> Array:
    """Return one column a candidate: weights on the doses, of length 1 and sum 0.

    Parameters
    ----------
    candidates
        Shapes with guesses.
    doses
        Doses in rising order, the first 0.
    sizes
        Patients a dose; equal when None.
    covariance
        Of the estimates of the doses, in place of `sizes`: for estimates from a model.
    decreasing
        Whether a fall of the response is good; contrasts are then positive for a fall.

    Raises
    ------
    AnalysisError
        Fewer than two doses, doses that do not rise, no candidates, a candidate without contrast.
    """
    dose = check_doses(doses)
    if not candidates:
        raise AnalysisError("MCP-Mod needs one candidate shape or more.")
    inverse = _precision(len(dose), sizes, covariance)
    columns = []
    for candidate in candidates:
        means = candidate.means(dose) * (-1.0 if decreasing else 1.0)
        ones = inverse.sum(axis=1)
        weights = inverse @ (means - (means @ ones) / ones.sum())
        length = float(np.linalg.norm(weights))
        if not length > 1e-12:
            raise AnalysisError(f"candidate '{candidate.name}' gives no contrast between doses.")
        columns.append(weights / length)
    return np.column_stack(columns)


def check_doses(doses: Sequence[float] | Array) -> Array:
    """Return doses as an array; refuse what is no dose ranging."""
    dose = np.asarray(doses, dtype=float)
    if len(dose) < 2 or (np.diff(dose) <= 0).any() or dose[0] < 0:
        raise AnalysisError(
            f"doses are {dose.tolist()}; a dose-ranging trial needs two or more, rising, none "
            "below 0."
        )
    return dose


def contrast_correlation(contrasts: Array, covariance: Array) -> Array:
    """Return the correlation of contrast estimates, from the covariance of the doses."""
    spread = contrasts.T @ covariance @ contrasts
    sd = np.sqrt(np.diag(spread))
    return np.asarray(spread / np.outer(sd, sd))


def max_p(statistic: float, correlation: Array, df: float = math.inf) -> float:
    """Return the probability that the largest of several correlated statistics exceeds one.

    Parameters
    ----------
    statistic
        Value to exceed.
    correlation
        Of the statistics; may be singular.
    df
        Degrees of freedom of the variance; infinite when it is known.
    """
    root = _root(correlation)
    return _tail(statistic, root, _reach(root), df)


def max_critical(correlation: Array, alpha: float = 0.025, df: float = math.inf) -> float:
    """Return the value that the largest of several correlated statistics exceeds at `alpha`."""
    if not 0 < alpha < 0.5:
        raise AnalysisError(f"alpha is {alpha:g}; a one-sided level lies between 0 and 0.5.")
    low = float(t.isf(alpha, df) if np.isfinite(df) else norm.isf(alpha))

    root = _root(correlation)
    reach = _reach(root)

    def excess(value: float) -> float:
        return _tail(value, root, reach, df) - alpha

    return float(brentq(excess, low - 0.1, low * 10, xtol=1e-7))


def max_power(mean: Array, correlation: Array, critical: float, df: float = math.inf) -> float:
    """Return the probability that the largest statistic exceeds `critical` under an effect.

    Parameters
    ----------
    mean
        Noncentrality of each statistic.
    correlation, df
        As in `max_p`.
    critical
        Bound of the test.
    """
    root = _root(correlation)
    rank = root.shape[1]
    # turn so that the last axis points along the mean: it is integrated exactly
    axis = np.linalg.lstsq(root, mean, rcond=None)[0]
    frame = _frame(axis if np.linalg.norm(axis) > 0 else np.ones(rank))
    loads = root @ frame
    points = _uniform(rank)
    others = ndtri(points[:, : rank - 1])
    scale = np.sqrt(chi2.ppf(points[:, -1], df) / df) if np.isfinite(df) else np.ones(len(points))
    rest = critical * scale[:, None] - others @ loads[:, : rank - 1].T - mean
    slope = loads[:, -1]
    up, down = slope > 1e-12, slope < -1e-12
    still = (rest[:, ~up & ~down] < 0).any(axis=1)
    above = (rest[:, up] / slope[up]).min(axis=1, initial=np.inf)
    below = (rest[:, down] / slope[down]).max(axis=1, initial=-np.inf)
    share = np.minimum(ndtr(-above) + ndtr(below), 1.0)
    return float(np.mean(np.where(still, 1.0, share)))


def _precision(
    count: int, sizes: Sequence[float] | Array | None, covariance: Array | None
) -> Array:
    if covariance is not None:
        matrix = np.asarray(covariance, dtype=float)
        if matrix.shape != (count, count):
            raise AnalysisError(
                f"the covariance is {matrix.shape}, and there are {count} doses; they must agree."
            )
        return np.linalg.inv(matrix)
    size = np.ones(count) if sizes is None else np.asarray(sizes, dtype=float)
    if len(size) != count or not (size > 0).all():
        raise AnalysisError(f"sizes are {size.tolist()}; each of {count} doses needs patients.")
    return np.diag(size)


def _root(correlation: Array) -> Array:
    """Return ``L`` with ``L L'`` the correlation and no flat direction."""
    values, vectors = np.linalg.eigh(correlation)
    keep = values > FLAT * values.max()
    return np.asarray(vectors[:, keep] * np.sqrt(values[keep]))


def _reach(root: Array) -> Array:
    """Return the largest statistic along each direction, for a vector of length 1."""
    if root.shape[1] == 1:
        return root[:, 0]
    along = _directions(root.shape[1]) @ root.T
    return np.concatenate([along.max(axis=1), -along.min(axis=1)])


def _tail(statistic: float, root: Array, reach: Array, df: float) -> float:
    if root.shape[1] == 1:
        return _one_dimension(statistic, root[:, 0], df)
    return float(np.mean(_beyond(statistic, reach, root.shape[1], df)))


def _one_dimension(statistic: float, root: Array, df: float) -> float:
    tail = t.sf(statistic, df) if np.isfinite(df) else norm.sf(statistic)
    both = (root > 0).any() and (root < 0).any()
    return float(min(tail * (2.0 if both else 1.0), 1.0))


def _beyond(statistic: float, reach: Array, rank: int, df: float) -> Array:
    """Probability of exceeding `statistic` in each direction, by the length of the vector."""
    toward = reach > 0
    if statistic <= 0:
        # exceeded by everything that goes upwards; downwards by short vectors
        short = statistic**2 / np.maximum(reach**2, 1e-300) / rank
        law = fdtr(rank, df, short) if np.isfinite(df) else chdtr(rank, short * rank)
        return np.where(toward, 1.0, law)
    far = statistic**2 / np.where(toward, reach**2, 1.0) / rank
    law = fdtrc(rank, df, far) if np.isfinite(df) else chdtrc(rank, far * rank)
    return np.where(toward, law, 0.0)


def _frame(axis: Array) -> Array:
    """Return a rotation whose last column points along `axis`."""
    basis = np.column_stack([axis, np.eye(len(axis))])
    q = np.linalg.qr(basis)[0][:, : len(axis)]
    return np.column_stack([q[:, 1:], axis / np.linalg.norm(axis)])


@lru_cache(maxsize=8)
def _uniform(dimensions: int, points: int = POINTS) -> Array:
    """Return a fixed set of points in the unit cube; the same numbers every time."""
    cube = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(1)).random_base2(points)
    return np.asarray(np.clip(cube, 1e-12, 1 - 1e-12))


@lru_cache(maxsize=8)
def _directions(dimensions: int) -> Array:
    normal = ndtri(_uniform(dimensions, DIRECTIONS))
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))
