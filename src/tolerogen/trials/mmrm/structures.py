"""Covariance structures: how few numbers make the covariance of the visits of a patient.

Every structure is one of two families, both with exact derivatives:

* *linear*: each entry of the covariance is one parameter or a sum of them (``us``, ``cs``,
  ``toep``),
* *product*: each entry is a product of powers of parameters, standard deviations times
  correlations (``csh``, ``ar1``, ``ar1h``, ``toeph``, ``ante``, ``anteh``).

The parameters are those that SAS PROC MIXED prints, because Kenward-Roger standard errors
depend on the parameters chosen and not only on the structure.

References
----------
SAS/STAT User's Guide, The MIXED Procedure, table "Covariance Structures";
Zimmerman DL, Núñez-Antón VA, Antedependence Models for Longitudinal Data, 2009 (ante).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tolerogen.errors import AnalysisError, choices

Array = np.ndarray


@dataclass(frozen=True)
class Structure:
    """A map from parameters to the covariance of `size` visits.

    Attributes
    ----------
    name
        For example ``ar1h``.
    labels
        One name a parameter, for example ``variance(1)``.
    variances
        Which parameters are variances, and so above zero.
    exponents
        Shape (size, size, parameters). In the product family an entry of the covariance is
        the product of ``parameter ** exponent``; in the linear one the sum of
        ``parameter * exponent``.
    linear
        Which of the two families.
    """

    name: str
    labels: tuple[str, ...]
    variances: Array
    exponents: Array
    linear: bool

    @property
    def size(self) -> int:
        """Number of visits."""
        return int(self.exponents.shape[0])

    def matrix(self, theta: Array) -> Array:
        """Return the covariance, shape (size, size)."""
        if self.linear:
            return np.asarray(self.exponents @ theta)
        return np.asarray(np.prod(_powers(theta, self.exponents), axis=2))

    def jacobian(self, theta: Array) -> Array:
        """Return the first derivatives, shape (parameters, size, size)."""
        if self.linear:
            return np.moveaxis(self.exponents, 2, 0)
        count = len(theta)
        powers = _powers(theta, self.exponents)
        slopes = _powers(theta, self.exponents, 1)
        rows = [_product_except(powers, {i: slopes[:, :, i]}) for i in range(count)]
        return np.stack(rows)

    def curvature(self, theta: Array) -> Array:
        """Return the second derivatives, shape (parameters, parameters, size, size)."""
        count, size = len(theta), self.size
        out = np.zeros((count, count, size, size))
        if self.linear:
            return out
        powers, slopes, bends = (_powers(theta, self.exponents, order) for order in range(3))
        for i in range(count):
            out[i, i] = _product_except(powers, {i: bends[:, :, i]})
            for j in range(i):
                both = {i: slopes[:, :, i], j: slopes[:, :, j]}
                out[i, j] = out[j, i] = _product_except(powers, both)
        return out

    def start(self, moment: Array) -> Array:
        """Return parameters whose covariance is positive definite and near `moment`.

        Parameters
        ----------
        moment
            Covariance of residuals, pair by pair, shape (size, size); may be indefinite.
        """
        sd = np.sqrt(np.diag(moment))
        for shrink in (1.0, 0.8, 0.5, 0.2, 0.0):
            off = shrink * (moment - np.diag(sd**2))
            theta = self._moments(np.diag(sd**2) + off)
            if _positive(self.matrix(theta)):
                return theta
        return theta

    def _moments(self, moment: Array) -> Array:
        """Average over the entries that each parameter touches."""
        if self.linear:
            basis = self.exponents.reshape(-1, len(self.labels))
            return np.asarray(np.linalg.lstsq(basis, moment.ravel(), rcond=None)[0])
        theta = np.empty(len(self.labels))
        sd = np.sqrt(np.diag(moment))
        correlation = moment / np.outer(sd, sd)
        diagonal = np.diag(np.ones(self.size, dtype=bool))
        for i, is_variance in enumerate(self.variances):
            if is_variance:
                touched = self.exponents[range(self.size), range(self.size), i] == 1.0
                theta[i] = np.mean(sd[touched] ** 2)
            else:
                # entries that hold this correlation alone and once, as for neighbours in ar1
                power = self.exponents[:, :, ~self.variances].sum(axis=2)
                alone = (self.exponents[:, :, i] == 1.0) & (power == 1.0) & ~diagonal
                theta[i] = np.clip(np.mean(correlation[alone]), -0.95, 0.95)
        return theta


def structure(name: str, size: int) -> Structure:
    """Build a structure for a number of visits.

    Parameters
    ----------
    name
        ``us`` unstructured; ``cs``, ``csh`` compound symmetry; ``ar1``, ``ar1h`` first-order
        autoregressive; ``toep``, ``toeph`` Toeplitz; ``ante``, ``anteh`` first-order
        ante-dependence. The ``h`` gives every visit its own variance. ``un``, ``ad``, ``adh``
        and a trailing ``(1)`` are understood as other programs write them.
    size
        Number of visits.

    Raises
    ------
    AnalysisError
        When there is no such structure.
    """
    key = name.lower().replace("(1)", "1").replace("ante1", "ante")
    key = {"un": "us", "ad": "ante", "adh": "anteh"}.get(key, key)
    if key not in BUILDERS:
        raise AnalysisError(f"there is no covariance structure '{name}'; {choices(key, BUILDERS)}")
    if size == 1:  # one visit: a variance is all there is
        return Structure(key, ("variance",), np.array([True]), np.ones((1, 1, 1)), True)
    return BUILDERS[key](key, size)


def _unstructured(name: str, size: int) -> Structure:
    pairs = [(j, k) for j in range(size) for k in range(j + 1)]
    basis = np.zeros((size, size, len(pairs)))
    for i, (j, k) in enumerate(pairs):
        basis[j, k, i] = basis[k, j, i] = 1.0
    labels = tuple(f"un({j + 1},{k + 1})" for j, k in pairs)
    return Structure(name, labels, np.array([j == k for j, k in pairs]), basis, True)


def _compound(name: str, size: int) -> Structure:
    basis = np.stack([np.eye(size), np.ones((size, size))], axis=2)
    return Structure(name, ("residual", "cs"), np.array([True, False]), basis, True)


def _bands(name: str, size: int) -> Structure:
    lag = _lag(size)
    basis = np.stack([(lag == k).astype(float) for k in range(size)], axis=2)
    labels = ("residual", *(f"toep({k})" for k in range(1, size)))
    return Structure(name, labels, np.arange(size) == 0, basis, True)


def _product(heterogeneous: bool, prefix: str, correlation: Callable[[int], Array]) -> Builder:
    def build(name: str, size: int) -> Structure:
        power = correlation(size)
        spread = _own_variances(size) if heterogeneous else np.ones((size, size, 1))
        own, shared = spread.shape[2], power.shape[2]
        variances = [f"variance({k + 1})" for k in range(own)] if own > 1 else ["variance"]
        rest = [f"{prefix}({k + 1})" for k in range(shared)] if shared > 1 else [prefix]
        return Structure(
            name,
            (*variances, *rest),
            np.arange(own + shared) < own,
            np.concatenate([spread, power], axis=2),
            False,
        )

    return build


def _own_variances(size: int) -> Array:
    power = np.zeros((size, size, size))
    for k in range(size):
        power[k, :, k] += 0.5
        power[:, k, k] += 0.5
    return power


def _lag(size: int) -> Array:
    place = np.arange(size)
    return np.asarray(np.abs(place[:, None] - place[None, :]))


def _same(size: int) -> Array:
    return np.asarray(_lag(size) > 0, dtype=float)[:, :, None]


def _decay(size: int) -> Array:
    return _lag(size).astype(float)[:, :, None]


def _by_lag(size: int) -> Array:
    lag = _lag(size)
    return np.stack([(lag == k).astype(float) for k in range(1, size)], axis=2)


def _between(size: int) -> Array:
    """Return which steps from one visit to the next lie between two visits."""
    place = np.arange(size)
    low = np.minimum(place[:, None], place[None, :])
    high = np.maximum(place[:, None], place[None, :])
    return np.stack([((low <= k) & (k < high)).astype(float) for k in range(size - 1)], axis=2)


def _powers(theta: Array, exponents: Array, order: int = 0) -> Array:
    """Return ``theta ** exponents``, or its derivative of the first or second order."""
    factor = np.ones_like(exponents)
    for step in range(order):
        factor = factor * (exponents - step)
    # where the factor is zero the power may be infinite: a correlation of 0 to the -1
    return np.asarray(factor * np.power(theta, np.where(factor == 0.0, 0.0, exponents - order)))


def _product_except(powers: Array, instead: dict[int, Array]) -> Array:
    factors = powers.copy()
    for place, value in instead.items():
        factors[:, :, place] = value
    return np.asarray(np.prod(factors, axis=2))


def _positive(matrix: Array) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


Builder = Callable[[str, int], Structure]

BUILDERS: dict[str, Builder] = {
    "us": _unstructured,
    "cs": _compound,
    "csh": _product(True, "csh", _same),
    "ar1": _product(False, "ar(1)", _decay),
    "ar1h": _product(True, "arh(1)", _decay),
    "toep": _bands,
    "toeph": _product(True, "toeph", _by_lag),
    "ante": _product(False, "rho", _between),
    "anteh": _product(True, "rho", _between),
}
