"""How endpoints follow the model."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tolerogen.diseases.endpoints import multiplier, state_ratios
from tolerogen.errors import SpecError


def trajectories(**observables: list[list[float]]) -> xr.Dataset:
    return xr.Dataset(
        {name: (("patient", "time"), np.array(v, dtype=float)) for name, v in observables.items()},
        coords={"patient": [7, 8], "time": [0.0, 10.0, 20.0]},
    )


def test_a_ratio_is_to_the_own_start_and_interpolated_between_times() -> None:
    data = trajectories(IC=[[2, 1, 0], [10, 20, 40]])
    ratios = state_ratios(data, ("IC",), np.array([0.0, 5.0, 10.0, 15.0, 20.0]))
    assert np.allclose(ratios["IC"], [[1, 0.75, 0.5, 0.25, 0], [1, 1.5, 2, 3, 4]])


def test_order_of_dimensions_does_not_matter() -> None:
    data = trajectories(IC=[[2, 1, 0], [10, 20, 40]])
    days = np.array([0.0, 20.0])
    turned = state_ratios(data.transpose("time", "patient"), ("IC",), days)
    assert np.array_equal(turned["IC"], state_ratios(data, ("IC",), days)["IC"])


def test_a_failed_patient_stays_unknown_and_an_empty_state_says_nothing() -> None:
    data = trajectories(IC=[[np.nan] * 3, [0, 0, 0]])
    ratios = state_ratios(data, ("IC",), np.array([10.0]))["IC"]
    assert np.isnan(ratios[0, 0])
    assert ratios[1, 0] == 1


def test_missing_observables_and_late_visits_are_refused() -> None:
    data = trajectories(IC=[[1, 1, 1], [1, 1, 1]])
    with pytest.raises(SpecError, match="lack IFN1"):
        state_ratios(data, ("IC", "IFN1"), np.array([0.0]))
    with pytest.raises(SpecError, match="day 30 lies past the end"):
        state_ratios(data, ("IC",), np.array([30.0]))


def test_shares_add_and_the_rest_stays() -> None:
    ratios = {"IC": np.array([[0.0]]), "IFN1": np.array([[0.0]]), "saliva": np.array([[2.0]])}
    assert np.allclose(multiplier({"IC": 0.4, "IFN1": 0.3}, ratios, (1, 1)), 0.3)
    assert np.allclose(multiplier({"saliva": -0.25}, ratios, (1, 1)), 0.75)
    assert np.allclose(multiplier({}, ratios, (1, 1)), 1.0)


def test_activity_cannot_fall_below_nothing() -> None:
    assert multiplier({"saliva": -0.5}, {"saliva": np.array([[9.0]])}, (1, 1))[0, 0] == 0
