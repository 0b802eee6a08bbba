"""When conditions turn: the times a solver must stop at, and the triggers it must watch.

A comparison of the time with something steady (``time >= t_on``) turns at a time that can be
computed beforehand: the solver stops there exactly. A comparison that depends on a state, or on
the time in another way, must be watched from step to step. Comparisons are watched rather than
whole triggers, because ``x > 4.5 && x < 5.1`` may be false at both ends of a step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tolerogen.engine.expression import Derivative
from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.expression.substitute import substitute


@dataclass(frozen=True)
class Switches:
    """Times at which conditions turn.

    Attributes
    ----------
    times
        Nodes, free of state and time; infinite or not a number where a condition never turns.
    watched
        Comparisons in triggers that can turn at other times.
    """

    times: tuple[Node, ...]
    watched: tuple[Node, ...]


def switches(graph: Graph, triggers: Iterable[Node], others: Iterable[Node]) -> Switches:
    """Find the times at which conditions turn.

    Parameters
    ----------
    graph
        Holds the nodes.
    triggers
        Conditions of the events.
    others
        Everything else in which a condition may stand: rates, delays, observables.
    """
    triggers = list(triggers)
    by_time = Derivative(graph, graph.symbol("time"))
    found: dict[Node, Node | None] = {}
    for node in graph.reach([*triggers, *others]):
        if graph.op(node) in ("lt", "le", "eq") and graph.timed(node) and not graph.states(node):
            found[node] = _turning(graph, by_time, node)
    times = tuple(dict.fromkeys(t for t in found.values() if t is not None))
    watched = [
        node
        for node in graph.reach(triggers)
        if graph.op(node) in ("lt", "le", "eq") and not graph.steady(node) and not found.get(node)
    ]
    return Switches(times, tuple(watched))


def _turning(graph: Graph, by_time: Derivative, node: Node) -> Node | None:
    """Solve ``a - b = 0`` for the time, where it is a straight line in the time."""
    a, b = graph.operands(node)
    difference = graph.sub(a, b)
    slope = by_time(difference)
    if not graph.steady(slope) or graph.value(slope) == 0:
        return None
    if any(
        graph.op(n) in ("floor", "ceil", "choose") and graph.timed(n) for n in graph.reach([node])
    ):
        return None
    start = substitute(graph, difference, {graph.symbol("time"): graph.const(0)})
    return graph.neg(graph.div(start, slope))
