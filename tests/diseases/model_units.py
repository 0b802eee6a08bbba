"""The units of a model's expressions, worked out with pint from the SBML."""

from __future__ import annotations

import math
from functools import reduce
from operator import add, mul, truediv

import libsbml
import pint


class ModelUnits:
    """Every id of a model as a quantity of its unit and its initial value or 1."""

    def __init__(self, model: libsbml.Model) -> None:
        self.registry = pint.UnitRegistry(cache_folder=None)
        self.registry.define("item = [item]")
        self.day = self._unit(model, "per_day") ** -1
        self.functions = {f.getId(): f for f in model.getListOfFunctionDefinitions()}
        self.substance = {
            s.getId(): self._unit(model, s.getSubstanceUnits()) for s in model.getListOfSpecies()
        }
        self.values = {
            p.getId(): self._unit(model, p.getUnits()) for p in model.getListOfParameters()
        }
        places = {c.getId(): self._unit(model, c.getUnits()) for c in model.getListOfCompartments()}
        self.values.update(places)
        for species in model.getListOfSpecies():
            self.values[species.getId()] = (
                self.substance[species.getId()] / places[species.getCompartment()]
            )

    def _unit(self, model: libsbml.Model, name: str) -> pint.Quantity:
        definition = model.getUnitDefinition(name)
        if definition is None:
            return self.registry.Quantity(1.0, name).to_base_units()
        parts = [
            self.registry.Quantity(
                u.getMultiplier() * 10.0 ** u.getScale(), libsbml.UnitKind_toString(u.getKind())
            )
            ** u.getExponent()
            for u in definition.getListOfUnits()
        ]
        return reduce(mul, parts).to_base_units()

    def evaluate(
        self, node: libsbml.ASTNode, bound: dict[str, pint.Quantity] | None = None
    ) -> pint.Quantity:
        """Evaluate an expression; adding unlike units raises pint.DimensionalityError."""
        bound = bound or {}
        parts = [self.evaluate(node.getChild(i), bound) for i in range(node.getNumChildren())]
        kind = node.getType()
        if node.isNumber():
            return self.registry.Quantity(float(node.getValue()))
        if kind == libsbml.AST_NAME:
            return bound[node.getName()] if node.getName() in bound else self.values[node.getName()]
        if kind == libsbml.AST_FUNCTION:
            function = self.functions[node.getName()]
            names = [function.getArgument(i).getName() for i in range(function.getNumArguments())]
            return self.evaluate(function.getBody(), dict(zip(names, parts, strict=True)))
        if kind == libsbml.AST_FUNCTION_LN:
            return self.registry.Quantity(math.log(parts[0].to("").magnitude or 1.0))
        if kind == libsbml.AST_MINUS:
            return -parts[0] if len(parts) == 1 else _minus(*parts)
        return reduce(
            {libsbml.AST_PLUS: add, libsbml.AST_TIMES: mul, libsbml.AST_DIVIDE: truediv}[kind],
            parts,
        )


def _minus(a: pint.Quantity, b: pint.Quantity) -> pint.Quantity:
    """Subtract, but never to zero: a later division must not fail for its value."""
    return (a - b).units * 1.0 if (a - b).magnitude == 0 else a - b
