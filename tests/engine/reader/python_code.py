"""Nodes of a graph as a Python function: the reader's equations, made to run without the engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tolerogen.engine.expression import Graph
from tolerogen.engine.expression.folding import FUNCTIONS, SIGNS, divide, power
from tolerogen.engine.expression.graph import SYMBOLS, Node

Compute = Callable[[dict[tuple[str, str], float]], tuple[float | bool, ...]]


def compiled(graph: Graph, nodes: Sequence[Node]) -> Compute:
    """Return a function of the symbols' values, by (kind, id), that computes the nodes."""
    lines = [f"n{n} = {_text(graph, n)}" for n in graph.reach(nodes)]
    result = "".join(f"n{n}, " for n in nodes)
    code = "\n    ".join(["def compute(symbols):", *lines, f"return ({result})"])
    space = {f"f_{name}": function for name, function in FUNCTIONS.items()}
    space |= {"divide": divide, "power": power, "nan": math.nan, "inf": math.inf}
    exec(code, space)  # noqa: S102  # our own text
    return space["compute"]


def _text(graph: Graph, node: Node) -> str:
    key = graph.keys[node]
    op = str(key[0])
    if op in SYMBOLS:
        return f"symbols[{(op, key[1])!r}]"
    if op == "const":
        return repr(key[1])
    if op in ("true", "false"):
        return op.capitalize()
    x = [f"n{n}" for n in graph.operands(node)]
    if op == "choose":
        return f"{x[1]} if {x[0]} else {x[2]}"
    if op in ("neg", "not"):
        return f"{'-' if op == 'neg' else 'not '}{x[0]}"
    if op in ("div", "pow"):
        return f"{'divide' if op == 'div' else 'power'}({', '.join(x)})"
    if op == "and":
        return f"{x[0]} and {x[1]}"
    return f"{x[0]} {SIGNS[op]} {x[1]}" if op in SIGNS else f"f_{op}({x[0]})"
