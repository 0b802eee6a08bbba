"""Derivatives of trajectories by parameters, against closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, Status, load_model, simulate
from tolerogen.engine.native import machine
from tolerogen.errors import SpecError

NEAR = 3e-6
"""Lanes differ by a millionth of a parameter, so derivatives are good to a few millionths."""

T = np.array([0, 0.5, 2, 7, 20.0])
K = np.array([0.2, 0.3, 1.0, 2.5])
TURNOVER = load_model("model t; S = 2; k = 0.3; c = 1; q = 2; S -> ; k*S/q; -> S; c; end")
ONE = load_model("model one; compartment V = 4; species C in V = 0; CL = 0.3; C -> ; CL*C; end")


def close(got, expected, relative=NEAR):
    np.testing.assert_allclose(got, expected, rtol=relative, atol=relative * np.abs(expected).max())


@pytest.mark.parametrize("width", [2, 4, 8])
def test_turnover(width, monkeypatch):
    """S = c/k + (2 - c/k) e^(-k t) with k = k/q; lanes go together whatever their number."""
    monkeypatch.setattr(machine, "width", lambda: width)
    names = ["k", "c", "q"]
    data = simulate(TURNOVER, pd.DataFrame({"k": K}), [], T, ["S"], 1e-8, sensitivities=names)
    k, e = K[:, None] / 2, np.exp(-K[:, None] / 2 * T)
    by_k = (-1 / k**2 + e / k**2 - (2 - 1 / k) * T * e) / 2
    close(data["S"], 1 / k + (2 - 1 / k) * e, 1e-7)
    found = data["S_sensitivity"]
    assert found.dims == ("patient", "time", "parameter")
    assert found["parameter"].to_numpy().tolist() == names
    close(found.sel(parameter="k"), by_k)
    close(found.sel(parameter="c"), (1 - e) / k)
    close(found.sel(parameter="q"), -by_k * K[:, None] / 2)


def test_bolus_and_infusion():
    """C = D/V e^(-CL t/V): each patient with a clearance and doses of their own."""
    clearance = np.array([0.1, 0.4, 2.0])
    doses = [[Dose(0, 100.0 * (i + 1), "C")] for i in range(3)]
    table = pd.DataFrame({"CL": clearance})
    data = simulate(ONE, table, doses, T[1:], ["C"], rtol=1e-9, sensitivities=["CL", "V"])
    k, t = clearance[:, None] / 4, T[1:]
    C = 100.0 * np.arange(1, 4)[:, None] / 4 * np.exp(-k * t)
    close(data["C_sensitivity"].sel(parameter="CL"), -C * t / 4)
    close(data["C_sensitivity"].sel(parameter="V"), C * (k * t - 1) / 4)
    flow = simulate(ONE, table, [Dose(0, 60, "C", 30)], T, ["C"], 1e-9, sensitivities=["CL"])
    e = np.exp(-k * T)
    expected = -2 / clearance[:, None] ** 2 * (1 - e) + 2 / clearance[:, None] * T / 4 * e
    close(flow["C_sensitivity"].sel(parameter="CL"), expected)


def test_more_parameters_than_lanes():
    """20 decays, each by its own rate: the matrix of derivatives is diagonal."""
    text = "\n".join(
        f"S{i} = {i + 1}; k{i} = {0.1 * (i + 1):.1f}; d{i}: S{i} -> ; k{i}*S{i}" for i in range(20)
    )
    model = load_model(f"model many\n{text}\nend")
    names = [f"k{i}" for i in range(20)]
    data = simulate(model, pd.DataFrame(index=["p"]), [], [1.5], sensitivities=names, rtol=1e-8)
    for i in range(20):
        found = data[f"S{i}_sensitivity"].to_numpy()[0, 0]
        expected = np.zeros(20)
        expected[i] = -1.5 * (i + 1) * np.exp(-0.15 * (i + 1))
        close(found, expected)


def test_a_parameter_of_an_initial_value():
    model = load_model("model i; a = 3; b := 2*a; k = 0.4; S = a^2; S -> ; k*S; end")
    data = simulate(
        model, pd.DataFrame({"a": [3.0, 0.5]}), [], T, ["S", "b"], 1e-8, sensitivities=["a"]
    )
    close(data["S_sensitivity"][:, :, 0], 2 * np.array([[3], [0.5]]) * np.exp(-0.4 * T))
    close(data["b_sensitivity"], 2.0)


def test_a_parameter_at_zero():
    data = simulate(TURNOVER, pd.DataFrame({"c": [0.0]}), [], T, ["S"], 1e-8, sensitivities=["c"])
    close(data["S_sensitivity"][0, :, 0], (1 - np.exp(-0.15 * T)) / 0.15)


def test_from_rest():
    """The state of rest moves with the parameters: S = c q/k."""
    table = pd.DataFrame({"k": K})
    data = simulate(TURNOVER, table, [], T, ["S"], 1e-8, sensitivities=["k", "c"], start="rest")
    for column, expected in (("k", -2 / K**2), ("c", 2 / K)):
        close(data["S_sensitivity"].sel(parameter=column), np.repeat(expected[:, None], len(T), 1))


def test_events_at_given_times_are_followed():
    model = load_model("model e; S = 1; k = 0.3; S -> ; k*S; at time > 2: S = S + 5; end")
    data = simulate(model, pd.DataFrame({"k": [0.3]}), [], [1, 5], ["S"], 1e-9, sensitivities=["k"])
    late = -5 * np.exp(-1.5) - 5 * 3 * np.exp(-0.9)
    close(data["S_sensitivity"][0, :, 0], np.array([-np.exp(-0.3), late]))


def test_events_set_off_by_states_are_refused_by_name():
    model = load_model("model e; S = 1; k = 0.3; S -> ; k*S; at S < 0.5: S = 1; end")
    with pytest.raises(SpecError, match="triggered by states"):
        simulate(model, pd.DataFrame({"k": [0.3]}), [], [1], sensitivities=["k"])


def test_an_unknown_parameter_is_refused_by_name():
    with pytest.raises(SpecError, match=r"sensitivities: .*no parameter 'kk'"):
        simulate(TURNOVER, pd.DataFrame({"k": [0.3]}), [], [1], sensitivities=["kk"])


def test_a_patient_who_fails_has_none():
    model = load_model("model b; species A = 1; k = 0.1; -> A; k*A^2; end")
    data = simulate(
        model, pd.DataFrame({"k": [1.0, 0.03]}), [], [20], sensitivities=["k"], rtol=1e-8
    )
    assert data["status"].to_numpy().tolist() == [Status.NOT_FINITE, Status.OK]
    assert np.isnan(data["A_sensitivity"][0]).all()
    close(data["A_sensitivity"][1, 0, 0], 20 / (1 - 0.6) ** 2)


def test_derivatives_that_cannot_be_had_are_told(monkeypatch):
    from tolerogen.engine import ensemble
    from tolerogen.engine.native.sensitivity import Sensitivities

    def lost(ask, names):
        return Sensitivities(np.full((1, 1, 1, 1), np.nan), np.array([3]), 0.0)

    monkeypatch.setattr(ensemble, "differentiate", lost)
    data = simulate(TURNOVER, pd.DataFrame({"k": [0.3]}), [], [1], ["S"], sensitivities=["k"])
    assert "sensitivities could not be computed: no step was small" in data["message"].item()
    assert np.isfinite(data["S"].to_numpy()).all()


@pytest.mark.parametrize("rtol", [1e-3, 1e-5, 1e-7, 1e-10, 1e-12])
def test_derivatives_are_as_exact_as_asked_even_where_nothing_moves(rtol):
    """The patient is at rest, so that the course itself asks for no step at all."""
    table = pd.DataFrame({"k": [1.0]})
    data = simulate(TURNOVER, table, [], T[1:], ["S"], rtol, sensitivities=["k"])
    np.testing.assert_allclose(data["S"][0], 2, rtol=1e-12)
    expected = -2 * (1 - np.exp(-0.5 * T[1:]))
    np.testing.assert_allclose(data["S_sensitivity"][0, :, 0], expected, rtol=max(3 * rtol, NEAR))
