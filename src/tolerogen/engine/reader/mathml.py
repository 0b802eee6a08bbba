"""From libSBML's syntax trees to formulas."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from tolerogen.engine.reader.formula import Formula, Step
from tolerogen.engine.reader.refusal import Refusal
from tolerogen.errors import ModelError

_PLAIN = (
    *("abs", "arccos", "arccosh", "arccot", "arccoth", "arccsc", "arccsch", "arcsec", "arcsech"),
    *("arcsin", "arcsinh", "arctan", "arctanh", "ceiling", "cos", "cosh", "cot", "coth", "csc"),
    *("csch", "exp", "factorial", "floor", "ln", "log", "max", "min", "piecewise", "power"),
    *("quotient", "rem", "root", "sec", "sech", "sin", "sinh", "tan", "tanh"),
)
_NUMBERS = ("INTEGER", "REAL", "REAL_E", "RATIONAL", "NAME_AVOGADRO")
_CONSTANTS = {"CONSTANT_PI": math.pi, "CONSTANT_E": math.e}


@cache
def _operations() -> dict[int, Step]:
    """Return the step of each kind of tree node; its operands are counted later."""
    import libsbml

    found = {f"FUNCTION_{name.upper()}": Step(name) for name in _PLAIN}
    found |= {name: Step(name.lower()) for name in ("PLUS", "MINUS", "TIMES", "DIVIDE", "POWER")}
    found |= {f"LOGICAL_{n.upper()}": Step(n) for n in ("and", "or", "not", "xor", "implies")}
    found |= {f"RELATIONAL_{n.upper()}": Step(n) for n in ("lt", "leq", "gt", "geq", "eq", "neq")}
    found |= {name: Step("number", value=value) for name, value in _CONSTANTS.items()}
    found |= {"CONSTANT_TRUE": Step("true"), "CONSTANT_FALSE": Step("false")}
    found |= {"NAME_TIME": Step("time")}
    return {getattr(libsbml, f"AST_{name}"): step for name, step in found.items()}


@cache
def _special() -> dict[int, str]:
    import libsbml

    found = {getattr(libsbml, f"AST_{name}"): "number" for name in _NUMBERS}
    kinds = {"NAME": "name", "FUNCTION": "call", "FUNCTION_DELAY": "delay"}
    kinds |= {"FUNCTION_RATE_OF": "rate"}
    return found | {getattr(libsbml, f"AST_{name}"): kind for name, kind in kinds.items()}


def read_formula(tree: Any) -> Formula:
    """Write out a syntax tree of libSBML.

    Raises
    ------
    Refusal
        When it holds ``delay`` or a draw from a distribution.
    ModelError
        When it holds what is not part of SBML.
    """
    steps: list[Step] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        step = _step(node)
        steps.append(step)
        pending.extend(node.getChild(i) for i in range(step.takes))  # the last is taken first
    return tuple(reversed(steps))


def _step(node: Any) -> Step:
    kind = node.getType()
    plain = _operations().get(kind)
    if plain is not None:
        children = node.getNumChildren()
        return plain._replace(takes=children) if children else plain
    special = _special().get(kind)
    if special == "name":
        return Step("name", name=node.getName())
    if special == "number":
        return Step("number", value=node.getValue())
    if special == "rate":
        return Step("rate", name=_bare(node.getChild(0)))
    if special == "call":
        children = node.getNumChildren()
        bare = tuple(_bare(node.getChild(i)) for i in range(children))
        return Step("call", takes=children, name=node.getName(), bare=bare)
    if special == "delay":
        raise Refusal("delay")
    text = node.getName() or node.getOperatorName() or f"of kind {kind}"
    if "distrib" in str(node.getPackageName()):
        raise Refusal("distributions", text)
    raise ModelError(f"The mathematics of the model holds an operation SBML has not: {text}.")


def _bare(node: Any) -> str:
    return str(node.getName()) if _special().get(node.getType()) == "name" else ""
