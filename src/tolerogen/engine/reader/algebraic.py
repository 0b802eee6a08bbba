"""Which variable each algebraic rule determines, and its value where the rule can be solved.

A rule says that an expression, its residual, is 0. It may determine any variable that nothing
else sets. Residuals that are linear in such a variable, with a coefficient that stays put, are
solved for it one after the other, as in Gaussian elimination; the variable is then written out
like that of an assignment rule. What is left is matched with the variables left, one each, and
those become states without a derivative, for the solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tolerogen.engine.expression.derivative import Derivative
from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.expression.substitute import substitute
from tolerogen.engine.reader.course import Course
from tolerogen.engine.reader.declared import Declared, Parameter, Species
from tolerogen.engine.reader.refusal import Refusal
from tolerogen.engine.reader.roles import Roles, find_roles, jumped, moved_by_reactions

_STEPS = frozenset({"lt", "le", "eq", "floor", "ceil", "abs", "gamma"})
"""Operations with kinks or steps, which a derivative does not tell of."""
_FAR = 1e6


@dataclass(frozen=True)
class Determined:
    """What algebraic rules determine.

    Attributes
    ----------
    solved
        Value of each variable that was solved for.
    massless
        Rule, by its position, of each variable that is left to the solver.
    """

    solved: Mapping[str, Node]
    massless: Mapping[str, int]


def settle(
    declared: Declared, graph: Graph, given: Sequence[str], infused: Sequence[str]
) -> tuple[Roles, dict[str, int]]:
    """Find the roles of a model, those of algebraic rules included.

    Returns
    -------
    roles
        The roles.
    massless
        The algebraic rule, by position, of each state without a derivative.

    Raises
    ------
    Refusal
        When a rule determines no variable.
    """
    if not declared.algebraic:
        return find_roles(declared, given, infused), {}
    free = _free(declared, {*given, *infused})
    first = _determine(declared, graph, find_roles(declared, given, infused, free), free)
    # a variable that no rule determines after all is a constant or held: look again with that
    chosen = [name for name in free if name in first.solved or name in first.massless]
    roles = find_roles(declared, given, infused, chosen)
    found = _determine(declared, graph, roles, chosen)
    roles = find_roles(declared, given, infused, found.massless, found.solved)
    return roles, dict(found.massless)


def _free(declared: Declared, taken: set[str]) -> list[str]:
    """Return the variables a rule may determine, those it should rather determine first.

    Rather those that events leave alone, rather those that are given no value.
    """
    taken = taken | declared.assigned.keys() | declared.rated.keys() | moved_by_reactions(declared)
    constant = {
        name: each.constant
        for kind in (
            declared.parameters,
            declared.compartments,
            declared.species,
            declared.references,
        )
        for name, each in kind.items()
    }
    names = [name for name, fixed in constant.items() if not fixed and name not in taken]
    leaping = set(jumped(declared))
    return sorted(names, key=lambda n: (n in leaping, not _unset(declared, n)))


def _unset(declared: Declared, name: str) -> bool:
    if name in declared.initial:
        return False
    parameter = declared.parameters.get(name)
    species = declared.species.get(name)
    return (isinstance(parameter, Parameter) and parameter.value is None) or (
        isinstance(species, Species) and species.amount is None and species.concentration is None
    )


def _determine(declared: Declared, graph: Graph, roles: Roles, free: list[str]) -> Determined:
    course = Course(graph, declared, roles)
    left = {n: graph.number(course.formula(f)) for n, f in enumerate(declared.algebraic)}
    solvable = [name for name in free if name not in jumped(declared)]
    solved: dict[str, Node] = {}
    while (pivot := _pivot(graph, left, solvable)) is not None:
        rule, name, value = pivot
        place = {graph.symbol("state", name): value}
        del left[rule]
        left = {n: substitute(graph, residual, place) for n, residual in left.items()}
        solved = {n: substitute(graph, known, place) for n, known in solved.items()}
        solved[name] = value
    return Determined(solved, _matched(graph, left, [n for n in free if n not in solved]))


def _pivot(
    graph: Graph, left: Mapping[int, Node], free: Sequence[str]
) -> tuple[int, str, Node] | None:
    """Find a rule that can be solved for a variable: (rule, variable, value)."""
    for rule, residual in left.items():
        for name in free:
            if name in graph.states(residual):
                value = _solution(graph, residual, name)
                if value is not None:
                    return rule, name, value
    return None


def _solution(graph: Graph, residual: Node, name: str) -> Node | None:
    """Return where a residual is 0, if it is linear in the state with a steady coefficient."""
    symbol = graph.symbol("state", name)
    for node in graph.reach([residual]):
        if graph.op(node) in _STEPS and name in graph.states(node):
            return None
    coefficient = Derivative(graph, symbol)(residual)
    moving = ("state", "held", "input", "time")
    if any(graph.op(n) in moving for n in graph.reach([coefficient])):
        return None
    if graph.value(coefficient) == 0:
        return None
    rest = substitute(graph, residual, {symbol: graph.const(0)})
    return graph.neg(graph.div(rest, coefficient))


def _matched(graph: Graph, left: Mapping[int, Node], free: Sequence[str]) -> dict[str, int]:
    """Give each rule a variable of its own, those that come first if there is a choice."""
    from scipy.optimize import linear_sum_assignment

    if not left:
        return {}
    rules = list(left)
    cost = np.full((len(rules), max(len(free), len(rules))), _FAR)
    for row, rule in enumerate(rules):
        for column, name in enumerate(free):
            if name in graph.states(left[rule]):
                cost[row, column] = column
    rows, columns = linear_sum_assignment(cost)
    for row, column in zip(rows, columns, strict=True):
        if cost[row, column] >= _FAR:
            name = f"algebraic rule {rules[row] + 1}"
            raise Refusal("algebraic rule without a variable", name)
    return {free[c]: rules[r] for r, c in zip(rows, columns, strict=True)}
