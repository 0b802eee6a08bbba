"""How exact the numbers are: some patients are solved again, far more tightly."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.native.batch import Batch, Lot
from tolerogen.engine.native.plans import FlatPlans
from tolerogen.engine.native.request import Request
from tolerogen.engine.status import Status

CHECKED = 8
"""Patients solved again."""
CHECK = 1e-3
"""Their tolerance over the one asked for."""
TIGHTEST = 1e-11
FLOOR = 1e-4
"""Part of an observable's largest value below which its error is taken relative to that part."""


def sample(
    request: Request, plans: FlatPlans, begin: NDArray[np.float64] | None
) -> tuple[NDArray[np.int64], Lot | None]:
    """Choose the patients to solve again, spread evenly; none where the error is not asked for.

    Parameters
    ----------
    request
        What was asked.
    plans, begin
        Doses, and states to start with, of all patients.
    """
    able = np.arange(len(request.values))
    if begin is not None:
        able = np.flatnonzero(~np.isnan(begin).any(axis=1))
    if not request.check or not len(able) or not len(request.times) or not request.observables:
        return able[:0], None
    who = able[np.unique(np.linspace(0, len(able) - 1, CHECKED).astype(int))]
    rtol = max(request.rtol * CHECK, TIGHTEST)
    start = None if begin is None else begin[who]
    return who, Lot(request.values[who], plans.take(who), rtol, start)


def reached(
    who: NDArray[np.int64],
    tight: Batch | None,
    courses: NDArray[np.float64],
    status: NDArray[np.int64],
) -> dict[str, Any]:
    """Return the error that was reached, relative, at the worst time and observable.

    Parameters
    ----------
    who
        Patients solved again.
    tight
        Their results.
    courses, status
        Of all patients.

    Returns
    -------
    dict
        ``achieved_error`` of the median patient, ``achieved_error_worst`` of the worst, and how
        many were checked.
    """
    if tight is None:
        return {}
    fine = (tight.stats.status == Status.OK) & (status[who] == Status.OK)
    if not fine.any():
        return {}
    error = np.nanmax(relative_error(courses[who[fine]], tight.courses[fine]), axis=(1, 2))
    return {
        "achieved_error": float(np.median(error)),
        "achieved_error_worst": float(error.max()),
        "achieved_error_patients": int(fine.sum()),
    }


def relative_error(given: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the pointwise relative error; small values count relative to `FLOOR` of the largest.

    Parameters
    ----------
    given, truth
        Patient x time x observable.
    """
    floor = FLOOR * np.abs(truth).max(axis=1, keepdims=True)
    scale = np.maximum(np.abs(truth), floor)
    found: NDArray[np.float64] = np.abs(given - truth) / np.where(scale > 0, scale, 1.0)
    return found
