"""Small SBML texts for tests: a model from its parts, mathematics from libSBML's infix."""

from __future__ import annotations

import libsbml

NAMESPACE = "http://www.sbml.org/sbml/level3/version2/core"


def math(infix: str) -> str:
    """Return the MathML of a formula in libSBML's infix of level 3."""
    tree = libsbml.parseL3Formula(infix)
    assert tree is not None, libsbml.getLastParseL3Error()
    return libsbml.writeMathMLToString(tree).split("?>", 1)[1]


def document(*, attributes: str = "", **lists: str) -> str:
    """Return an SBML text: each list by its name without ``listOf``, with its members."""
    order = (
        *("FunctionDefinitions", "Compartments", "Species", "Parameters", "InitialAssignments"),
        *("Rules", "Reactions", "Events"),
    )
    inner = "".join(f"<listOf{n}>{lists[n]}</listOf{n}>" for n in order if n in lists)
    assert lists.keys() <= set(order)
    return (
        f'<sbml xmlns="{NAMESPACE}" level="3" version="2"><model{attributes}>{inner}</model></sbml>'
    )


def parameters(**values: float | None) -> str:
    """Return variable parameters, with a value or without."""
    return "".join(
        f'<parameter id="{name}" constant="false"' + ("" if v is None else f' value="{v}"') + "/>"
        for name, v in values.items()
    )


def compartment(name: str = "C", size: float = 1.0) -> str:
    return f'<compartment id="{name}" size="{size}" spatialDimensions="3" constant="false"/>'


def species(name: str, start: str, **flags: bool) -> str:
    """Return a species in C: `start` is an attribute such as ``initialAmount="1"``."""
    words = {"hasOnlySubstanceUnits": False, "boundaryCondition": False, "constant": False} | flags
    text = " ".join(f'{key}="{str(value).lower()}"' for key, value in words.items())
    return f'<species id="{name}" compartment="C" {start} {text}/>'


def rule(kind: str, variable: str, infix: str) -> str:
    """Return a rule; an algebraic one has no variable."""
    target = f' variable="{variable}"' if variable else ""
    return f"<{kind}Rule{target}>{math(infix)}</{kind}Rule>"


def initially(symbol: str, infix: str) -> str:
    return f'<initialAssignment symbol="{symbol}">{math(infix)}</initialAssignment>'


def function(name: str, arguments: str, infix: str) -> str:
    whole = math(f"lambda({arguments}, {infix})")
    return f'<functionDefinition id="{name}">{whole}</functionDefinition>'


def reaction(name: str, product: str, infix: str, local: str = "", stoichiometry: str = "1") -> str:
    """Return a reaction that makes one species."""
    return (
        f'<reaction id="{name}" reversible="false"><listOfProducts><speciesReference '
        f'species="{product}" stoichiometry="{stoichiometry}" constant="true"/></listOfProducts>'
        f"<kineticLaw>{math(infix)}<listOfLocalParameters>{local}</listOfLocalParameters>"
        "</kineticLaw></reaction>"
    )


def event(trigger: str, inner: str = "", *, attributes: str = "", **assignments: str) -> str:
    """Return an event; `inner` holds its delay and priority."""
    set_ = "".join(
        f'<eventAssignment variable="{name}">{math(infix)}</eventAssignment>'
        for name, infix in assignments.items()
    )
    words = attributes or 'useValuesFromTriggerTime="true"'
    return (
        f'<event {words}><trigger initialValue="false" persistent="false">{math(trigger)}</trigger>'
        f"{inner}<listOfEventAssignments>{set_}</listOfEventAssignments></event>"
    )
