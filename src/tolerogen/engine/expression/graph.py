"""The hash-consed graph, and constructors that simplify as they build."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tolerogen.engine.expression import folding

Node = int
Key = tuple[str | int | float, ...]

SYMBOLS = frozenset({"given", "held", "input", "state", "time"})
FIXED = frozenset({"const", "given", "held", "input", "true", "false"})
"""Leaves that stay put while a solver steps."""
CONDITIONS = frozenset({"lt", "le", "eq", "and", "or", "not", "true", "false"})
"""Operations whose value is true or false; all others are numbers."""
LARGEST_POWER = 16
"""Whole exponents up to this one are multiplied out."""


class Graph:
    """Expressions of one model.

    Nodes are integers; ``graph.keys[node]`` is the operation and its operands. Operands are
    nodes, except for constants (a float) and symbols (an id).

    Examples
    --------
    >>> g = Graph()
    >>> x, k = g.symbol("state", "x"), g.symbol("given", "k")
    >>> g.mul(k, x) == g.mul(x, k)
    True
    >>> g.text(g.add(g.mul(k, x), g.const(0)))
    '(k * x)'
    """

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self._known: dict[tuple[object, ...], Node] = {}
        self._steady: list[bool] = []
        self._states: list[frozenset[str]] = []
        self._timed: list[bool] = []

    # ── leaves ──────────────────────────────────────────────────────────────────────────

    def const(self, value: float) -> Node:
        """Return the node of a number."""
        value = float(value)
        # -0.0 equals 0.0 and NaN equals nothing, so neither may be a key by itself
        return self._make("const", value, tag=math.copysign(1, value) if value == value else 0)

    def symbol(self, kind: str, name: str = "") -> Node:
        """Return the node of a symbol: ``given``, ``held``, ``input``, ``state`` or ``time``."""
        if kind not in SYMBOLS:
            raise ValueError(f"symbols are {sorted(SYMBOLS)}, not {kind}")
        return self._make(kind, name)

    def truth(self, value: bool) -> Node:
        """Return the node of true or false."""
        return self._make("true" if value else "false")

    # ── what is known of a node ─────────────────────────────────────────────────────────

    def op(self, node: Node) -> str:
        """Return the operation of a node."""
        return str(self.keys[node][0])

    def operands(self, node: Node) -> tuple[Node, ...]:
        """Return the operands that are nodes."""
        key = self.keys[node]
        if key[0] == "const" or key[0] in SYMBOLS:
            return ()
        return key[1:]  # type: ignore[return-value]

    def value(self, node: Node) -> float | None:
        """Return the number of a constant; None for anything else."""
        key = self.keys[node]
        return key[1] if key[0] == "const" else None  # type: ignore[return-value]

    def steady(self, node: Node) -> bool:
        """Tell whether a node stays put while the solver steps: no state, no time."""
        return self._steady[node]

    def states(self, node: Node) -> frozenset[str]:
        """Return the states a node depends on."""
        return self._states[node]

    def timed(self, node: Node) -> bool:
        """Tell whether a node depends on the time itself."""
        return self._timed[node]

    def is_condition(self, node: Node) -> bool:
        """Tell whether a node is true or false rather than a number."""
        return self.keys[node][0] in CONDITIONS

    def reach(self, roots: Iterable[Node]) -> list[Node]:
        """Return all nodes the roots need, each after its operands."""
        seen: set[Node] = set()
        pending = list(roots)
        while pending:
            node = pending.pop()
            if node not in seen:
                seen.add(node)
                pending.extend(self.operands(node))
        return sorted(seen)  # an operand is always made before the node that uses it

    def text(self, node: Node) -> str:
        """Write a node for a person to read."""
        key = self.keys[node]
        if key[0] == "const":
            return f"{key[1]:g}"
        if key[0] in SYMBOLS:
            return str(key[1] or key[0])
        parts = [self.text(n) for n in self.operands(node)]
        sign = folding.SIGNS.get(str(key[0]))
        return f"({f' {sign} '.join(parts)})" if sign else f"{key[0]}({', '.join(parts)})"

    # ── arithmetic ──────────────────────────────────────────────────────────────────────

    def add(self, a: Node, b: Node) -> Node:
        """Return a + b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(x + y)
        if x == 0:
            return b
        if y == 0:
            return a
        if self.op(b) == "neg":
            return self.sub(a, self.operands(b)[0])
        if self.op(a) == "neg":
            return self.sub(b, self.operands(a)[0])
        return self._make("add", *sorted((a, b)))

    def sub(self, a: Node, b: Node) -> Node:
        """Return a - b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(x - y)
        if a == b:
            return self.const(0)
        if y == 0:
            return a
        if x == 0:
            return self.neg(b)
        if self.op(b) == "neg":
            return self.add(a, self.operands(b)[0])
        return self._make("sub", a, b)

    def neg(self, a: Node) -> Node:
        """Return -a."""
        x = self.value(a)
        if x is not None:
            return self.const(-x)
        if self.op(a) == "neg":
            return self.operands(a)[0]
        if self.op(a) == "sub":
            first, second = self.operands(a)
            return self._make("sub", second, first)
        return self._make("neg", a)

    def mul(self, a: Node, b: Node) -> Node:
        """Return a * b, with what is steady gathered into one factor."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(x * y)
        if y is not None:
            a, b, x = b, a, y
        if x is not None:
            if x in (0, 1, -1):
                return a if x == 0 else b if x == 1 else self.neg(b)
        elif self.op(a) == "neg":
            return self.neg(self.mul(self.operands(a)[0], b))
        if self.op(b) == "neg":
            return self.neg(self.mul(a, self.operands(b)[0]))
        return self._gathered(a, b)

    def _gathered(self, a: Node, b: Node) -> Node:
        if self._steady[a] == self._steady[b]:
            if self.op(a) == "const" or self.op(b) != "const":
                a, b = (a, b) if self.op(a) == "const" else (min(a, b), max(a, b))
            if self.op(a) == "const" and self.op(b) == "mul":  # c*(d*x) is (c*d)*x
                first, second = self.operands(b)
                if self.op(first) == "const":
                    return self.mul(self.mul(a, first), second)
            return self._make("mul", a, b)
        if self._steady[b]:
            a, b = b, a
        if self.op(b) == "mul":  # p*(q*x) is (p*q)*x, and p*q is computed once per patient
            first, second = self.operands(b)
            if self._steady[first]:
                return self.mul(self.mul(a, first), second)
        return self._make("mul", a, b)

    def div(self, a: Node, b: Node) -> Node:
        """Return a / b; what is divided by something steady is multiplied by its reciprocal."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(folding.divide(x, y))
        if y == 1:
            return a
        if x == 0:
            return a
        if self._steady[b] and y != 0 and not self._steady[a]:
            return self.mul(self.div(self.const(1), b), a)
        return self._make("div", a, b)

    def total(self, nodes: Iterable[Node]) -> Node:
        """Return the sum of any number of nodes."""
        found = self.const(0)
        for node in nodes:
            found = self.add(found, node)
        return found

    def product(self, nodes: Iterable[Node]) -> Node:
        """Return the product of any number of nodes."""
        found = self.const(1)
        for node in nodes:
            found = self.mul(found, node)
        return found

    def power(self, a: Node, b: Node) -> Node:
        """Return a ** b; small whole exponents are multiplied out."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(folding.power(x, y))
        if y is not None:
            if y == 0.5:
                return self.call("sqrt", a)
            if abs(y) <= LARGEST_POWER and y == int(y):
                whole = self._multiplied_out(a, abs(int(y)))
                return whole if y >= 0 else self.div(self.const(1), whole)
        if x == 1:
            return a
        return self._make("pow", a, b)

    def _multiplied_out(self, a: Node, times: int) -> Node:
        if times == 0:
            return self.const(1)
        half = self._multiplied_out(a, times // 2)
        square = self.mul(half, half)
        return self.mul(square, a) if times % 2 else square

    def call(self, function: str, a: Node) -> Node:
        """Return a function of one number: ``exp``, ``ln``, ``sqrt``, ``sin``, ``floor``, ..."""
        x = self.value(a)
        if x is not None:
            return self.const(folding.FUNCTIONS[function](x))
        if function not in folding.FUNCTIONS:
            raise KeyError(function)
        return self._make(function, a)

    # ── conditions ──────────────────────────────────────────────────────────────────────

    def compare(self, relation: str, a: Node, b: Node) -> Node:
        """Return a condition; `relation` is lt, le, gt, ge, eq or ne."""
        if relation in ("gt", "ge"):
            return self.compare("lt" if relation == "gt" else "le", b, a)
        if relation == "ne":
            return self.negate(self.compare("eq", a, b))
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.truth(folding.RELATIONS[relation](x, y))
        return self._make(relation, a, b)

    def negate(self, a: Node) -> Node:
        """Return the condition that holds when `a` does not."""
        if self.op(a) in ("true", "false"):
            return self.truth(self.op(a) == "false")
        return self.operands(a)[0] if self.op(a) == "not" else self._make("not", a)

    def both(self, a: Node, b: Node) -> Node:
        """Return the condition a and b."""
        if self.op(a) == "false" or self.op(b) == "true":
            return a
        if self.op(b) == "false" or self.op(a) == "true" or a == b:
            return b
        return self._make("and", *sorted((a, b)))

    def either(self, a: Node, b: Node) -> Node:
        """Return the condition a or b."""
        return self.negate(self.both(self.negate(a), self.negate(b)))

    def choose(self, condition: Node, a: Node, b: Node) -> Node:
        """Return a where the condition holds, b elsewhere."""
        if self.op(condition) in ("true", "false"):
            return a if self.op(condition) == "true" else b
        if a == b:
            return a
        if self.op(condition) == "not":
            return self.choose(self.operands(condition)[0], b, a)
        return self._make("choose", condition, a, b)

    def smaller(self, a: Node, b: Node) -> Node:
        """Return the smaller of two."""
        return self.choose(self.compare("lt", a, b), a, b)

    def larger(self, a: Node, b: Node) -> Node:
        """Return the larger of two."""
        return self.choose(self.compare("lt", a, b), b, a)

    def number(self, a: Node) -> Node:
        """Return a condition as 1 or 0; a number as it is."""
        return self.choose(a, self.const(1), self.const(0)) if self.is_condition(a) else a

    def condition(self, a: Node) -> Node:
        """Return a number as the condition that it is not 0; a condition as it is."""
        return a if self.is_condition(a) else self.compare("ne", a, self.const(0))

    # ── making nodes ────────────────────────────────────────────────────────────────────

    def _make(self, op: str, *operands: Node | float | str, tag: float | None = None) -> Node:
        known = (op, *operands) if tag is None else (op, *operands, tag)
        found = self._known.get(known)
        if found is None:
            found = self._known[known] = len(self.keys)
            self.keys.append((op, *operands))
            self._note(op, operands)
        return found

    def _note(self, op: str, operands: tuple[Node | float | str, ...]) -> None:
        """Remember what the new node depends on."""
        if op in SYMBOLS or op == "const":
            self._steady.append(op in FIXED)
            self._timed.append(op == "time")
            self._states.append(frozenset({str(operands[0])}) if op == "state" else frozenset())
            return
        nodes: tuple[Node, ...] = operands  # type: ignore[assignment]  # all others hold nodes
        self._steady.append(all(self._steady[n] for n in nodes))
        self._timed.append(any(self._timed[n] for n in nodes))
        self._states.append(frozenset().union(*(self._states[n] for n in nodes)))
