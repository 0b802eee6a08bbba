"""Algebraic rules on the native lanes: the rule holds at every output, from the start on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.engine.reader import writing as w

from tolerogen.engine import Dose, load_model, simulate

DAYS = np.linspace(0, 10, 6)


def cubic(start):
    """z^3 + a z = S, while S decays."""
    return load_model(
        w.document(
            Parameters=w.parameters(S=1, z=start, a=2, k=0.3),
            Rules=w.rule("rate", "S", "-k*S") + w.rule("algebraic", "", "z^3 + a*z - S"),
        )
    )


def root(a, s):
    """Solve z^3 + a z = s by Cardano's formula."""
    d = np.sqrt(s**2 / 4 + a**3 / 27)
    return np.cbrt(s / 2 + d) + np.cbrt(s / 2 - d)


@pytest.mark.parametrize("start", [0.1, 0.4, 1.7, -3.0], ids=lambda s: f"starts at {s}")
def test_the_rule_holds_whatever_the_model_starts_with(start):
    a = np.array([0.5, 1.0, 2.0, 3.0])
    data = simulate(cubic(start), pd.DataFrame({"a": a}), [], DAYS, ["S", "z"], rtol=1e-8)
    assert (data["status"] == 0).all()
    s = np.exp(-0.3 * DAYS)
    np.testing.assert_allclose(data["S"], np.tile(s, (4, 1)), rtol=1e-6)
    np.testing.assert_allclose(data["z"], root(a[:, None], s), rtol=1e-6)


def test_a_reaction_driven_by_what_a_rule_determines():
    """Binding at equilibrium: free + free B/(K + free) = total, cleared by the free part.

    With B = 0 all is free and total decays by itself.
    """
    model = load_model(
        w.document(
            Parameters=w.parameters(total=10, free=1, B=5, K=0.5, k=0.4),
            Rules=w.rule("rate", "total", "-k*free")
            + w.rule("algebraic", "", "free + B*free/(K + free) - total"),
        )
    )
    b = np.array([0.0, 5.0, 20.0])
    data = simulate(model, pd.DataFrame({"B": b}), [], DAYS, ["total", "free"], rtol=1e-8)
    total, free = data["total"].to_numpy(), data["free"].to_numpy()
    np.testing.assert_allclose(free + b[:, None] * free / (0.5 + free), total, rtol=1e-7)
    np.testing.assert_allclose(total[0], 10 * np.exp(-0.4 * DAYS), rtol=1e-6)
    # separate the variables: k t = integral of d total / free, with total as a function of free
    grid = np.geomspace(free[1, -1], free[1, 0], 200_001)
    rate = (1 + 5 * 0.5 / (0.5 + grid) ** 2) / grid
    elapsed = np.sum((rate[1:] + rate[:-1]) / 2 * np.diff(grid)) / 0.4
    assert elapsed == pytest.approx(10, rel=1e-6)


def test_a_dose_moves_what_the_rule_determines():
    model = load_model(
        w.document(
            Compartments=w.compartment(size=2),
            Species=w.species("S", 'initialConcentration="3"'),
            Parameters=w.parameters(z=1),
            Rules=w.rule("algebraic", "", "z^3 + z - S"),
        )
    )
    with_dose = simulate(
        model, pd.DataFrame(index=[0]), [Dose(1, 14, "S")], [0, 1, 1.001, 2], ["z"], rtol=1e-8
    )
    expected = root(1.0, np.array([3.0, 3.0, 10.0, 10.0]))
    np.testing.assert_allclose(with_dose["z"][0], expected, rtol=1e-8)
