"""What a result tells: undefined numbers as failures, the error reached, what was asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from tolerogen.engine import Status, load_model, simulate
from tolerogen.engine.native import solve
from tolerogen.engine.native.accuracy import relative_error

DECAY = load_model("model decay; S = 3; k = 0.5; S -> ; k*S; end")
PEOPLE = pd.DataFrame({"k": [0.5, 0.7, 0.9]}, index=["a", "b", "c"])


def test_a_power_of_an_undefined_number_is_reported():
    """With k = 1 the base is 0/0; a power must not make a number of it."""
    model = load_model("model n; S = 1; k = 1; h = 0.7; S -> ; S*((k - 1)/(k - 1))^h; end")
    data = simulate(model, pd.DataFrame({"k": [1.0, 2.0]}), [], [0, 1])
    assert data["status"][0].item() != Status.OK
    assert np.isnan(data["S"][0]).all()
    np.testing.assert_allclose(data["S"][1], [1, np.exp(-1)], rtol=1e-4)


def test_the_status_explains_itself():
    data = simulate(DECAY, PEOPLE, [], [1])
    for code in Status:
        assert f"{code.value}: {code.cause}" in data["status"].attrs["meaning"]


def test_small_values_count_relative_to_a_ten_thousandth_of_the_largest():
    truth = np.array([1.0, 1e-2, 1e-8, 0.0])[None, :, None]
    given = truth + 1e-6
    found = relative_error(given, truth)[0, :, 0]
    np.testing.assert_allclose(found, [1e-6, 1e-4, 1e-2, 1e-2])
    assert relative_error(np.zeros((1, 2, 1)), np.zeros((1, 2, 1))).tolist() == [[[0], [0]]]


def test_the_same_question_has_the_same_name():
    one, again = (simulate(DECAY, PEOPLE, [], [0, 1]) for _ in range(2))
    other = simulate(DECAY, PEOPLE, [], [0, 1], rtol=1e-6)
    assert one.attrs["content"] == again.attrs["content"]
    assert one.attrs["content"] != other.attrs["content"]
    assert other.attrs["steps"] > one.attrs["steps"]


def test_the_check_can_be_left_out():
    ask = solve.Request(
        DECAY.sbml, (), np.zeros((1, 0)), [()], np.array([1.0]), ("S",), 1e-5, None, 1, check=False
    )
    assert "achieved_error" not in solve.solve(ask).facts
    assert "achieved_error" in solve.solve(replace(ask, check=True)).facts
