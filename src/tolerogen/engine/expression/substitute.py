"""Put expressions in the place of symbols."""

from __future__ import annotations

from collections.abc import Mapping

from tolerogen.engine.expression.graph import SYMBOLS, Graph, Node


def substitute(graph: Graph, node: Node, places: Mapping[Node, Node]) -> Node:
    """Return the node with some of its parts replaced, simplified again on the way.

    Parameters
    ----------
    graph
        The graph that holds everything.
    node
        Where to replace.
    places
        What to put in place of which node.

    Examples
    --------
    >>> g = Graph()
    >>> t, k = g.symbol("time"), g.symbol("given", "k")
    >>> g.text(substitute(g, g.sub(t, k), {t: g.const(0)}))
    'neg(k)'
    """
    made = dict(places)
    for each in graph.reach([node]):
        if each not in made:
            made[each] = _rebuilt(graph, each, made)
    return made[node]


def _rebuilt(graph: Graph, node: Node, made: Mapping[Node, Node]) -> Node:
    op, old = graph.op(node), graph.operands(node)
    new = [made[n] for n in old]
    if op in SYMBOLS or op == "const" or tuple(new) == old:
        return node
    binary = {
        "add": graph.add,
        "sub": graph.sub,
        "mul": graph.mul,
        "div": graph.div,
        "pow": graph.power,
        "and": graph.both,
    }
    if op in binary:
        return binary[op](*new)
    if op in ("lt", "le", "eq"):
        return graph.compare(op, *new)
    if op == "choose":
        return graph.choose(*new)
    if op in ("neg", "not"):
        return graph.neg(new[0]) if op == "neg" else graph.negate(new[0])
    return graph.call(op, new[0])
