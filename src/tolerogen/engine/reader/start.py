"""Values at the start, in terms of what the patients bring."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.expression.substitute import substitute
from tolerogen.engine.reader.declared import Declared, Species, nan_if_none
from tolerogen.engine.reader.meaning import Meaning
from tolerogen.engine.reader.roles import Roles
from tolerogen.errors import ModelError

if TYPE_CHECKING:
    from tolerogen.engine.reader.course import Course

GUESS = 1.0
"""Where the search for the value of an algebraic variable starts that the text gives none."""
UNSET_SIZE = 1.0
"""Size of a compartment that nothing gives one: amounts and concentrations are then the same."""


class Start(Meaning):
    """What ids mean at time 0.

    What is given comes first, then assignment rules and initial assignments, then what is
    declared. `course` is set by the `Course` it belongs to.
    """

    course: Course

    def __init__(self, graph: Graph, declared: Declared, roles: Roles) -> None:
        super().__init__(graph, declared, graph.const(0))
        self.roles = roles

    def slope(self, name: str) -> Node:
        """Return the derivative of an id by the time, at the start."""
        return self.frozen(self.course.slope(name))

    def frozen(self, node: Node) -> Node:
        """Return an expression of the course as it is at the start."""
        g = self.graph
        moving = {n for n in g.reach([node]) if g.op(n) in ("state", "held", "input", "time")}
        known = {n: self._symbol(n) for n in moving}
        return substitute(g, node, known)

    def _symbol(self, node: Node) -> Node:
        kind, name = self.graph.keys[node]
        return self.symbol(str(name)) if kind in ("state", "held") else self.graph.const(0)

    def symbol(self, name: str) -> Node:
        """Return what the symbol of a state or held variable starts from."""
        if name in self.roles.sized:
            return self.amount(name)
        value = self.value(name)
        if name in self.roles.massless and math.isnan(self.graph.value(value) or 0.0):
            return self.graph.const(GUESS)
        return value

    def amount(self, name: str) -> Node:
        """Return the amount of a species whose id stands for a concentration."""
        species = self.declared.species[name]
        if species.amount is not None and name not in self.declared.initial:
            return self.graph.const(species.amount)
        return self.graph.mul(self.value(name), self.value(species.compartment))

    def _needs(self, name: str) -> frozenset[str]:
        if name in self.roles.given or name in self.roles.solved:
            return frozenset()
        return self.mentioned(name, self.declared.assigned, self.declared.initial)

    def _define(self, name: str) -> Node:
        declared = self.declared
        if name in self.roles.given:
            return self.graph.symbol("given", name)
        if name in self.roles.solved:
            return self.frozen(self.roles.solved[name])
        for source in (declared.assigned, declared.initial):
            if name in source:
                return self.formula(source[name])
        if name in declared.reactions:
            return self.reaction(name)
        return self._declared(name)

    def _declared(self, name: str) -> Node:
        declared, value = self.declared, None
        if name in declared.species:
            return self._species(declared.species[name])
        if name in declared.parameters:
            value = declared.parameters[name].value
        elif name in declared.compartments:
            size = declared.compartments[name].size
            value = UNSET_SIZE if size is None else size
        elif name in declared.references:
            reference = declared.references[name]
            if reference.math is not None:
                return self.formula(reference.math)
            value = reference.stoichiometry
        else:
            raise ModelError(f"The model uses '{name}' without defining it.")
        return self.graph.const(nan_if_none(value))

    def _species(self, species: Species) -> Node:
        g = self.graph
        amount, concentration = species.amount, species.concentration
        if species.in_amounts:
            if amount is None and concentration is not None:
                return g.mul(g.const(concentration), self.value(species.compartment))
            return g.const(nan_if_none(amount))
        if concentration is None and amount is not None:
            return g.div(g.const(amount), self.value(species.compartment))
        return g.const(nan_if_none(concentration))
