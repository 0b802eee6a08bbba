"""Start at rest: where the untreated model settles, and what is said when it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, Status, load_model, simulate

RTOL = 1e-6
NEAR = 20 * RTOL
ALONE = pd.DataFrame(index=["p"])


def rest(text, patients=None, doses=(), times=(0, 10), **options):
    table = pd.DataFrame(patients) if patients else ALONE
    return simulate(load_model(text), table, doses, times, rtol=RTOL, start="rest", **options)


def test_turnover_rests_where_make_and_loss_agree():
    k = np.array([10.0, 0.2, 0.01, 1e-3])
    data = rest("model t; S = 50; k = 1; c = 3; -> S; c; S -> ; k*S; end", {"k": k})
    assert (data["status"] == 0).all()
    np.testing.assert_allclose(data["S"], np.repeat(3 / k[:, None], 2, 1), rtol=NEAR)


def test_a_chain_of_slow_pools():
    """Half lives from an hour to seven years, each fed by the one before."""
    rates = [20.0, 0.5, 0.01, 3e-4]
    chain = "\n".join(f"S{i} = 0; r{i}: S{i} -> S{i + 1}; {k}*S{i}" for i, k in enumerate(rates))
    data = rest(f"model c\n{chain}\nS4 = 0; gone: S4 -> ; 0.1*S4; feed: -> S0; 2\nend")
    assert data["status"].item() == 0
    for i, k in enumerate([*rates, 0.1]):
        np.testing.assert_allclose(data[f"S{i}"][0], 2 / k, rtol=NEAR)


def test_of_two_states_of_rest_the_one_downhill_is_found():
    """x' = x (1 - x)(x - 1/4): from below 1/4 to 0, from above to 1."""
    text = "model b; start = 1; x = start; x' = x*(1 - x)*(x - 0.25); end"
    data = rest(text, {"start": [0.1, 0.2, 0.3, 2.0]})
    assert (data["status"] == 0).all()
    np.testing.assert_allclose(data["x"][:, 0], [0, 0, 1, 1], rtol=NEAR, atol=1e-9)


def test_what_is_conserved_depends_on_the_start():
    text = "model c; compartment V = 1; species A in V = 4, B in V = 0; k = 3; A -> B; k*A - B; end"
    data = rest(text, {"k": [0.25, 1.0, 3.0]})
    np.testing.assert_allclose(data["A"][:, 0], 4 / (1 + np.array([0.25, 1, 3])), rtol=NEAR)


def test_doses_come_after_the_rest_and_not_before():
    """On top of the level of rest c/k = 6 a dose of 10 decays."""
    text = "model t; S = 0; k = 0.5; c = 3; -> S; c; S -> ; k*S; end"
    data = rest(text, doses=[Dose(1, 10, "S"), Dose(4, 8, "S", 2)], times=[0, 1, 4, 6])
    four = 6 + 10 * np.exp(-1.5)
    six = 6 + (four - 6) * np.exp(-1) + 4 / 0.5 * (1 - np.exp(-1))
    np.testing.assert_allclose(data["S"][0], [6, 6, four, six], rtol=NEAR)


def test_what_decays_away_rests_empty():
    data = rest("model d; S = 5; k = 1; S -> ; k*S; end", {"k": [3.0, 0.01]})
    assert (data["status"] == 0).all()
    assert (np.abs(data["S"]) < 1e-9).all()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("growth", "model m; S = 1; k = 0.3; -> S; k; end"),
        ("explosion", "model m; S = 1; -> S; S^2; end"),
        ("oscillation", "model m; x = 1; y = 0; x' = -y; y' = x; end"),
        ("a daily cycle", "model m; S = 1; S' = 1 + cos(2*3.141592653589793*time) - S; end"),
        ("a 32-day cycle", "model m; S = 1; S' = 1 + cos(2*3.141592653589793*time/32) - S; end"),
        ("slow drift", "model m; S = 1; k = 1e-5; S -> ; k*S; T = 1; T' = 0; end"),
    ],
)
def test_what_does_not_rest_is_told(name, text):
    data = rest(text)
    assert data["status"].item() == Status.NO_REST, name
    assert "did not come to rest" in data["message"].item()
    for values in data.data_vars.values():
        if "time" in values.dims:
            assert np.isnan(values.to_numpy()).all()


def test_who_does_not_rest_leaves_the_others_in_peace():
    text = "model t; S = 1; k = 1; c = 3; -> S; c; S -> ; k*S; end"
    data = rest(text, {"k": [0.5, 0.0, 2.0]})
    assert data["status"].to_numpy().tolist() == [0, Status.NO_REST, 0]
    assert "k=0" in data["message"].to_numpy()[1]
    np.testing.assert_allclose(data["S"][[0, 2], 0], [6, 1.5], rtol=NEAR)


def test_the_rest_of_a_patient_does_not_depend_on_the_others():
    text = "model t; S = 1; k = 1; c = 3; -> S; c; S -> ; k*S*(1 + S)/(2 + S); end"
    k = np.geomspace(0.01, 10, 11)
    together = rest(text, {"k": k})["S"].to_numpy()
    alone = np.concatenate([rest(text, {"k": [x]})["S"].to_numpy() for x in k])
    np.testing.assert_array_equal(together, alone)
