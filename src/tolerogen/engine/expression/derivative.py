"""Exact derivatives on the graph, by the rules of calculus, each sub-expression once.

A choice is differentiated branch by branch, steps (floor, ceil, comparisons) have derivative 0:
exact everywhere but at the kink itself, where no derivative exists.
"""

from __future__ import annotations

from collections.abc import Callable

from tolerogen.engine.expression.graph import Graph, Node

Rule = Callable[[Graph, Node], Node]


def _one_minus_square(g: Graph, v: Node) -> Node:
    return g.sub(g.const(1), g.mul(v, v))


def _one_plus_square(g: Graph, v: Node) -> Node:
    return g.add(g.const(1), g.mul(v, v))


def _inverse(g: Graph, v: Node) -> Node:
    return g.div(g.const(1), v)


def _sign(g: Graph, x: Node) -> Node:
    return g.choose(g.compare("lt", x, g.const(0)), g.const(-1), g.const(1))


def _root_of(g: Graph, v: Node) -> Node:
    return g.call("sqrt", v)


OF_ARGUMENT: dict[str, Rule] = {
    "ln": _inverse,
    "abs": _sign,
    "sin": lambda g, x: g.call("cos", x),
    "cos": lambda g, x: g.neg(g.call("sin", x)),
    "asin": lambda g, x: _inverse(g, _root_of(g, _one_minus_square(g, x))),
    "acos": lambda g, x: g.neg(_inverse(g, _root_of(g, _one_minus_square(g, x)))),
    "atan": lambda g, x: _inverse(g, _one_plus_square(g, x)),
    "sinh": lambda g, x: g.call("cosh", x),
    "cosh": lambda g, x: g.call("sinh", x),
    "asinh": lambda g, x: _inverse(g, _root_of(g, _one_plus_square(g, x))),
    "acosh": lambda g, x: _inverse(g, _root_of(g, g.sub(g.mul(x, x), g.const(1)))),
    "atanh": lambda g, x: _inverse(g, _one_minus_square(g, x)),
}
"""d f(x) / dx in terms of x."""

OF_VALUE: dict[str, Rule] = {
    "exp": lambda _, y: y,
    "sqrt": lambda g, y: g.div(g.const(0.5), y),
    "tan": _one_plus_square,
    "tanh": _one_minus_square,
}
"""d f(x) / dx in terms of f(x), which is computed anyway."""

STEPS = frozenset({"floor", "ceil", "gamma"})
"""Functions that are flat but for their steps; a factorial is one as far as a model can tell."""

SMALLEST = 1e-250
"""A power's derivative divides by its base; a base of 0 is taken for this instead."""


class Derivative:
    """Differentiate by one symbol, a state or the time.

    Parameters
    ----------
    graph
        The graph that holds the expressions.
    by
        Node of the symbol.

    Examples
    --------
    >>> g = Graph()
    >>> x, k = g.symbol("state", "x"), g.symbol("given", "k")
    >>> g.text(Derivative(g, x)(g.mul(k, g.mul(x, x))))
    '(k * (x + x))'
    """

    def __init__(self, graph: Graph, by: Node) -> None:
        self.graph = graph
        self.by = by
        kind, name = graph.keys[by]
        self._name = str(name) if kind == "state" else None
        self._done: dict[Node, Node] = {by: graph.const(1)}

    def __call__(self, node: Node) -> Node:
        """Return the derivative of a node."""
        g = self.graph
        for each in self._pending(node):
            self._done[each] = self._of(each)
        return self._done.get(node, g.const(0))

    def _depends(self, node: Node) -> bool:
        g = self.graph
        return g.timed(node) if self._name is None else self._name in g.states(node)

    def _pending(self, node: Node) -> list[Node]:
        """List what is still to be derived, operands first, without deep recursion."""
        seen: set[Node] = set()
        stack = [node]
        while stack:
            each = stack.pop()
            if each not in seen and each not in self._done and self._depends(each):
                seen.add(each)
                stack.extend(self.graph.operands(each))
        return sorted(seen)

    def _d(self, node: Node) -> Node:
        found = self._done.get(node)
        return self.graph.const(0) if found is None else found

    def _of(self, node: Node) -> Node:
        g, op, operands = self.graph, self.graph.op(node), self.graph.operands(node)
        if g.is_condition(node):
            return g.const(0)
        if op == "add":
            return g.add(self._d(operands[0]), self._d(operands[1]))
        if op == "sub":
            return g.sub(self._d(operands[0]), self._d(operands[1]))
        if op == "neg":
            return g.neg(self._d(operands[0]))
        if op == "mul":
            a, b = operands
            return g.add(g.mul(self._d(a), b), g.mul(a, self._d(b)))
        if op == "div":
            return self._quotient(node, *operands)
        if op == "pow":
            return self._power(node, *operands)
        if op == "choose":
            return g.choose(operands[0], self._d(operands[1]), self._d(operands[2]))
        (x,) = operands
        if op in STEPS:
            return g.const(0)
        outer = OF_VALUE[op](g, node) if op in OF_VALUE else OF_ARGUMENT[op](g, x)
        return g.mul(outer, self._d(x))

    def _quotient(self, node: Node, a: Node, b: Node) -> Node:
        """(u' - q v')/v shares the quotient q itself, which the rate computes anyway."""
        g = self.graph
        u, v, inverse = self._d(a), self._d(b), _inverse(self.graph, b)
        if u == v:
            return g.mul(g.mul(u, inverse), g.sub(g.const(1), node))
        return g.mul(g.sub(u, g.mul(node, v)), inverse)

    def _power(self, node: Node, a: Node, b: Node) -> Node:
        """Share x^n itself with the rate: the derivative is n x^n / x."""
        g = self.graph
        tiny = g.compare("lt", g.call("abs", a), g.const(SMALLEST))
        base = g.choose(tiny, g.const(SMALLEST), a)
        found = g.mul(g.div(g.mul(b, node), base), self._d(a))
        if self._depends(b):
            log = g.choose(tiny, g.const(0), g.call("ln", base))
            found = g.add(found, g.mul(g.mul(node, log), self._d(b)))
        return found
