"""Plausible values before any trial is looked at: points that fill a prior evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def even_scores(count: int, free: int, seed: int, widest: float) -> Array:
    """Return standard normal scores from scrambled Sobol points, shape (count, free).

    Parameters
    ----------
    count
        Points; a power of two fills the space evenly.
    widest
        Scores are cut there on both sides.
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    even = qmc.Sobol(free, seed=seed).random(count)
    return np.asarray(np.clip(ndtri(np.clip(even, 1e-9, 1 - 1e-9)), -widest, widest))
