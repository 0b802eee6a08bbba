"""Times at which conditions turn: those that can be foreseen, and those that must be watched."""

from __future__ import annotations

import pytest

from tolerogen.engine.expression import Graph, evaluate
from tolerogen.engine.native.switches import switches


@pytest.fixture
def g():
    return Graph()


def symbols(g):
    return g.symbol("time"), g.symbol("state", "x"), g.symbol("given", "p")


def times(g, found, **values):
    named = {("given", name): value for name, value in values.items()}
    return [evaluate(g, [t], named)[0] for t in found.times]


@pytest.mark.parametrize("relation", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_a_comparison_of_the_time_turns_when_it_says(g, relation):
    t, _, p = symbols(g)
    found = switches(g, [g.compare(relation, t, p)], [])
    assert times(g, found, p=7.5) == [7.5]
    assert found.watched == ()


def test_straight_lines_in_the_time_are_solved(g):
    t, _, p = symbols(g)
    line = g.add(g.mul(g.const(2), t), p)  # 2t + p < 10 turns at (10 - p)/2
    found = switches(g, [g.compare("lt", line, g.const(10))], [])
    assert times(g, found, p=3) == [3.5]
    both = g.compare("lt", g.mul(p, t), g.sub(g.const(6), t))  # (p + 1) t = 6
    assert times(g, switches(g, [], [both]), p=2) == [2]


def test_conditions_inside_rates_count_and_are_not_watched(g):
    t, x, p = symbols(g)
    rate = g.choose(g.compare("lt", t, p), x, g.const(0))
    state = g.choose(g.compare("lt", x, p), x, g.const(0))
    found = switches(g, [], [rate, state])
    assert times(g, found, p=4) == [4]
    assert found.watched == ()


def test_states_in_triggers_are_watched(g):
    t, x, p = symbols(g)
    window = g.both(g.compare("lt", g.const(4.5), x), g.compare("lt", x, g.const(5.1)))
    mixed = g.both(g.compare("lt", t, x), g.compare("le", p, t))
    found = switches(g, [window, mixed], [])
    assert {g.text(n) for n in found.watched} == {"(4.5 < x)", "(x < 5.1)", "(time < x)"}
    assert times(g, found, p=2) == [2]


def test_curves_in_the_time_are_watched(g):
    t, _, p = symbols(g)
    curve = g.compare("lt", g.call("sin", t), p)
    steps = g.compare("lt", g.call("floor", t), p)
    found = switches(g, [curve, steps], [])
    assert found.times == ()
    assert set(found.watched) == {curve, steps}


def test_what_never_turns_has_no_time(g):
    _, _, p = symbols(g)
    found = switches(g, [g.compare("lt", p, g.const(3))], [])
    assert (found.times, found.watched) == ((), ())


def test_equal_times_are_one(g):
    t, x, p = symbols(g)
    early, late = g.compare("lt", t, p), g.compare("le", p, t)
    found = switches(g, [early, late], [g.choose(early, x, p)])
    assert len({round(v, 12) for v in times(g, found, p=2)}) == 1
