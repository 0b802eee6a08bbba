"""From SBML text to what it declares, through libSBML (Bornstein et al. 2008).

libSBML is doi:10.1093/bioinformatics/btn051. It is imported when the first model is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tolerogen.engine.reader.declared import (
    Compartment,
    Declared,
    Function,
    Happening,
    Parameter,
    Reaction,
    Reference,
    Species,
)
from tolerogen.engine.reader.formula import Formula
from tolerogen.engine.reader.mathml import read_formula
from tolerogen.engine.reader.refusal import Refusal
from tolerogen.errors import ModelError

HARMLESS = frozenset({"fbc", "groups", "l3v2extendedmath", "layout", "render"})
"""Packages that leave the equations as they are, or whose mathematics is read."""
REQUIRED_BUT_UNKNOWN = 99107
"""libSBML's number for a package it does not know and that the text calls required."""


def read_document(sbml: str) -> Declared:
    """Read what an SBML text declares.

    Raises
    ------
    ModelError
        When the text is not SBML; with the line and what is wrong there.
    Refusal
        When the model uses what the native engine does not offer.
    """
    import libsbml

    document = libsbml.readSBMLFromString(sbml)
    _refuse_packages(document)
    # libSBML puts a declaration before a text that has none, and counts its line
    offset = 0 if sbml.lstrip().startswith("<?xml") else 1
    _refuse_errors(document, libsbml.LIBSBML_SEV_ERROR, offset)
    if document.getLevel() < 2:
        raise Refusal("level 1")
    model = document.getModel()
    if model is None:
        raise ModelError("The SBML document holds no model.")
    reactions = {r.getId(): _reaction(r) for r in _each(model.getListOfReactions())}
    every = [ref for reaction in reactions.values() for ref in reaction.references]
    compartments = {c.getId(): _compartment(c) for c in _each(model.getListOfCompartments())}
    return Declared(
        functions={f.getId(): _function(f) for f in _each(model.getListOfFunctionDefinitions())},
        compartments=compartments,
        species={
            s.getId(): _species(s, model, compartments) for s in _each(model.getListOfSpecies())
        },
        parameters={
            p.getId(): Parameter(p.getValue() if p.isSetValue() else None, p.getConstant())
            for p in _each(model.getListOfParameters())
        },
        reactions=reactions,
        references={ref.id: ref for ref in every if ref.id},
        initial=dict(_set(model.getListOfInitialAssignments(), "getSymbol")),
        assigned=dict(_set(_rules(model, "isAssignment"), "getVariable")),
        rated=dict(_set(_rules(model, "isRate"), "getVariable")),
        algebraic=tuple(f for r in _rules(model, "isAlgebraic") if (f := _math(r)) is not None),
        happenings=tuple(_happening(e, n) for n, e in enumerate(_each(model.getListOfEvents()), 1)),
    )


def _each(listed: Any) -> Iterator[Any]:
    return (listed.get(i) for i in range(listed.size()))


def _rules(model: Any, kind: str) -> list[Any]:
    return [rule for rule in _each(model.getListOfRules()) if getattr(rule, kind)()]


def _set(elements: Any, target: str) -> Iterator[tuple[str, Formula]]:
    """Pair what each element sets with its formula; without mathematics it sets nothing."""
    for element in elements if isinstance(elements, list) else _each(elements):
        formula = _math(element)
        if formula is not None:
            yield str(getattr(element, target)()), formula


def _math(element: Any) -> Formula | None:
    tree = element.getMath() if element is not None else None
    return None if tree is None else read_formula(tree)


def _refuse_packages(document: Any) -> None:
    plugins = (document.getPlugin(i) for i in range(document.getNumPlugins()))
    needed = [p.getPackageName() for p in plugins if document.getPkgRequired(p.getPackageName())]
    errors = (document.getError(i).getErrorId() for i in range(document.getNumErrors()))
    if REQUIRED_BUT_UNKNOWN in errors:
        unknown = range(document.getNumUnknownPackages())
        needed += [document.getUnknownPackageURI(i).split("/")[-2] for i in unknown]
    for name in needed:
        if name not in HARMLESS:
            raise Refusal("package", name)


def _refuse_errors(document: Any, severe: int, offset: int) -> None:
    for index in range(document.getNumErrors()):
        error = document.getError(index)
        if error.getSeverity() >= severe:
            message = " ".join(error.getMessage().split())
            line = error.getLine() - offset
            raise ModelError(f"The SBML is not valid, line {line}: {message}")


def _function(definition: Any) -> Function:
    arguments = range(definition.getNumArguments())
    body = definition.getBody()
    return Function(
        tuple(definition.getArgument(i).getName() for i in arguments),
        None if body is None else read_formula(body),
    )


def _compartment(compartment: Any) -> Compartment:
    size = compartment.getSize() if compartment.isSetSize() else None
    dimensions = compartment.getSpatialDimensionsAsDouble()
    return Compartment(size, dimensions, compartment.getConstant())


def _species(species: Any, model: Any, compartments: dict[str, Compartment]) -> Species:
    home = species.getCompartment()
    flat = home in compartments and compartments[home].dimensions == 0
    return Species(
        compartment=home,
        amount=species.getInitialAmount() if species.isSetInitialAmount() else None,
        concentration=(
            species.getInitialConcentration() if species.isSetInitialConcentration() else None
        ),
        in_amounts=species.getHasOnlySubstanceUnits() or flat,
        boundary=species.getBoundaryCondition(),
        constant=species.getConstant(),
        factor=species.getConversionFactor() or model.getConversionFactor(),
    )


def _reaction(reaction: Any) -> Reaction:
    if reaction.isSetFast() and reaction.getFast():
        raise Refusal("fast reactions", reaction.getId())
    law = reaction.getKineticLaw()
    local: Any = []
    if law is not None:
        old = reaction.getLevel() < 3
        local = _each(law.getListOfParameters() if old else law.getListOfLocalParameters())
    return Reaction(
        references=(
            *(_reference(r, -1) for r in _each(reaction.getListOfReactants())),
            *(_reference(r, 1) for r in _each(reaction.getListOfProducts())),
        ),
        rate=_math(law),
        local={p.getId(): p.getValue() if p.isSetValue() else math.nan for p in local},
    )


def _reference(reference: Any, sign: int) -> Reference:
    old = reference.getLevel() < 3
    has = old or reference.isSetStoichiometry()
    return Reference(
        id=reference.getId(),
        species=reference.getSpecies(),
        sign=sign,
        stoichiometry=reference.getStoichiometry() if has else None,
        math=_math(reference.getStoichiometryMath()) if old else None,
        constant=old or reference.getConstant(),
    )


def _happening(event: Any, number: int) -> Happening:
    trigger = event.getTrigger()
    modern = event.getLevel() > 2
    return Happening(
        id=event.getId() or f"event {number}",
        trigger=_math(trigger),
        initially=trigger.getInitialValue() if modern and trigger is not None else True,
        persistent=trigger.getPersistent() if modern and trigger is not None else True,
        delay=_math(event.getDelay()),
        priority=_math(event.getPriority()) if modern else None,
        from_trigger=event.getUseValuesFromTriggerTime(),
        assignments=dict(_set(event.getListOfEventAssignments(), "getVariable")),
    )
