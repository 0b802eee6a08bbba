"""Mixtures of normal distributions: fitted by scikit-learn, chosen by BIC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import AnalysisError, TolerogenError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SHAPES = ("tied", "full", "diag")
STARTS = 2


@dataclass(frozen=True)
class Candidate:
    """One mixture that was tried."""

    shape: str
    classes: int
    bic: float


@dataclass(frozen=True)
class Mixture:
    """Normal distributions with their shares, largest first.

    Attributes
    ----------
    shape
        Of the covariance: ``tied`` (common to all), ``full`` (own), ``diag`` (own, no
        correlation).
    shares
        Shape (classes,).
    means
        Shape (classes, features).
    covariances
        Shape (classes, features, features).
    tried
        All mixtures that were compared.
    """

    shape: str
    shares: Array
    means: Array
    covariances: Array
    tried: tuple[Candidate, ...] = ()

    def probabilities(self, values: Array, known: NDArray[np.intp] | None = None) -> Array:
        """Return the probability of every class.

        Parameters
        ----------
        values
            Shape (patients, features) or, with `known`, (patients, known features).
        known
            Places of the features that are given; the others are integrated out.

        Returns
        -------
        ndarray
            Shape (patients, classes); rows add to 1.
        """
        from scipy.linalg import solve_triangular

        places = np.arange(self.means.shape[1]) if known is None else known
        logs = np.empty((len(values), len(self.shares)))
        for k, share in enumerate(self.shares):
            root = np.linalg.cholesky(self.covariances[k][np.ix_(places, places)])
            z = solve_triangular(root, (values - self.means[k, places]).T, lower=True)
            logs[:, k] = np.log(share) - np.log(np.diag(root)).sum() - 0.5 * (z**2).sum(axis=0)
        logs -= logs.max(axis=1, keepdims=True)
        odds = np.exp(logs)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def sort(self, values: Array) -> NDArray[np.int64]:
        """Return the number of the most probable class of each patient."""
        return np.asarray(self.probabilities(values).argmax(axis=1), dtype=np.int64)


def fit_mixture(values: Array, most: int, *, seed: int) -> Mixture:
    """Fit mixtures of 1 to `most` classes and return the one with the smallest BIC.

    Parameters
    ----------
    values
        Shape (patients, features).
    most
        Largest number of classes tried; a shape is left when BIC has risen twice in a row.
    seed
        Of the starts.

    Raises
    ------
    AnalysisError
        Fewer patients than ten a feature.
    """
    if len(values) < 10 * values.shape[1]:
        raise AnalysisError(
            f"{len(values)} patients are too few to sort by {values.shape[1]} features; give at "
            f"least {10 * values.shape[1]}."
        )
    mean, sd = values.mean(axis=0), values.std(axis=0)
    z = (values - mean) / sd
    tried: list[Candidate] = []
    best: tuple[float, str, Any] | None = None
    for shape in SHAPES:
        rises, lowest = 0, np.inf
        for classes in range(1, most + 1):
            model = _fit(z, classes, shape, seed)
            bic = float(model.bic(z))
            tried.append(Candidate(shape, classes, bic))
            if best is None or bic < best[0]:
                best = (bic, shape, model)
            rises, lowest = (0, bic) if bic < lowest else (rises + 1, lowest)
            if rises == 2:
                break
    assert best is not None  # noqa: S101  # there is at least one class and one shape
    return _mixture(best[1], best[2], mean, sd, tuple(tried))


def refit(values: Array, like: Mixture, *, seed: int) -> Mixture:
    """Fit a mixture of the same shape and number of classes to other patients."""
    mean, sd = values.mean(axis=0), values.std(axis=0)
    model = _fit((values - mean) / sd, len(like.shares), like.shape, seed)
    return _mixture(like.shape, model, mean, sd, ())


def _fit(z: Array, classes: int, shape: str, seed: int) -> Any:
    from threadpoolctl import threadpool_limits

    mixture = sklearn("mixture")
    model = mixture.GaussianMixture(
        classes, covariance_type=shape, n_init=STARTS, random_state=seed, reg_covar=1e-4
    )
    with threadpool_limits(1):  # small matrices: faster, and the same bits
        return model.fit(z)


def _mixture(
    shape: str, model: Any, mean: Array, sd: Array, tried: tuple[Candidate, ...]
) -> Mixture:
    classes, features = model.means_.shape
    covariances = _whole(shape, np.asarray(model.covariances_, dtype=float), classes, features)
    order = np.argsort(-model.weights_)
    return Mixture(
        shape=shape,
        shares=model.weights_[order],
        means=mean + sd * model.means_[order],
        covariances=covariances[order] * np.outer(sd, sd),
        tried=tried,
    )


def _whole(shape: str, values: Array, classes: int, features: int) -> Array:
    """Write covariances of any shape as one matrix a class."""
    if shape == "tied":
        return np.broadcast_to(values, (classes, features, features))
    return np.array([np.diag(row) for row in values]) if shape == "diag" else values


def sklearn(module: str) -> Any:
    """Import a module of scikit-learn when it is needed.

    Raises
    ------
    TolerogenError
        When scikit-learn is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"sklearn.{module}")
    except ModuleNotFoundError:
        raise TolerogenError(
            "sorting patients needs scikit-learn, which is not installed; pip install scikit-learn."
        ) from None
