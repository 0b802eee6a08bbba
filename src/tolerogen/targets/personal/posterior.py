"""Who among virtual patients could this patient be: weights by how well the markers fit.

Each virtual patient weighs ``prod_k exp(-(x_k - y_k)^2 / (2 (s_k^2 + h_k^2)))``: y the measured
marker, x the virtual patient's, s the noise of one sample, h the bandwidth that a finite number of
virtual patients asks for (Scott's rule; doi:10.1002/9780470316849). Yes-or-no markers weigh by
the share of wrong answers. How few effective patients are left, and how little the weights
differ from none, is reported with every answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.targets.personal.markers import Marker

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TAIL = 0.01  # a value outside the central 98 % of virtual patients is called unusual


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of virtual patients given markers.

    Attributes
    ----------
    share
        Shape (patients,), adding to 1.
    effective
        ``1 / sum w^2``: how many patients the answer rests on.
    bits
        Kullback-Leibler divergence from equal weights: what the markers told. One bit halves
        the candidates.
    unusual
        Markers outside the central 98 % of virtual patients.
    """

    share: Array
    effective: float
    bits: float
    unusual: tuple[str, ...]


def weigh(
    patients: pd.DataFrame, markers: Mapping[str, Marker], measured: Mapping[str, float]
) -> Weights:
    """Weigh virtual patients by measured markers.

    Parameters
    ----------
    patients
        One row a virtual patient.
    markers
        Of the disease.
    measured
        Value by marker, in its unit; none leaves the weights equal.

    Raises
    ------
    SpecError
        A value that the marker cannot have.
    """
    count = len(patients)
    smooth = sum(markers[name].scale != "yes_no" for name in measured)
    log_weight = np.zeros(count)
    unusual = []
    for name, value in measured.items():
        marker = markers[name]
        x, y = marker.simulated(patients), marker.compared(value)
        log_weight += _log_kernel(marker, x, np.array([y]), smooth)[0]
        low, high = np.quantile(x, [TAIL, 1.0 - TAIL])
        if marker.scale != "yes_no" and not low <= y <= high:
            unusual.append(name)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    held = weight[weight > 0]
    return Weights(
        share=weight,
        effective=float(1.0 / (weight**2).sum()),
        bits=float((held * np.log2(held * count)).sum()),
        unusual=tuple(unusual),
    )


def explained(
    patients: pd.DataFrame,
    markers: Mapping[str, Marker],
    names: Sequence[str],
    effects: Array,
    seed: int = 1,
) -> Array:
    """Say what share of the differences between patients some markers explain.

    Every virtual patient in turn is measured, with noise, and the effect is predicted from the
    others by the weights of `weigh`: ``R^2 = 1 - var(effect - predicted) / var(effect)``, left out
    one at a time.

    Parameters
    ----------
    names
        Markers measured.
    effects
        Shape (outcomes, patients), without NaN.

    Returns
    -------
    numpy.ndarray
        Shape (outcomes,); below 0 when the markers mislead, 0 where nobody differs.
    """
    count = len(patients)
    rng = np.random.default_rng(seed)
    smooth = sum(markers[name].scale != "yes_no" for name in names)
    log_weight = np.zeros((count, count))
    for name in names:
        marker = markers[name]
        x = marker.simulated(patients)
        if marker.scale == "yes_no":
            seen = np.where(rng.random(count) < marker.cv, 1.0 - x, x)
        else:
            seen = x + marker.noise * rng.standard_normal(count)
        log_weight += _log_kernel(marker, x, seen, smooth)
    np.fill_diagonal(log_weight, -np.inf)
    log_weight -= log_weight.max(axis=1, keepdims=True)
    weight = np.exp(log_weight)
    weight /= weight.sum(axis=1, keepdims=True)
    left = effects - effects @ weight.T
    spread = effects.var(axis=1)
    return np.asarray(
        np.where(spread > 0, 1.0 - left.var(axis=1) / np.where(spread > 0, spread, 1), 0)
    )


def _log_kernel(marker: Marker, x: Array, seen: Array, smooth: int) -> Array:
    """Return the log weight of every virtual patient for every seen value, (seen, patients)."""
    if marker.scale == "yes_no":
        return np.asarray(np.log(np.where(x[None, :] == seen[:, None], 1.0 - marker.cv, marker.cv)))
    width = x.std() * len(x) ** (-1.0 / (smooth + 4.0))
    gap = x[None, :] - seen[:, None]
    return np.asarray(-(gap**2) / (2.0 * (marker.noise**2 + width**2)))
