"""Which variables algebraic rules determine, and how."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.engine.reader import writing as w
from tests.engine.reader.test_read import shown

from tolerogen.engine import load_model, simulate
from tolerogen.engine.reader import Refusal, read_system


def rules(*infix: str) -> str:
    return "".join(w.rule("algebraic", "", each) for each in infix)


def test_a_linear_rule_is_solved_and_written_out():
    text = w.document(
        Parameters=w.parameters(x=1, y=None, k=4),
        Rules=w.rule("rate", "x", "-x") + rules("k*y - x"),
    )
    system = read_system(text, given=["k"])
    assert (system.states, system.massless) == (("x",), frozenset())
    assert shown(system, "y", x=2, k=8) == 0.25


def test_linear_rules_that_depend_on_each_other():
    """y + z = x and y - z = 2: at x = 10, y = 6 and z = 4."""
    text = w.document(
        Parameters=w.parameters(x=1, y=None, z=None),
        Rules=w.rule("rate", "x", "1") + rules("y + z - x", "y - z - 2"),
    )
    system = read_system(text)
    assert (shown(system, "y", x=10), shown(system, "z", x=10)) == (6, 4)


def test_a_rule_that_cannot_be_solved_leaves_a_state_without_a_derivative():
    """y^3 + y = x: at x = t from 2 to 10, y runs from 1 to 2."""
    text = w.document(
        Parameters=w.parameters(x=2, y=1), Rules=w.rule("rate", "x", "1") + rules("y^3 + y - x")
    )
    system = read_system(text)
    assert (system.states, system.massless) == (("x", "y"), frozenset({"y"}))
    data = simulate(load_model(text), pd.DataFrame(index=[0]), (), [0, 8], ["y"], rtol=1e-8)
    assert data["y"].to_numpy()[0] == pytest.approx([1, 2], abs=1e-7)


def test_kinks_are_not_taken_for_linear():
    text = w.document(
        Parameters=w.parameters(x=2, y=1),
        Rules=w.rule("rate", "x", "1") + rules("piecewise(y, y < 1, y + 5) - x"),
    )
    assert read_system(text).massless == frozenset({"y"})


def test_a_variable_no_rule_needs_stays_constant():
    text = w.document(
        Parameters=w.parameters(x=2, y=None, z=3),
        Rules=w.rule("rate", "x", "1") + rules("y + z - x"),
    )
    system = read_system(text)
    assert shown(system, "y", x=5) == 2  # y has no value, so it is y that the rule sets
    assert shown(system, "z") == 3


def test_a_rule_without_a_variable_is_refused():
    text = w.document(
        Parameters=w.parameters(x=2, y=None),
        Rules=w.rule("rate", "x", "1") + rules("x - 2", "x + y"),
    )
    with pytest.raises(Refusal, match="algebraic rule 1 determines nothing") as caught:
        read_system(text)
    assert caught.value.feature == "algebraic rule without a variable"
