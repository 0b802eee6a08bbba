"""Derivatives against steps into the complex plane, which lose nothing to cancellation.

For an analytic f, the derivative is the imaginary part of f(x + ih)/h to order h^2 (Squire &
Trapp 1998, doi:10.1137/S003614459631241X); with h = 1e-30 that is rounding only.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.expression.test_values import POSITIVE, Tree, built, numbers, worth

from tolerogen.engine.expression import Derivative, Graph

STEP = 1e-30
COMPLEX = {
    **{n: getattr(np, n) for n in ("exp", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "ln": np.log,
    **{f"a{n}": getattr(np, f"arc{n}") for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
}


def smooth(tree: Tree, values: dict[str, complex]) -> complex:
    if isinstance(tree, str):
        return values[tree]
    if not isinstance(tree, tuple):
        return complex(tree)
    op, x = tree[0], [smooth(part, values) for part in tree[1:]]
    plain = {
        "add": lambda: x[0] + x[1],
        "sub": lambda: x[0] - x[1],
        "mul": lambda: x[0] * x[1],
        "div": lambda: x[0] / x[1],
        "power": lambda: x[0] ** x[1],
        "neg": lambda: -x[0],
        "square": lambda: x[0] ** 2,
        "log1p": lambda: np.log(1 + x[0]),
        "decay": lambda: np.exp(-x[0]),
    }
    return plain[op]() if op in plain else COMPLEX[op](x[0])


def expected(tree: Tree, values: dict[str, float], by: str) -> float:
    moved = {n: complex(v, STEP if n == by else 0) for n, v in values.items()}
    return float(smooth(tree, moved).imag) / STEP


def found(tree: Tree, values: dict[str, float], by: str) -> float:
    g = Graph()
    return worth(g, Derivative(g, built(g, by))(built(g, tree)), values)


VALUES = {"a": 0.7, "b": 1.9, "p": 0.4, "q": 2.5, "h": 1.1, "t": 0.3}
INNER = ("mul", "p", ("add", ("mul", "a", "a"), ("mul", "t", "b")))  # between 0 and 1


@pytest.mark.parametrize("by", ["a", "b", "t"])
@pytest.mark.parametrize("function", sorted(COMPLEX))
def test_every_function_of_one_number(function, by):
    inner = ("add", 1.2, INNER) if function == "acosh" else INNER
    tree = ("mul", (function, inner), "b")
    assert found(tree, VALUES, by) == pytest.approx(expected(tree, VALUES, by), rel=1e-13)


@pytest.mark.parametrize("by", ["a", "b", "t"])
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "power"])
def test_every_operation_on_two(op, by):
    tree = (op, INNER, ("add", ("mul", "b", "t"), "a"))
    assert found(tree, VALUES, by) == pytest.approx(expected(tree, VALUES, by), rel=1e-13)


@pytest.mark.parametrize("exponent", [-20, -16, -3, -0.5, 0, 0.5, 1, 1.4, 2, 16, 17, 31.5])
def test_constant_exponents(exponent):
    tree = ("power", INNER, exponent)
    assert found(tree, VALUES, "a") == pytest.approx(expected(tree, VALUES, "a"), rel=1e-13)


@given(POSITIVE, numbers(st.floats(0.1, 5)), st.sampled_from("abt"))
def test_whatever_is_nested(tree, values, by):
    with np.errstate(all="ignore"):
        try:
            truth = expected(tree, values, by)
        except (OverflowError, ZeroDivisionError):
            return
        size = abs(smooth(tree, {n: complex(v) for n, v in values.items()}))
    if math.isfinite(truth) and 1e-100 < size < 1e100:
        # terms of either sign may cancel, so allow rounding of the terms, about as large as f
        assert found(tree, values, by) == pytest.approx(truth, rel=1e-8, abs=1e-10 * size)


def test_of_what_does_not_depend_it_is_0():
    g = Graph()
    node = built(g, ("mul", "p", ("add", "b", "h")))
    assert g.value(Derivative(g, built(g, "a"))(node)) == 0


@pytest.mark.parametrize("function", ["floor", "ceil", "gamma"])
def test_steps_are_flat(function):
    assert found((function, INNER), VALUES, "a") == 0


@pytest.mark.parametrize(("at", "slope"), [(0.7, 1.0), (-0.7, -1.0)])
def test_of_a_size_it_is_the_sign(at, slope):
    assert found(("abs", "a"), VALUES | {"a": at}, "a") == slope


@pytest.mark.parametrize(("at", "slope"), [(2.0, 4.0), (1.0, 5.0)])
def test_of_a_choice_it_is_that_of_the_branch(at, slope):
    tree = ("lt", "b", "a", ("mul", "a", "a"), ("mul", 5, "a"))  # b = 1.9
    assert found(tree, VALUES | {"a": at}, "a") == slope


@pytest.mark.parametrize(("exponent", "slope"), [(1.5, 0.0), (1.0, 1.0), (2.5, 0.0)])
def test_of_a_power_at_0(exponent, slope):
    assert found(("power", "a", exponent), VALUES | {"a": 0.0}, "a") == slope


def test_deep_expressions_need_no_deep_recursion():
    g = Graph()
    node = a = built(g, "a")
    for _ in range(20_000):
        node = g.call("sin", node)
    assert math.isfinite(worth(g, Derivative(g, a)(node), VALUES))
