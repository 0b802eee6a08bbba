"""Rules of SBML with values worked out by hand."""

from __future__ import annotations

import math

import pytest
from tests.engine.reader import writing as w

from tolerogen.engine.expression import evaluate
from tolerogen.engine.reader import System, read_system


def at(system: System, node: int, **values: float) -> float:
    """Return a node's value, its symbols given by id; the time is ``t``."""
    kinds = ("given", "held", "input", "state")
    symbols = {(kind, name): v for name, v in values.items() for kind in kinds}
    return evaluate(system.graph, [node], symbols | {("time", ""): values.get("t", 0.0)})[0]


def start(system: System, name: str, **given: float) -> float:
    return at(system, system.initial[name], **given)


def rate(system: System, name: str, **values: float) -> float:
    return at(system, system.rates[system.states.index(name)], **values)


def shown(system: System, name: str, **values: float) -> float:
    return at(system, system.observables[name], **values)


def test_initial_assignments_in_any_order_follow_what_patients_bring():
    text = w.document(
        Parameters=w.parameters(k=2, a=None, b=None, x=1, y=None),
        InitialAssignments=w.initially("a", "b + 1") + w.initially("b", "3 * k"),
        Rules=w.rule("rate", "x", "a * x") + w.rule("assignment", "y", "a"),
    )
    system = read_system(text, given=["k"])
    assert system.states == ("x",)
    assert rate(system, "x", k=5, x=2) == 32  # (3*5 + 1) * 2
    assert shown(system, "y", k=5, x=2) == 16


def test_what_patients_do_not_bring_is_a_number():
    text = w.document(
        Parameters=w.parameters(k=2, a=None, x=1),
        InitialAssignments=w.initially("a", "3 * k"),
        Rules=w.rule("rate", "x", "a"),
    )
    assert read_system(text).graph.value(read_system(text).rates[0]) == 6


def test_an_amount_in_a_compartment_patients_bring():
    text = w.document(
        Compartments=w.compartment(size=2),
        Species=w.species("S", 'initialConcentration="3"'),
        Reactions=w.reaction("J", "S", "C * S"),
    )
    system = read_system(text, given=["C"])
    assert start(system, "S", C=4) == 12
    assert shown(system, "S", C=4, S=12) == 3
    assert rate(system, "S", C=4, S=12) == 12
    assert system.doseable["S"][0] == "S"
    assert at(system, system.doseable["S"][1]) == 1


def test_a_concentration_ruled_in_a_growing_compartment_is_an_amount():
    """Of a = c V: da/dt = c' V + c V'; with V' = 0.2 V, c' = 5, V = 2, a = 6: 10 + 3*0.4."""
    text = w.document(
        Compartments=w.compartment(size=2),
        Species=w.species("S", 'initialConcentration="3"'),
        Rules=w.rule("rate", "C", "0.2 * C") + w.rule("rate", "S", "5"),
    )
    system = read_system(text)
    assert start(system, "S") == 6
    assert rate(system, "S", S=6, C=2) == pytest.approx(11.2)
    assert shown(system, "S", S=6, C=2) == 3


def test_a_concentration_ruled_in_a_compartment_that_a_rule_assigns():
    """V = 1 + t^2 at t = 3 is 10 with slope 6; a = 20: c = 2, da/dt = 5*10 + 2*6."""
    text = w.document(
        Compartments=w.compartment(size=1),
        Species=w.species("S", 'initialConcentration="3"'),
        Rules=w.rule("rate", "S", "5") + w.rule("assignment", "C", "1 + time^2"),
    )
    assert rate(read_system(text), "S", S=20, t=3) == pytest.approx(62)


def test_a_species_nothing_changes_keeps_its_amount_when_its_compartment_grows():
    text = w.document(
        Compartments=w.compartment(size=2),
        Species=w.species("S", 'initialConcentration="3"'),
        Rules=w.rule("rate", "C", "1"),
    )
    system = read_system(text)
    assert system.states == ("C",)
    assert shown(system, "S", C=4) == 1.5


def test_doses_into_a_concentration_and_infusions():
    text = w.document(
        Compartments=w.compartment(size=4),
        Species=w.species("S", 'initialConcentration="3"') + w.species("D", 'initialAmount="0"'),
        Rules=w.rule("rate", "S", "-S"),
    )
    assert read_system(text).states == ("S",)  # nothing changes D
    system = read_system(text, infused=["S", "D"])
    assert system.states == ("S", "D")
    assert at(system, system.doseable["S"][1]) == 0.25
    symbols = {("state", "S"): 3.0, ("input", "S"): 8.0, ("input", "D"): 7.0}
    assert evaluate(system.graph, system.rates, symbols) == [-1, 7]


def test_local_parameters_hide_global_ones():
    text = w.document(
        Compartments=w.compartment(),
        Species=w.species("S", 'initialAmount="0"'),
        Parameters=w.parameters(k=2),
        Reactions=w.reaction("J", "S", "k", '<localParameter id="k" value="9"/>')
        + w.reaction("K", "S", "k + J"),
    )
    system = read_system(text)
    assert rate(system, "S") == 9 + 2 + 9
    assert shown(system, "J") == 9


def test_conversion_factors_of_the_species_come_before_the_models():
    text = w.document(
        attributes=' conversionFactor="m"',
        Compartments=w.compartment(),
        Species=w.species("S", 'initialAmount="0"')
        + w.species("T", 'initialAmount="0" conversionFactor="f"'),
        Parameters=w.parameters(f=10, m=3).replace('"false"', '"true"'),
        Reactions=w.reaction("J", "S", "2", stoichiometry="5") + w.reaction("K", "T", "2"),
    )
    system = read_system(text)
    assert (rate(system, "S"), rate(system, "T")) == (30, 20)


def test_functions_nest_hide_ids_and_pass_names_to_rate_of():
    text = w.document(
        FunctionDefinitions=w.function("twice", "k", "k + k")
        + w.function("four", "x", "twice(twice(x))")
        + w.function("slope", "p", "rateOf(p)"),
        Parameters=w.parameters(k=100, x=1, y=0, z=0),
        Rules=w.rule("rate", "x", "four(k)") + w.rule("assignment", "y", "slope(x) + slope(k)"),
    )
    assert shown(read_system(text), "y", x=7) == 400


def test_rate_of_a_concentration_in_a_growing_compartment():
    """c = a/V: c' = (a' - c V')/V = (8 - 3*2)/4."""
    text = w.document(
        Compartments=w.compartment(size=4),
        Species=w.species("S", 'initialAmount="12"'),
        Parameters=w.parameters(y=None),
        Rules=w.rule("rate", "C", "2") + w.rule("assignment", "y", "rateOf(S)"),
        Reactions=w.reaction("J", "S", "8"),
    )
    assert shown(read_system(text), "y", S=12, C=4) == 0.5


MATHEMATICS = {
    "piecewise(1, x > 3, 2, x > 1, 3)": 2,
    "piecewise(1, x > 3)": math.nan,
    "piecewise(x > 1, x > 0, false)": 1,
    "1 < x && x < 3": 1,
    "xor(x > 1, x > 0, x > 1)": 1,
    "implies(x > 1, x > 5)": 0,
    "true + x": 3,
    "piecewise(7, x, 8)": 7,
    "quotient(-7, x)": -3,
    "rem(-7, x)": -1,
    "factorial(x + 3)": 120,
    "log(x, 8)": 3,
    "log10(50 * x)": 2,
    "root(3, 4 * x)": 2,
    "min(x, 5, 1) + max(x, 5, 1)": 6,
    "sec(x)": 1 / math.cos(2),
    "arcsec(x)": math.acos(0.5),
    "arccsch(x)": math.asinh(0.5),
    "coth(x)": 1 / math.tanh(2),
    "avogadro": 6.02214179e23,
    "pi * x": 2 * math.pi,
    "x ^ infinity": math.inf,
}


@pytest.mark.parametrize("infix", MATHEMATICS)
def test_mathematics(infix):
    text = w.document(
        Parameters=w.parameters(x=2, y=None),
        Rules=w.rule("rate", "x", "0 * time") + w.rule("assignment", "y", infix),
    )
    got = shown(read_system(text), "y", x=2.0)
    assert got == pytest.approx(MATHEMATICS[infix], rel=1e-14, nan_ok=True)


def test_relations_of_many_operands():
    chain = "<apply><lt/><cn>1</cn><ci>x</ci><cn>3</cn></apply>"
    text = w.document(
        Parameters=w.parameters(x=2, y=None),
        Rules=w.rule("rate", "x", "1")
        + w.rule("assignment", "y", "x").replace("<ci> x </ci>", chain),
    )
    system = read_system(text)
    assert [shown(system, "y", x=v) for v in (0.5, 2, 4)] == [0, 1, 0]


def test_a_long_chain_of_rules_needs_no_deep_recursion():
    many = 2000
    text = w.document(
        Parameters=w.parameters(**{f"p{i}": None for i in range(1, many)}, p0=5),
        Rules="".join(
            w.rule("assignment", f"p{i}", f"p{i - 1} + 1") for i in range(many - 1, 0, -1)
        ),
    )
    assert shown(read_system(text), f"p{many - 1}") == many + 4
