"""Simplification keeps values: whatever is built, equals what the plain operations give."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.engine.expression import Graph, evaluate
from tolerogen.engine.expression.substitute import substitute

KINDS = {"a": "state", "b": "state", "p": "given", "q": "given", "h": "held", "t": "time"}
SYMBOLS = st.sampled_from(sorted(KINDS))

Tree = Any
"""A number, a symbol, or (operation, trees...)."""

WHOLE = st.recursive(
    st.one_of(st.integers(-3, 3), SYMBOLS),
    lambda deeper: st.one_of(
        st.tuples(st.sampled_from(["add", "sub", "mul", "smaller", "larger"]), deeper, deeper),
        st.tuples(st.sampled_from(["neg", "abs", "floor", "ceil", "square"]), deeper),
        st.tuples(
            st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne", "both", "either"]),
            *[deeper] * 4,
        ),
    ),
    max_leaves=14,
)
"""Sums, products and choices of whole numbers: doubles compute them without any rounding."""

POSITIVE = st.recursive(
    st.one_of(st.floats(0.1, 5), SYMBOLS),
    lambda deeper: st.one_of(
        st.tuples(st.sampled_from(["add", "mul", "div"]), deeper, deeper),
        st.tuples(st.sampled_from(["sqrt", "log1p", "atan", "tanh", "decay"]), deeper),
        st.tuples(st.just("power"), deeper, st.sampled_from([-3, -2, -1, -0.5, 0, 0.7, 2, 3.5])),
    ),
    max_leaves=12,
)
"""Nothing cancels, so that rounding stays as small as it is."""


class Plain:
    """The same operations on numbers, by the standard library."""

    square = staticmethod(lambda x: x * x)
    smaller, larger, neg = min, max, staticmethod(lambda x: -x)
    add, sub = staticmethod(lambda x, y: x + y), staticmethod(lambda x, y: x - y)
    mul, div = staticmethod(lambda x, y: x * y), staticmethod(lambda x, y: x / y)
    abs, floor, ceil = abs, math.floor, math.ceil
    sqrt, log1p, atan, tanh = math.sqrt, math.log1p, math.atan, math.tanh
    decay = staticmethod(lambda x: math.exp(-x))
    power = staticmethod(lambda x, y: x**y)


CHOICES: dict[str, Callable[..., bool]] = {
    **{name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    "both": lambda a, b, c: a < b < c,
    "either": lambda a, b, c: a < b or b < c,
}
"""Conditions of the first operands (the third of them also chosen), between the last two."""


def plain(tree: Tree, values: dict[str, float]) -> float:
    if isinstance(tree, str):
        return values[tree]
    if not isinstance(tree, tuple):
        return tree
    op, x = tree[0], [plain(part, values) for part in tree[1:]]
    if op in CHOICES:
        compared = x[:3] if op in ("both", "either") else x[:2]
        return x[2] if CHOICES[op](*compared) else x[3]
    return getattr(Plain, op)(*x)


def built(g: Graph, tree: Tree) -> int:
    if isinstance(tree, str):
        return g.symbol(KINDS[tree], "" if tree == "t" else tree)
    if not isinstance(tree, tuple):
        return g.const(tree)
    op, x = tree[0], [built(g, part) for part in tree[1:]]
    if op in ("lt", "le", "gt", "ge", "eq", "ne"):
        return g.choose(g.compare(op, x[0], x[1]), x[2], x[3])
    if op in ("both", "either"):
        return g.choose(
            getattr(g, op)(g.compare("lt", x[0], x[1]), g.compare("lt", x[1], x[2])), x[2], x[3]
        )
    if op == "log1p":
        return g.call("ln", g.add(g.const(1), x[0]))
    if op == "decay":
        return g.call("exp", g.neg(x[0]))
    if op == "square":
        return g.power(x[0], g.const(2))
    return getattr(g, op)(*x) if hasattr(g, op) else g.call(op, x[0])


def worth(g: Graph, node: int, values: dict[str, float]) -> float:
    named = {(k, "" if n == "t" else n): values[n] for n, k in KINDS.items()}
    return float(evaluate(g, [node], named)[0])


def numbers(kind: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries(dict.fromkeys(KINDS, kind))


@given(WHOLE, numbers(st.integers(-3, 3)))
def test_whole_numbers_come_out_exactly(tree, values):
    expected = plain(tree, values)
    if abs(expected) < 2**53:
        g = Graph()
        assert worth(g, built(g, tree), values) == expected


@given(POSITIVE, numbers(st.floats(0.1, 5)))
def test_other_numbers_come_out_to_rounding(tree, values):
    g = Graph()
    try:
        expected = plain(tree, values)
    except (OverflowError, ZeroDivisionError):
        return
    if 1e-200 < expected < 1e200:
        assert worth(g, built(g, tree), values) == pytest.approx(expected, rel=1e-10)


@given(WHOLE, numbers(st.integers(-3, 3)), st.integers(-3, 3), SYMBOLS)
def test_substitution_is_evaluation_with_another_value(tree, values, put, name):
    if abs(plain(tree, values | {name: put})) < 2**53:
        g = Graph()
        node = built(g, tree)
        symbol = built(g, name)
        found = worth(g, substitute(g, node, {symbol: g.const(put)}), values)
        assert found == worth(g, node, values | {name: put})


@given(WHOLE, numbers(st.integers(-3, 3)))
def test_substituting_an_expression_is_composition(tree, values):
    g = Graph()
    node, inner = built(g, tree), built(g, ("add", ("mul", "p", "b"), 1))
    moved = values["p"] * values["b"] + 1
    if abs(plain(tree, values | {"a": moved})) < 2**53:
        found = worth(g, substitute(g, node, {built(g, "a"): inner}), values)
        assert found == worth(g, node, values | {"a": moved})


@given(WHOLE)
def test_the_same_tree_is_the_same_node(tree):
    g = Graph()
    first = built(g, tree)
    size = len(g.keys)
    assert built(g, tree) == first
    assert len(g.keys) == size


@given(WHOLE)
def test_what_a_node_depends_on_is_what_it_reaches(tree):
    g = Graph()
    node = built(g, tree)
    leaves = {g.keys[n] for n in g.reach([node]) if not g.operands(n)}
    assert g.states(node) == {name for kind, name, *_ in map(_pair, leaves) if kind == "state"}
    assert g.timed(node) == any(kind == "time" for kind, *_ in leaves)
    assert g.steady(node) == (not g.states(node) and not g.timed(node))


def _pair(key):
    return (*key, "")[:2]


def test_steady_factors_are_gathered():
    g = Graph()
    p, q, a = (built(g, n) for n in "pqa")
    one = g.mul(p, g.mul(a, q))
    assert g.text(one) in ("((p * q) * a)", "((q * p) * a)")
    assert g.text(g.div(a, p)) == "((1 / p) * a)"


def test_signed_zeros_and_nan_are_different_constants():
    g = Graph()
    assert g.const(0.0) != g.const(-0.0)
    assert g.const(math.nan) == g.const(math.nan)
    assert math.copysign(1, g.value(g.const(-0.0))) == -1


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        ("ln", 0.0, -math.inf),
        ("ln", -1.0, math.nan),
        ("exp", 1e4, math.inf),
        ("sqrt", -1.0, math.nan),
        ("floor", math.inf, math.inf),
        ("gamma", 5.0, 24.0),
    ],
)
def test_constants_fold_like_the_machine_computes(function, x, expected):
    g = Graph()
    assert g.value(g.call(function, g.const(x))) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [(1, 0, math.inf), (-1, 0, -math.inf), (1, -0.0, -math.inf), (0, 0, math.nan), (6, 3, 2)],
)
def test_constant_quotients(x, y, expected):
    g = Graph()
    assert g.value(g.div(g.const(x), g.const(y))) == pytest.approx(expected, nan_ok=True)


def test_unknown_words_are_refused():
    g = Graph()
    with pytest.raises(ValueError, match="symbols are"):
        g.symbol("stat", "x")
    with pytest.raises(KeyError):
        g.call("sine", g.symbol("state", "x"))
