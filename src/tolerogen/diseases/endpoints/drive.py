"""From the model's observables to the factor by which an endpoint follows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def state_ratios(
    trajectories: xr.Dataset, observables: tuple[str, ...], days: Array
) -> dict[str, Array]:
    """Divide observables at some days by the patient's own value at the start.

    Parameters
    ----------
    trajectories
        Result of `tolerogen.engine.simulate`: dimensions patient and time (days).
    observables
        Names to read.
    days
        Days wanted, shape (visits,); between two output times the value is interpolated
        linearly, before the first it is the first.

    Returns
    -------
    dict
        Ratio by observable, shape (patients, visits), without unit. An observable that starts
        at zero keeps the ratio 1 (it cannot say anything); a patient whose simulation failed
        keeps NaN.

    Raises
    ------
    SpecError
        When an observable is missing from the trajectories, or a day lies past their end.
    """
    missing = [name for name in observables if name not in trajectories]
    if missing:
        raise SpecError(
            f"the trajectories lack {', '.join(missing)}, which the endpoints follow. "
            "Ask the engine for all of Endpoints.observables."
        )
    times = np.asarray(trajectories["time"].to_numpy(), dtype=float)
    if days.max(initial=times[-1]) > times[-1] + 1e-9:
        raise SpecError(
            f"a visit at day {days.max():g} lies past the end of the trajectories, day "
            f"{times[-1]:g}. Simulate up to the last visit."
        )
    right = np.clip(np.searchsorted(times, days), 1, max(len(times) - 1, 1))
    if len(times) == 1:
        return {name: np.ones((trajectories.sizes["patient"], len(days))) for name in observables}
    weight = np.clip((days - times[right - 1]) / (times[right] - times[right - 1]), 0.0, 1.0)
    ratios = {}
    for name in observables:
        values = np.asarray(trajectories[name].transpose("patient", "time").to_numpy(), dtype=float)
        start = values[:, :1]
        at_days = values[:, right - 1] * (1 - weight) + values[:, right] * weight
        ratios[name] = np.divide(at_days, start, out=np.ones_like(at_days), where=start != 0)
    return ratios


def multiplier(
    drivers: Mapping[str, float], ratios: Mapping[str, Array], shape: tuple[int, int]
) -> Array:
    """Combine ratios into the factor on an endpoint: ``1 + sum(share * (ratio - 1))``.

    Parameters
    ----------
    drivers
        Share of the endpoint that follows each observable; negative when more protects.
    ratios
        From `state_ratios`; empty for an untreated patient, who rests at the start.
    shape
        Patients and visits.

    Returns
    -------
    ndarray
        Factor, at least 0, shape (patients, visits).

    Examples
    --------
    >>> multiplier({"IC": 0.4}, {"IC": np.array([[1.0, 0.5, 0.0]])}, (1, 3))
    array([[1. , 0.8, 0.6]])
    """
    factor = np.ones(shape)
    for name, share in drivers.items():
        if name in ratios:
            factor = factor + share * (ratios[name] - 1.0)
    return np.maximum(factor, 0.0)
