"""Algebraic rules on the lanes: what they determine meets them at all times."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.engine.reader import writing as w

from tolerogen.engine import Dose, Status, load_model, simulate

A = np.array([[0.5], [1.0], [2.0], [9.0], [0.5]])


def cubic(start: float, rule: str = "z^3 + a*z - S"):
    """S falls; z is determined by a rule, and starts where the author says."""
    decay = w.reaction("grow", "S", "-0.3*S")
    return load_model(
        w.document(
            attributes=' id="cubic"',
            Compartments=w.compartment(),
            Species=w.species("S", 'initialAmount="1"'),
            Parameters=w.parameters(z=start, a=2, q=0),
            Rules=w.rule("algebraic", "", rule),
            Reactions=decay,
        ).replace('<parameter id="a" constant="false"', '<parameter id="a" constant="true"')
    )


def patients() -> pd.DataFrame:
    return pd.DataFrame({"a": A[:, 0]})


@pytest.mark.parametrize("start", [0.45, 0.1, -3.0, 20.0])
def test_a_cubic_is_met_at_every_output_wherever_it_starts(start):
    """z^3 + a z = S has one root, which z takes at once, from any start."""
    times = np.linspace(0, 12, 25)
    data = simulate(cubic(start), patients(), [], times, ["S", "z"], rtol=1e-9)
    assert (data["status"] == 0).all(), data["message"].to_numpy()
    S, z = data["S"].to_numpy(), data["z"].to_numpy()
    np.testing.assert_allclose(S, np.exp(-0.3 * times)[None].repeat(5, 0), rtol=1e-7)
    np.testing.assert_allclose(z**3 + A * z, S, rtol=1e-7)


def test_patients_with_the_same_values_are_the_same():
    data = simulate(cubic(0.1), patients(), [], [0, 1, 5], ["z"])
    np.testing.assert_array_equal(data["z"][0], data["z"][4])


def test_a_dose_moves_what_the_rule_determines_at_once():
    """S is 1/e^0.6 on day 2 and 3 more after the dose; z follows within the same moment."""
    data = simulate(cubic(0.1), patients(), [Dose(2, 3, "S")], [2, 2.0000001, 6], ["S", "z"], 1e-9)
    S, z = data["S"].to_numpy(), data["z"].to_numpy()
    np.testing.assert_allclose(
        S[0], [np.exp(-0.6), np.exp(-0.6) + 3, (np.exp(-0.6) + 3) * np.exp(-1.2)], rtol=1e-6
    )
    np.testing.assert_allclose(z**3 + A * z, S, rtol=1e-7)


def test_an_infusion_is_followed():
    data = simulate(
        cubic(0.1), patients(), [Dose(0, 9, "S", 3)], np.linspace(0, 6, 13), ["S", "z"], 1e-8
    )
    S, z = data["S"].to_numpy(), data["z"].to_numpy()
    during = 10 - 9 * np.exp(-0.3 * 3)  # S' = 3 - 0.3 S from 1
    np.testing.assert_allclose(S[:, 6], during, rtol=1e-6)
    np.testing.assert_allclose(z**3 + A * z, S, rtol=1e-6)


def test_a_rule_without_a_solution_is_reported():
    """z^2 + 1 + S is never 0."""
    data = simulate(cubic(0.5, "z^2 + 1 + S + 0*a"), patients(), [], [0, 1], ["S", "z"])
    assert (data["status"] != Status.OK).all()
    assert np.isnan(data["z"].to_numpy()).all()
    assert "Parameters: a=0.5" in data["message"].to_numpy()[0]


def test_a_rule_that_loses_its_solution_is_reported_and_the_others_kept():
    """z^2 = S - (1 - a): S falls below 1 - a on day ln(2)/0.3 = 2.31 for a = 0.5 only."""
    model = cubic(0.9, "z^2 - S + 1 - a")
    data = simulate(model, patients(), [], [0, 1, 5], ["S", "z"], rtol=1e-7)
    failed = data["status"].to_numpy() != 0
    assert failed.tolist() == [True, False, False, False, True]
    z = data["z"].to_numpy()
    assert np.isnan(z[failed]).all()
    expected = np.sqrt(np.exp(-0.3 * np.array([0, 1, 5.0])) - 1 + A[1:4])
    np.testing.assert_allclose(z[1:4], expected, rtol=1e-6)
