"""Starting where the untreated model rests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, Status, load_model, simulate
from tolerogen.errors import SpecError

TURNOVER = load_model(
    "model m; S = 2; k = 0.3; c = 1; E = 0; S -> ; k*S; -> S; c; E' = 0.02*(S - E); end"
)


def test_rest_is_production_over_loss():
    k = np.array([0.2, 0.3, 1.5, 40.0])
    data = simulate(TURNOVER, pd.DataFrame({"k": k}), [], [0, 5, 200], start="rest", rtol=1e-7)
    expected = np.repeat(1 / k[:, None], 3, axis=1)
    np.testing.assert_allclose(data["S"], expected, rtol=1e-6)
    np.testing.assert_allclose(data["E"], expected, rtol=1e-5)  # a slow follower has arrived too


def test_doses_start_from_rest():
    data = simulate(TURNOVER, pd.DataFrame({"k": [0.5]}), [Dose(0, 3, "S")], [0, 2], start="rest")
    np.testing.assert_allclose(data["S"][0], [2, 2 + 3 * np.exp(-1)], rtol=1e-4)


def test_two_basins_the_start_decides():
    """y' = y (1 - y^2) rests at 1 from above 0 and at -1 from below."""
    model = load_model("model b; y = y_0; y_0 = 1; y' = 0.3*y*(1 - y*y); end")
    data = simulate(model, pd.DataFrame({"y_0": [0.01, -3.0]}), [], [0], ["y"], start="rest")
    np.testing.assert_allclose(data["y"][:, 0], [1, -1], rtol=1e-5)


def test_who_never_rests_is_reported_and_the_others_kept():
    model = load_model("model b; S = 2; k = 0.3; c = 0.1; -> S; k; S -> ; c*S; end")
    people = pd.DataFrame({"k": [0.2, 0.3], "c": [0.1, 0.0]}, index=["rests", "grows"])
    data = simulate(model, people, [], [0, 1], ["S"], start="rest")
    assert data["status"].to_numpy().tolist() == [Status.OK, Status.NO_REST]
    np.testing.assert_allclose(data["S"][0], 2, rtol=1e-4)
    assert np.isnan(data["S"][1]).all()
    text = str(data["message"][1].item())
    assert "did not come to rest" in text
    assert "k=0.3, c=0" in text


def test_an_oscillator_never_rests():
    model = load_model("model o; x = 1; y = 0; w = 0.001; x' = w*y; y' = -w*x; end")
    data = simulate(model, pd.DataFrame(index=["p"]), [], [1], start="rest", rtol=1e-3)
    assert data["status"].item() != Status.OK
    assert np.isnan(data["x"]).all()


def test_only_the_native_backend_does_it():
    with pytest.raises(SpecError, match="need backend='native'"):
        simulate(TURNOVER, pd.DataFrame(index=[0]), [], [1], backend="reference", start="rest")
    with pytest.raises(SpecError, match="did you mean 'rest'"):
        simulate(TURNOVER, pd.DataFrame(index=[0]), [], [1], start="resting")
