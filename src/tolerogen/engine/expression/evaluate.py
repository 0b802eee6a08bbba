"""Nodes computed with ordinary numbers: slow, plain, and what compiled code is tested against."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from tolerogen.engine.expression import folding
from tolerogen.engine.expression.graph import SYMBOLS, Graph, Node

Symbol = tuple[str, str]


def evaluate(
    graph: Graph, nodes: Sequence[Node], symbols: Mapping[Symbol, float]
) -> list[float | bool]:
    """Compute nodes.

    Parameters
    ----------
    graph
        The graph that holds them.
    nodes
        What to compute.
    symbols
        Value of each symbol, by (kind, id); the time is ``("time", "")``.

    Raises
    ------
    KeyError
        When a symbol has no value.

    Examples
    --------
    >>> g = Graph()
    >>> x = g.symbol("state", "x")
    >>> evaluate(g, [g.mul(x, x)], {("state", "x"): 3.0})
    [9.0]
    """
    values: dict[Node, float | bool] = {}
    for node in graph.reach(nodes):
        key = graph.keys[node]
        if key[0] in SYMBOLS:
            values[node] = symbols[(str(key[0]), str(key[1]))]
        elif key[0] == "const":
            values[node] = key[1]  # type: ignore[assignment]
        else:
            values[node] = _apply(str(key[0]), [values[n] for n in graph.operands(node)])
    return [values[node] for node in nodes]


def _apply(op: str, x: list[float | bool]) -> float | bool:
    if op in _PLAIN:
        return _PLAIN[op](*x)
    if op in folding.RELATIONS:
        return folding.RELATIONS[op](x[0], x[1])
    return folding.FUNCTIONS[op](x[0])


_PLAIN: dict[str, Callable[..., float | bool]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "neg": operator.neg,
    "div": folding.divide,
    "pow": folding.power,
    "and": lambda a, b: bool(a and b),
    "not": operator.not_,
    "true": lambda: True,
    "false": lambda: False,
    "choose": lambda condition, a, b: a if condition else b,
}
