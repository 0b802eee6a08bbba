"""What a model asks for before its code is written: derivatives, order, what is steady, sizes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tolerogen.engine.expression import Derivative
from tolerogen.engine.expression.graph import Node
from tolerogen.engine.native.blueprint import effects_of
from tolerogen.engine.native.layout import Sizes, arrange
from tolerogen.engine.native.ordering import Factors, factors
from tolerogen.engine.native.switches import Switches, switches
from tolerogen.engine.native.tableau import Tableau
from tolerogen.engine.reader.system import System


class Demand:
    """All there is to know of a model before code is written.

    Parameters
    ----------
    system
        The equations.
    observables
        Ids to report, in order.
    tableau
        The method.
    width
        Lanes.
    """

    def __init__(
        self, system: System, observables: Iterable[str], tableau: Tableau, width: int
    ) -> None:
        self.system, self.graph = system, system.graph
        self.tableau, self.width = tableau, width
        self.observed = [system.observables[o] for o in observables]
        self.jacobian = self._jacobian()
        self.factors = self._factors()
        self.states = [system.states[i] for i in self.factors.order]
        self.rates = [system.rates[i] for i in self.factors.order]
        self.switches = self._switches()
        by_time = Derivative(self.graph, self.graph.symbol("time"))
        self.by_time = [by_time(r) for r in self.rates]
        self.timed = any(self.graph.value(n) != 0 for n in self.by_time)
        self.effects = [n for e in system.events for n in effects_of(self.graph, e)]
        self.scales = [self._scale(s) for s in self.states]
        self.hoisted = self._hoisted()
        self.sizes = self._sizes()
        self.layout = arrange(self.sizes)
        self.fed = self._fed()

    def _jacobian(self) -> dict[tuple[int, int], Node]:
        system, graph = self.system, self.graph
        found = {}
        for j, state in enumerate(system.states):
            derive = Derivative(graph, graph.symbol("state", state))
            for i, rate in enumerate(system.rates):
                if state in graph.states(rate):
                    entry = derive(rate)
                    if graph.value(entry) != 0:
                        found[i, j] = entry
        return found

    def _factors(self) -> Factors:
        return factors(len(self.system.states), self.jacobian)

    def _switches(self) -> Switches:
        events = self.system.events
        others = [
            *self.system.rates,
            *(n for e in events for n in effects_of(self.graph, e)),
            *self.observed,
        ]
        return switches(self.graph, [e.trigger for e in events], others)

    def _scale(self, state: str) -> Node:
        """How much the state changes when what is reported of it changes by one."""
        graph, one = self.graph, self.graph.const(1)
        shown = self.system.observables.get(state)
        if shown is None:
            return one
        slope = Derivative(graph, graph.symbol("state", state))(shown)
        if not graph.steady(slope) or graph.value(slope) == 0:
            return one
        return graph.div(one, slope)

    def odd(self, node: Node) -> bool:
        """Tell whether a node is a constant that is not finite, by the model's own word."""
        value = self.graph.value(node)
        return value is not None and not math.isfinite(value)

    def _moving(self) -> list[Node]:
        """List the roots of all that is computed while the solver runs."""
        triggers = [e.trigger for e in self.system.events]
        moving = [*self.rates, *self.by_time, *self.jacobian.values(), *self.observed]
        return [*moving, *triggers, *self.effects]

    def _hoisted(self) -> list[Node]:
        """List steady sub-expressions that unsteady ones use: computed once per patient."""
        graph = self.graph
        leaves = {"const", "true", "false", "given", "held", "input"}
        roots = self._moving()
        used = {
            n for each in graph.reach(roots) if not graph.steady(each) for n in graph.operands(each)
        }
        used.update(roots)
        return sorted(n for n in used if graph.steady(n) and graph.op(n) not in leaves)

    def _sizes(self) -> Sizes:
        system = self.system
        return Sizes(
            given=len(system.given),
            held=len(system.held),
            inputs=len(system.infused),
            hoisted=len(self.hoisted),
            states=len(system.states),
            stages=self.tableau.stages,
            dense=len(self.tableau.dense),
            factors=len(self.factors.entries),
            observables=len(self.observed),
            triggers=len(system.events),
            watched=len(self.switches.watched),
            switches=len(self.switches.times),
            effects=len(self.effects),
            doseable=len(system.doseable),
        )

    def all_steady(self) -> list[tuple[int, Node]]:
        """List all that is steady, each with its row."""
        layout, system = self.layout, self.system
        whole = self.graph.const(1)
        groups = (
            (layout.hoisted, self.hoisted),
            (layout.switch, list(self.switches.times)),
            (layout.share, [system.share.get(s, whole) for s in system.doseable]),
            (layout.dose, [factor for _, factor in system.doseable.values()]),
            (layout.scale, self.scales),
        )
        return [(first + i, node) for first, nodes in groups for i, node in enumerate(nodes)]

    def _fed(self) -> set[Node]:
        """Return the nodes that move with the inputs."""
        graph, found = self.graph, set[Node]()
        for node in graph.reach(node for _, node in self.all_steady()):
            if graph.op(node) == "input" or not found.isdisjoint(graph.operands(node)):
                found.add(node)
        return found
