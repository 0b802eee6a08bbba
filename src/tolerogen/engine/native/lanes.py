"""Vector code as text: one value per patient in every register.

A `Lanes` writes the body of one function in LLVM's intermediate language. Memory is a block of
rows, each with one number a lane; every function gets the address of the block and knows the
rows by number. Values are vectors of doubles, conditions vectors of bits.
"""

from __future__ import annotations

import struct
from collections import Counter

from tolerogen.engine.expression.graph import SYMBOLS, Graph, Node

FLAGS = "contract"
"""Multiply and add may be fused; nothing else may be reordered, so widths agree to the bit."""

_BINARY = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_RELATION = {"lt": "olt", "le": "ole", "eq": "oeq"}
_INTRINSIC = {"sqrt": "sqrt", "abs": "fabs", "floor": "floor", "ceil": "ceil"}


def hexadecimal(value: float) -> str:
    """Write a double the way LLVM reads it, to the last bit."""
    return f"0x{struct.unpack('>Q', struct.pack('>d', value))[0]:016X}"


class Lanes:
    """Writer of one function's body.

    Parameters
    ----------
    width
        Lanes: patients side by side.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.type = f"<{width} x double>"
        self.mask = f"<{width} x i1>"
        self.lines: list[str] = []
        self._count = 0
        self._loaded: dict[int, str] = {}

    # ── plumbing ────────────────────────────────────────────────────────────────────────

    def name(self) -> str:
        """Return a new register."""
        self._count += 1
        return f"%v{self._count}"

    def put(self, text: str) -> str:
        """Write one instruction that yields a value; return its register."""
        register = self.name()
        self.lines.append(f"  {register} = {text}")
        return register

    def say(self, text: str) -> None:
        """Write one instruction without a value, or a label."""
        self.lines.append(text if text.endswith(":") else f"  {text}")

    def const(self, value: float) -> str:
        """Return a number in every lane."""
        return "<" + ", ".join([f"double {hexadecimal(value)}"] * self.width) + ">"

    def _row(self, row: int | str, base: str) -> str:
        return self.put(f"getelementptr inbounds {self.type}, ptr {base}, i64 {row}")

    def fetch(self, row: int | str, base: str = "%w") -> str:
        """Load a row of the block, now."""
        return self.put(f"load {self.type}, ptr {self._row(row, base)}, align {self.align}")

    def load(self, row: int) -> str:
        """Load a row of the block, once in this function."""
        if row not in self._loaded:
            self._loaded[row] = self.fetch(row)
        return self._loaded[row]

    def store(self, row: int | str, value: str, base: str = "%w") -> None:
        """Store a row of the block."""
        self.say(f"store {self.type} {value}, ptr {self._row(row, base)}, align {self.align}")

    @property
    def align(self) -> int:
        """Alignment of a row in bytes."""
        return 8 * self.width

    # ── arithmetic ──────────────────────────────────────────────────────────────────────

    def do(self, op: str, a: str, b: str) -> str:
        """Return a + b, a - b, a * b or a / b; `op` is add, sub, mul or div."""
        return self.put(f"{_BINARY[op]} {FLAGS} {self.type} {a}, {b}")

    def fma(self, a: str, b: str, c: str) -> str:
        """Return a * b + c; fused where the machine can."""
        return self.do("add", self.do("mul", a, b), c)

    def negate(self, a: str) -> str:
        """Return -a."""
        return self.put(f"fneg {self.type} {a}")

    def compare(self, relation: str, a: str, b: str) -> str:
        """Return the lanes in which a relation of LLVM's (``olt``, ``une``, ...) holds."""
        return self.put(f"fcmp {relation} {self.type} {a}, {b}")

    def choose(self, mask: str, a: str, b: str) -> str:
        """Return a in the lanes of the mask, b in the others."""
        return self.put(f"select {self.mask} {mask}, {self.type} {a}, {self.type} {b}")

    def larger(self, a: str, b: str) -> str:
        """Return the larger of two; b where a is not a number."""
        return self.choose(self.compare("ogt", a, b), a, b)

    def call(self, function: str, *operands: str) -> str:
        """Call one of our vector functions, or an intrinsic of LLVM's."""
        listed = ", ".join(f"{self.type} {x}" for x in operands)
        return self.put(f"call {self.type} @{function}({listed})")

    def intrinsic(self, function: str, *operands: str) -> str:
        """Call LLVM's own version of a function for this width."""
        return self.call(f"llvm.{function}.v{self.width}f64", *operands)


BLOCK = "ptr noalias %w"
"""What every function is given: the address of the block."""


def function(name: str, body: Lanes, given: str = BLOCK, linkage: str = "") -> str:
    """Wrap a body as a function; by default of the block's address."""
    lines = "\n".join(body.lines)
    return f"define {linkage}void @{name}({given}) noinline #0 {{\n{lines}\n  ret void\n}}"


class Writer(Lanes):
    """Writes expressions of a graph, each node once.

    Parameters
    ----------
    width
        Lanes.
    graph
        Holds the nodes.
    rows
        Row of each symbol and each hoisted node, by node.
    time
        Row that holds the time.
    state
        First row of the states the function reads.
    states
        Row of each state.
    thrifty
        Divide once by what divides several numerators, and multiply: a division costs as much as
        sixteen products of eight lanes. The last bit may differ from that of a division, so it is
        for what is integrated, not for conditions and what is shown.
    """

    def __init__(
        self,
        width: int,
        graph: Graph,
        rows: dict[Node, int],
        time: int,
        states: dict[str, int],
        thrifty: bool = False,
    ) -> None:
        super().__init__(width)
        self._graph, self._rows = graph, rows
        self._time, self._states = time, states
        self._values: dict[Node, str] = {}
        self._thrifty = thrifty
        self._inverses: dict[Node, str | None] = {}

    def write(self, roots: list[Node]) -> list[str]:
        """Write what the roots need; return their values (conditions as masks)."""
        needed = self._needed(roots)
        if self._thrifty:
            self._share_inverses(needed)
        for node in needed:
            self._values[node] = self._value(node)
        return [self._values[node] for node in roots]

    def numbers(self, roots: list[Node]) -> list[str]:
        """Write the roots; return their values, conditions as 1 and 0."""
        values = self.write(roots)
        return [
            self.choose(v, self.const(1), self.const(0)) if self._graph.is_condition(n) else v
            for n, v in zip(roots, values, strict=True)
        ]

    def _needed(self, roots: list[Node]) -> list[Node]:
        """List nodes to compute, operands first; a node with a row is loaded, not computed."""
        seen: set[Node] = set()
        pending = list(roots)
        while pending:
            node = pending.pop()
            if node in seen or node in self._values:
                continue
            seen.add(node)
            if node not in self._rows:
                pending.extend(self._graph.operands(node))
        return sorted(seen)

    def _share_inverses(self, needed: list[Node]) -> None:
        """Note the denominators of more than one division; their inverses are not known yet."""
        graph = self._graph
        below = Counter(
            graph.operands(node)[1]
            for node in needed
            if graph.op(node) == "div" and node not in self._rows
        )
        for node, uses in below.items():
            if uses > 1:
                self._inverses.setdefault(node, None)

    def _quotient(self, node: Node, x: list[str]) -> str:
        above, below = self._graph.operands(node)
        if below not in self._inverses:
            return self.do("div", *x)
        inverse = self._inverses[below]
        if inverse is None:
            inverse = self._inverses[below] = self.do("div", self.const(1), x[1])
        return inverse if self._graph.value(above) == 1 else self.do("mul", x[0], inverse)

    def _value(self, node: Node) -> str:
        graph = self._graph
        op, key = graph.op(node), graph.keys[node]
        if node in self._rows:
            found = self.load(self._rows[node])
            return self.compare("une", found, self.const(0)) if graph.is_condition(node) else found
        if op == "const":
            return self.const(float(key[1]))
        if op in SYMBOLS:
            return self.load(self._time if op == "time" else self._states[str(key[1])])
        return self._operation(op, node, [self._values[n] for n in graph.operands(node)])

    def _operation(self, op: str, node: Node, x: list[str]) -> str:
        if op in _BINARY:
            return self._quotient(node, x) if op == "div" else self.do(op, *x)
        if op == "neg":
            return self.negate(x[0])
        if op in _RELATION:
            return self.compare(_RELATION[op], *x)
        if op == "and":
            return self.put(f"and {self.mask} {x[0]}, {x[1]}")
        if op in ("true", "false"):
            return "<" + ", ".join([f"i1 {op}"] * self.width) + ">"
        if op == "not":
            ones = "<" + ", ".join(["i1 true"] * self.width) + ">"
            return self.put(f"xor {self.mask} {x[0]}, {ones}")
        if op == "choose":
            return self._choice(node, x)
        if op in _INTRINSIC:
            return self.intrinsic(_INTRINSIC[op], x[0])
        if op == "pow":
            return self._power(node, x)
        return self.call(f"lane_{op}", *x)

    def _choice(self, node: Node, x: list[str]) -> str:
        _, first, _ = self._graph.operands(node)
        if self._graph.is_condition(first):
            return self.put(f"select {self.mask} {x[0]}, {self.mask} {x[1]}, {self.mask} {x[2]}")
        return self.choose(*x)

    def _power(self, node: Node, x: list[str]) -> str:
        """Call the quick power when the exponent is a positive fraction: a Hill coefficient."""
        exponent = self._graph.value(self._graph.operands(node)[1])
        quick = exponent is not None and exponent > 0 and exponent != int(exponent)
        return self.call("lane_root" if quick else "lane_pow", *x)
