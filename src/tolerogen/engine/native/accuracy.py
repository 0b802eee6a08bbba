"""How exact the numbers are: some patients are solved again, far more tightly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def reached(
    request: Request,
    run: Callable[..., Any],
    plans: FlatPlans,
    begin: NDArray[np.float64] | None,
    courses: NDArray[np.float64],
    status: NDArray[np.int64],
) -> dict[str, Any]:
    """Return the error that was reached, relative, at the worst time and observable.

    Parameters
    ----------
    request
        What was asked; nothing is done when it does not ask for the error.
    run
        Runs patients: values, plans, tolerance, states to start with.
    plans, begin
        Of all patients.
    courses, status
        What was found.

    Returns
    -------
    dict
        ``achieved_error`` of the median patient, ``achieved_error_worst`` of the worst, and how
        many were checked.
    """
    good = np.flatnonzero(status == Status.OK)
    if not request.check or not len(good) or not courses.size:
        return {}
    sample = good[np.unique(np.linspace(0, len(good) - 1, CHECKED).astype(int))]
    rtol = max(request.rtol * CHECK, TIGHTEST)
    start = None if begin is None else begin[sample]
    tight = run(request.values[sample], plans.take(sample), rtol, start=start)
    fine = tight.stats.status == Status.OK
    if not fine.any():
        return {}
    error = np.nanmax(relative_error(courses[sample[fine]], tight.courses[fine]), axis=(1, 2))
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
