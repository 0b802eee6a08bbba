"""Values while the model runs, in terms of symbols, and how fast they change."""

from __future__ import annotations

from collections.abc import Iterator

from tolerogen.engine.expression.derivative import Derivative
from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.reader.declared import Declared, Reference, nan_if_none
from tolerogen.engine.reader.meaning import Guard, Meaning
from tolerogen.engine.reader.refusal import Refusal
from tolerogen.engine.reader.roles import Roles
from tolerogen.engine.reader.start import Start


class Course(Meaning):
    """What ids mean at any time.

    Attributes
    ----------
    start
        What they mean at time 0; what nothing changes keeps that value.
    """

    def __init__(self, graph: Graph, declared: Declared, roles: Roles) -> None:
        super().__init__(graph, declared, graph.symbol("time"))
        self.roles = roles
        self.symbols = {name: graph.symbol(kind, name) for name, kind in roles.symbols.items()}
        self.start = Start(graph, declared, roles)
        self.start.course = self
        self._derivatives: dict[Node, Derivative] = {}
        self._motions: dict[str, Node] = {}
        self._moving: list[str] = []
        self._touching = _by_species(declared)

    def _define(self, name: str) -> Node:
        if name in self.roles.solved:
            return self.roles.solved[name]
        if name in self.declared.assigned:
            return self.formula(self.declared.assigned[name])
        if name in self.declared.reactions:
            return self.reaction(name)
        if name in self.roles.sized:
            size = self.value(self.declared.species[name].compartment)
            return self.graph.div(self.amount(name), size)
        if name in self.symbols:
            return self.symbols[name]
        reference = self.declared.references.get(name)
        if reference is not None and reference.math is not None:
            return self.formula(reference.math)
        return self.start.value(name)

    def _needs(self, name: str) -> frozenset[str]:
        return self.mentioned(name, self.declared.assigned)

    def amount(self, name: str) -> Node:
        """Return the amount of a species whose symbol is one, or would be if it changed."""
        found = self.symbols.get(name)
        return self.start.amount(name) if found is None else found

    # ── change ──────────────────────────────────────────────────────────────────────────

    def motion(self, state: str) -> Node:
        """Return the derivative of a state by the time.

        A species that a rate rule moves in a compartment of varying size V is its amount, a; the
        rule gives the derivative r of its concentration a/V, so da/dt = r V + (a/V) dV/dt.
        """
        found = self._motions.get(state)
        if found is None:
            with Guard(self._moving, state, "the slope of which depends on itself"):
                found = self._motions[state] = self._motion(state)
        return found

    def _motion(self, state: str) -> Node:
        g = self.graph
        entering = g.const(0)
        if state in self.roles.infused:
            entering = g.mul(g.symbol("input", state), self.per_amount(state))
        if state not in self.declared.rated:
            return g.total((*self._flows(state), entering))
        rule = g.number(self.formula(self.declared.rated[state]))
        if state in self.roles.sized:
            home = self.declared.species[state].compartment
            moved = g.mul(rule, self.value(home))
            rule = g.add(moved, g.mul(self.value(state), self.slope(home)))
        return g.add(rule, entering)

    def per_amount(self, species: str) -> Node:
        """Return by how much the state of a species changes with an amount that enters it."""
        declared = self.declared.species[species]
        if declared.in_amounts or species in self.roles.sized:
            return self.graph.const(1)
        return self.graph.div(self.graph.const(1), self.value(declared.compartment))

    def _flows(self, species: str) -> Iterator[Node]:
        g = self.graph
        factor = self.declared.species[species].factor
        for reaction, reference in self._touching.get(species, ()):
            flow = g.mul(self.stoichiometry(reference), self.value(reaction))
            if factor:
                flow = g.mul(self.value(factor), flow)
            yield g.neg(flow) if reference.sign < 0 else flow

    def stoichiometry(self, reference: Reference) -> Node:
        """Return how many of a species a reaction takes or makes."""
        if reference.id:
            return self.value(reference.id)
        if reference.math is not None:
            return self.graph.number(self.formula(reference.math))
        return self.graph.const(nan_if_none(reference.stoichiometry))

    def slope(self, name: str) -> Node:
        """Return the derivative of an id by the time: of its value, whatever it depends on."""
        g = self.graph
        value = self.value(name)
        terms = [self._by(value, g.symbol("time"))] if g.timed(value) else []
        for state in sorted(g.states(value)):
            if state in self.roles.massless:
                raise Refusal("slope of an algebraic variable", state)
            terms.append(g.mul(self._by(value, self.symbols[state]), self.motion(state)))
        return g.total(terms)

    def _by(self, value: Node, symbol: Node) -> Node:
        if symbol not in self._derivatives:
            self._derivatives[symbol] = Derivative(self.graph, symbol)
        return self._derivatives[symbol](value)


def _by_species(declared: Declared) -> dict[str, list[tuple[str, Reference]]]:
    """List the reactions that touch each species."""
    found: dict[str, list[tuple[str, Reference]]] = {}
    for name, reaction in declared.reactions.items():
        if reaction.rate is not None:
            for reference in reaction.references:
                found.setdefault(reference.species, []).append((name, reference))
    return found
