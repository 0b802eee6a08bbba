"""Correlation between the quantities of a patient: a Gaussian copula.

Published correlations come in pairs from different cohorts and need not fit together: the
matrix they make may not be one that any population can have. The nearest one that can is taken
by clipping the negative eigenvalues and rescaling the diagonal (Rebonato & Jaeckel 2000,
spectral method); if that moves any entry by more than a tenth, the data contradict each other
and the user is told where.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_TOLERATED = 0.1
_SMALLEST = 1e-6


class Pair(Protocol):
    """A correlation of two named quantities."""

    @property
    def a(self) -> str:
        """First quantity."""

    @property
    def b(self) -> str:
        """Second quantity."""

    @property
    def r(self) -> float:
        """Correlation of the normal scores."""


def correlation_factor(names: Sequence[str], pairs: Sequence[Pair]) -> Array:
    """Return the matrix that turns independent normal scores into correlated ones.

    Parameters
    ----------
    names
        Quantities, in order.
    pairs
        Correlations; a pair that is not named is uncorrelated.

    Returns
    -------
    ndarray
        Lower triangular L with L Lᵀ the correlation matrix; scores are ``z @ L.T``.

    Raises
    ------
    SpecError
        For an unknown name, a correlation outside (-1, 1), or a set of correlations that no
        population can have.

    Examples
    --------
    >>> from types import SimpleNamespace as Pair
    >>> correlation_factor(["a", "b"], [Pair(a="a", b="b", r=0.6)]).round(3)
    array([[1. , 0. ],
           [0.6, 0.8]])
    """
    return _factor(tuple(names), tuple((pair.a, pair.b, pair.r) for pair in pairs))


@cache  # every replicate of a trial asks for the same matrix
def _factor(names: tuple[str, ...], pairs: tuple[tuple[str, str, float], ...]) -> Array:
    place = {name: k for k, name in enumerate(names)}
    matrix = np.eye(len(names))
    for a, b, r in pairs:
        for name in (a, b):
            if name not in place:
                raise SpecError(
                    f"correlation of {a} and {b}: '{name}' does not differ between "
                    f"patients; {choices(name, names)}"
                )
        if not -1 < r < 1:
            raise SpecError(f"correlation of {a} and {b} is {r}; it must lie in (-1, 1).")
        matrix[place[a], place[b]] = matrix[place[b], place[a]] = r
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:  # no population can have these correlations exactly
        factor = np.linalg.cholesky(_nearest(matrix, names))
    factor.flags.writeable = False
    return np.asarray(factor)


def _nearest(matrix: Array, names: Sequence[str]) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    near = (vectors * np.maximum(values, _SMALLEST)) @ vectors.T
    scale = np.sqrt(np.diag(near))
    near = near / np.outer(scale, scale)
    moved = np.abs(near - matrix)
    if moved.max() > _TOLERATED:
        i, j = np.unravel_index(moved.argmax(), moved.shape)
        raise SpecError(
            "the correlations contradict each other: no population can have them all. The one "
            f"furthest from possible is {names[i]} with {names[j]}, {matrix[i, j]:g} against "
            f"{near[i, j]:.2f}. Lower it, or give the correlations it depends on."
        )
    return np.asarray(near)
