"""Derivatives by parameters against closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, load_model, simulate
from tolerogen.errors import SpecError

TURNOVER = load_model("model m; S = 2; k = 0.3; c = 1; q = 2; S -> ; k*S/q; -> S; c; end")
DAYS = np.linspace(0, 10, 6)


def test_a_turnover_by_loss_and_production():
    """S = c/a + (2 - c/a) e^(-a t) with a = k/q."""
    k, q, c = np.array([0.2, 0.3, 0.5]), 2.0, 1.0
    names = ["k", "c", "q"]
    data = simulate(
        TURNOVER, pd.DataFrame({"k": k}), [], DAYS, ["S"], rtol=1e-8, sensitivities=names
    )
    a = k[:, None] / q
    decay = np.exp(-a * DAYS)
    by_a = -c / a**2 * (1 - decay) - DAYS * decay * (2 - c / a)
    np.testing.assert_allclose(data["S"], c / a + (2 - c / a) * decay, rtol=1e-6)
    found = data["S_sensitivity"]
    assert found.dims == ("patient", "time", "parameter")
    expected = {"k": by_a / q, "c": (1 - decay) / a, "q": -by_a * a / q}
    for name, truth in expected.items():
        np.testing.assert_allclose(found.sel(parameter=name), truth, rtol=2e-5, atol=2e-6)


def test_they_do_not_change_the_courses_beyond_the_tolerance():
    plain = simulate(TURNOVER, pd.DataFrame({"k": [0.2]}), [], DAYS, ["S"])
    with_ = simulate(TURNOVER, pd.DataFrame({"k": [0.2]}), [], DAYS, ["S"], sensitivities=["c"])
    np.testing.assert_allclose(with_["S"], plain["S"], rtol=1e-5)


def test_more_parameters_than_lanes_and_doses():
    """A chain of nine decays: each state's loss changes only what comes after."""
    size = 9
    text = "model chain; " + "".join(f"S{i} = 1; k{i} = {0.2 + 0.1 * i}; " for i in range(size))
    text += "".join(f"S{i} -> ; k{i}*S{i}; " for i in range(size)) + "end"
    names = [f"k{i}" for i in range(size)]
    data = simulate(
        load_model(text),
        pd.DataFrame(index=["p"]),
        [Dose(2, 5, "S3")],
        [0, 1, 6],
        rtol=1e-8,
        sensitivities=names,
    )
    for i in range(size):
        rate, t = 0.2 + 0.1 * i, np.array([0, 1, 6.0])
        truth = -t * np.exp(-rate * t)
        if i == 3:
            truth[2] -= 4 * 5 * np.exp(-rate * 4)
        found = data[f"S{i}_sensitivity"][0]
        for j, name in enumerate(names):
            own = truth if i == j else np.zeros(3)
            np.testing.assert_allclose(found.sel(parameter=name), own, rtol=1e-5, atol=1e-7)


def test_initial_values_and_parameters_of_0():
    model = load_model("model m; S = S_0; S_0 = 4; k = 0; S -> ; k*S; end")
    data = simulate(
        model, pd.DataFrame(index=["p"]), [], [0, 3], ["S"], sensitivities=["S_0", "k"], rtol=1e-8
    )
    np.testing.assert_allclose(data["S_sensitivity"][0], [[1, 0], [1, -12]], rtol=1e-5, atol=1e-9)


def test_refused_where_state_events_move():
    model = load_model("model e; S = 4; k = 1; S -> ; k*S; at S < 1: S = 4; end")
    with pytest.raises(SpecError, match="triggered by states"):
        simulate(model, pd.DataFrame(index=["p"]), [], [0, 3], sensitivities=["k"])


@pytest.mark.parametrize(("names", "said"), [(["kk"], "did you mean 'k'"), (["S"], "is a species")])
def test_unknown_parameters(names, said):
    with pytest.raises(SpecError, match=f"sensitivities: .*{said}"):
        simulate(TURNOVER, pd.DataFrame(index=["p"]), [], [1], sensitivities=names)


def test_the_reference_backend_has_none():
    with pytest.raises(SpecError, match="need backend='native'"):
        simulate(
            TURNOVER, pd.DataFrame(index=[0]), [], [1], backend="reference", sensitivities=["k"]
        )
