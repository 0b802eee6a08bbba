"""Operations of MathML, made of the few the graph knows.

Conditions and numbers take each other's place as SBML level 3 version 2 allows: true is 1, and
a number is true unless it is 0. Reciprocal functions and their inverses follow the definitions
of MathML: arcsec(x) is arccos(1/x), and so on. ``quotient`` cuts towards 0 and ``rem`` takes the
sign of the dividend (SBML Level 3 Version 2 Core, section 3.4.7).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise

from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.errors import ModelError

Operation = Callable[[Graph, Sequence[Node]], Node]


def apply(graph: Graph, op: str, operands: Sequence[Node]) -> Node:
    """Return the node of a MathML operation.

    Raises
    ------
    ModelError
        When the operation takes another number of operands.

    Examples
    --------
    >>> g = Graph()
    >>> g.text(apply(g, "rem", [g.const(-7), g.const(4)]))
    '-3'
    """
    if op in LOGICAL:
        return LOGICAL[op](graph, [condition(graph, n) for n in operands])
    if op == "piecewise":
        return _piecewise(graph, operands)
    least, most = TAKES.get(op, (1, 1))
    if not least <= len(operands) <= most:
        raise ModelError(
            f"The mathematics of the model gives <{op}/> {len(operands)} operands; "
            f"it takes {least if least == most else f'at least {least}'}."
        )
    numbers = [graph.number(n) for n in operands]
    if op in RELATIONS:
        return _chain(graph, RELATIONS[op], numbers)
    return (NUMERIC.get(op) or _function(op))(graph, numbers)


def condition(graph: Graph, node: Node) -> Node:
    """Return a number as the condition that it is not 0.

    Of a choice, 1 where x > 2 and 0 elsewhere, that is the condition of the choice itself: a
    solver can then look for the place where x is 2.

    Examples
    --------
    >>> g = Graph()
    >>> late = g.compare("gt", g.symbol("time"), g.const(2))
    >>> g.text(condition(g, g.number(late)))
    '(2 < time)'
    """
    if graph.op(node) != "choose":
        return graph.condition(node)
    when, a, b = graph.operands(node)
    return _chosen(graph, when, condition(graph, a), condition(graph, b))


def _chain(g: Graph, relation: str, x: Sequence[Node]) -> Node:
    """Return a < b < c as a < b and b < c."""
    links = (g.compare(relation, a, b) for a, b in pairwise(x))
    return reduce(g.both, links, g.truth(True))


def _piecewise(g: Graph, x: Sequence[Node]) -> Node:
    """Return the first piece whose condition holds; NaN when none does and none is left over."""
    found = x[-1] if len(x) % 2 else g.const(math.nan)
    for value, when in reversed(list(zip(x[::2], x[1::2], strict=False))):
        found = _chosen(g, condition(g, when), value, found)
    return found


def _chosen(g: Graph, when: Node, a: Node, b: Node) -> Node:
    if g.is_condition(a) and g.is_condition(b):
        return g.either(g.both(when, a), g.both(g.negate(when), b))
    return g.choose(when, g.number(a), g.number(b))


def _exclusive(g: Graph, a: Node, b: Node) -> Node:
    return g.either(g.both(a, g.negate(b)), g.both(g.negate(a), b))


LOGICAL: dict[str, Operation] = {
    "true": lambda g, _: g.truth(True),
    "false": lambda g, _: g.truth(False),
    "and": lambda g, x: reduce(g.both, x, g.truth(True)),
    "or": lambda g, x: reduce(g.either, x, g.truth(False)),
    "xor": lambda g, x: reduce(lambda a, b: _exclusive(g, a, b), x, g.truth(False)),
    "not": lambda g, x: g.negate(x[0]),
    "implies": lambda g, x: g.either(g.negate(x[0]), x[1]),
}

RELATIONS = {"lt": "lt", "leq": "le", "gt": "gt", "geq": "ge", "eq": "eq", "neq": "ne"}


def _minus(g: Graph, x: Sequence[Node]) -> Node:
    return g.neg(x[0]) if len(x) == 1 else g.sub(x[0], x[1])


def _root(g: Graph, x: Sequence[Node]) -> Node:
    degree, radicand = (g.const(2), x[0]) if len(x) == 1 else x
    return g.power(radicand, g.div(g.const(1), degree))


def _log(g: Graph, x: Sequence[Node]) -> Node:
    base, number = (g.const(10), x[0]) if len(x) == 1 else x
    return g.div(g.call("ln", number), g.call("ln", base))


def _quotient(g: Graph, x: Sequence[Node]) -> Node:
    ratio = g.div(x[0], x[1])
    negative = g.compare("lt", ratio, g.const(0))
    return g.choose(negative, g.call("ceil", ratio), g.call("floor", ratio))


def _rem(g: Graph, x: Sequence[Node]) -> Node:
    return g.sub(x[0], g.mul(x[1], _quotient(g, x)))


NUMERIC: dict[str, Operation] = {
    "plus": lambda g, x: g.total(x),
    "times": lambda g, x: g.product(x),
    "minus": _minus,
    "divide": lambda g, x: g.div(x[0], x[1]),
    "power": lambda g, x: g.power(x[0], x[1]),
    "root": _root,
    "log": _log,
    "quotient": _quotient,
    "rem": _rem,
    "min": lambda g, x: reduce(g.smaller, x),
    "max": lambda g, x: reduce(g.larger, x),
    "factorial": lambda g, x: g.call("gamma", g.add(x[0], g.const(1))),
}

MANY = 10**9
TAKES = {
    **dict.fromkeys(("plus", "times"), (0, MANY)),
    **dict.fromkeys(("min", "max"), (1, MANY)),
    **dict.fromkeys(RELATIONS, (2, MANY)),
    **dict.fromkeys(("divide", "power", "quotient", "rem"), (2, 2)),
    **dict.fromkeys(("minus", "root", "log"), (1, 2)),
}
"""Least and most operands, where it is not just one."""

NAMES = {f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
NAMES["ceiling"] = "ceil"
"""Functions the graph knows under another name."""

RECIPROCALS = {"sec": "cos", "csc": "sin", "cot": "tan"}
RECIPROCALS |= {"sech": "cosh", "csch": "sinh", "coth": "tanh"}
"""Functions that are 1 over another."""

INVERSES = {f"arc{name}": f"a{other}" for name, other in RECIPROCALS.items()}
"""Functions that are another of 1/x."""


def _function(op: str) -> Operation:
    if op in RECIPROCALS:
        return lambda g, x: g.div(g.const(1), g.call(RECIPROCALS[op], x[0]))
    if op in INVERSES:
        return lambda g, x: g.call(INVERSES[op], g.div(g.const(1), x[0]))
    return lambda g, x: g.call(NAMES.get(op, op), x[0])
