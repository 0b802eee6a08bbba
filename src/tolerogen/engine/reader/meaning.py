"""What an id means in mathematics, and what a formula comes to."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.reader.declared import Declared
from tolerogen.engine.reader.formula import Formula, Step, names
from tolerogen.engine.reader.operations import apply
from tolerogen.errors import ModelError


@dataclass(frozen=True)
class Local:
    """Names with a meaning of their own: local parameters, arguments of a function.

    `values` are their values. `alias` tells, of those that stand for a plain name, which: the
    rate of an argument is the rate of what was passed.
    """

    values: Mapping[str, Node]
    alias: Mapping[str, str]


NOTHING = Local({}, {})


class Meaning(ABC):
    """The meaning of ids at some time: what `Start` and `Course` share.

    Each id is worked out when it is first asked for, and kept; asking for an id while it is
    being worked out means that the model defines it by itself, and is refused.
    """

    def __init__(self, graph: Graph, declared: Declared, time: Node) -> None:
        self.graph = graph
        self.declared = declared
        self.time = time
        self._known: dict[str, Node] = {}
        self._pending: list[str] = []
        self._calls: list[str] = []

    def value(self, name: str) -> Node:
        """Return the value of an id.

        Raises
        ------
        ModelError
            When the model has no such id, or defines it by itself.
        """
        if name not in self._known:
            for each in self._order(name):
                with Guard(self._pending, each, "defined by itself"):
                    self._known[each] = self.graph.number(self._define(each))
        return self._known[name]

    def _order(self, name: str) -> list[str]:
        """Return an id and all that its definition needs first, without deep recursion."""
        order: list[str] = []
        seen = {*self._pending} - {name}
        stack = [(name, False)]
        while stack:
            each, ready = stack.pop()
            if ready:
                order.append(each)
            elif each not in seen and each not in self._known:
                seen.add(each)
                stack.append((each, True))
                stack.extend((need, False) for need in self._needs(each))
        return order

    @abstractmethod
    def _needs(self, name: str) -> frozenset[str]:
        """Return the ids that the formula defining an id mentions."""

    def mentioned(self, name: str, *sources: Mapping[str, Formula]) -> frozenset[str]:
        """Return the ids in the formula of an id: from the first source, or of a reaction."""
        for source in sources:
            if name in source:
                return names(source[name])
        reaction = self.declared.reactions.get(name)
        if reaction is None or reaction.rate is None:
            return frozenset()
        return names(reaction.rate) - reaction.local.keys()

    @abstractmethod
    def slope(self, name: str) -> Node:
        """Return the derivative of an id by the time."""

    @abstractmethod
    def _define(self, name: str) -> Node:
        """Work out the value of an id."""

    def formula(self, formula: Formula, local: Local = NOTHING) -> Node:
        """Return what a formula comes to."""
        stack: list[Node] = []
        for step in formula:
            if step.takes:
                operands = stack[-step.takes :]
                del stack[-step.takes :]
            else:
                operands = []
            stack.append(self._step(step.op, step, operands, local))
        (result,) = stack
        return result

    def _step(self, op: str, step: Step, operands: list[Node], local: Local) -> Node:
        if op == "name":
            found = local.values.get(step.name)
            return self.value(step.name) if found is None else found
        if op == "number":
            return self.graph.const(step.value)
        if op == "time":
            return self.time
        if op == "call":
            return self._call(step, operands, local)
        if op == "rate":
            return self._rate(step.name, local)
        return apply(self.graph, op, operands)

    def _rate(self, name: str, local: Local) -> Node:
        name = local.alias.get(name, name)
        if name in local.values:
            return self.graph.const(0)  # a local parameter
        return self.slope(name)

    def _call(self, step: Step, operands: list[Node], local: Local) -> Node:
        function = self.declared.functions.get(step.name)
        if function is None:
            raise ModelError(f"The model calls a function '{step.name}' that it does not define.")
        if len(operands) != len(function.arguments):
            raise ModelError(
                f"The model calls the function '{step.name}' with {len(operands)} arguments; "
                f"it takes {len(function.arguments)}."
            )
        if function.body is None:
            return self.graph.const(math.nan)
        named = zip(function.arguments, step.bare, strict=True)
        inner = Local(
            dict(zip(function.arguments, operands, strict=True)),
            {argument: local.alias.get(bare, bare) for argument, bare in named if bare},
        )
        with Guard(self._calls, step.name, "a function that calls itself"):
            return self.formula(function.body, inner)

    def reaction(self, name: str) -> Node:
        """Return the rate of a reaction, 0 where it has none."""
        found = self.declared.reactions[name]
        if found.rate is None:
            return self.graph.const(0)
        local = {key: self.graph.const(value) for key, value in found.local.items()}
        return self.formula(found.rate, Local(local, {}))


class Guard:
    """Notice an id that is asked for while it is being worked out."""

    def __init__(self, pending: list[str], name: str, what: str) -> None:
        self.pending, self.name, self.what = pending, name, what

    def __enter__(self) -> None:
        if self.name in self.pending:
            circle = [*self.pending[self.pending.index(self.name) :], self.name]
            raise ModelError(f"In the model '{self.name}' is {self.what}: {' -> '.join(circle)}.")
        self.pending.append(self.name)

    def __exit__(self, *_: object) -> None:
        self.pending.pop()
