"""Expressions of the language: numbers, names, fields, elements, operations, calls."""

from __future__ import annotations

import ast
import inspect
import textwrap
from types import FunctionType

from tolerogen.engine.native.lanes import hexadecimal
from tolerogen.engine.native.language.fields import BOOL, F64, I64, PTR, VOID, Unit, Value

_ANNOTATIONS = {"int": I64, "float": F64, "bool": BOOL, "None": VOID}

_ARITHMETIC = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Mod: "srem", ast.Div: "div"}
_COMPARE = {
    ast.Lt: ("slt", "olt"),
    ast.LtE: ("sle", "ole"),
    ast.Gt: ("sgt", "ogt"),
    ast.GtE: ("sge", "oge"),
    ast.Eq: ("eq", "oeq"),
    ast.NotEq: ("ne", "une"),
}


class Expressions:
    """Translator of the expressions of one function, and what every translator needs."""

    def __init__(self, unit: Unit, function: FunctionType) -> None:
        self.unit = unit
        self.constants = function.__globals__
        source = textwrap.dedent(inspect.getsource(function))
        self.tree: ast.FunctionDef = ast.parse(source).body[0]  # type: ignore[assignment]
        self.where = f"{function.__module__}.{function.__name__}"
        self.first_line = function.__code__.co_firstlineno
        self.name = function.__name__
        self.arguments = [(a.arg, self._annotation(a.annotation)) for a in self.tree.args.args]
        self.result = self._annotation(self.tree.returns)
        self.head: list[str] = []
        self.lines: list[str] = []
        self.slots: dict[str, Value] = {}
        self.loaded: set[str] = set()
        self.loops: list[tuple[str, str]] = []
        self.count = 0

    # ── plumbing ────────────────────────────────────────────────────────────────────────

    def _annotation(self, node: ast.expr | None) -> str:
        text = ast.unparse(node) if node is not None else "None"
        return _ANNOTATIONS.get(text, PTR)

    def refuse(self, node: ast.AST, why: str) -> TypeError:
        line = self.first_line + getattr(node, "lineno", 1) - 1
        return TypeError(f"{self.where}, line {line}: {why}: {ast.unparse(node)}")

    def put(self, text: str) -> str:
        self.count += 1
        self.lines.append(f"  %r{self.count} = {text}")
        return f"%r{self.count}"

    def say(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def label(self) -> str:
        self.count += 1
        return f"b{self.count}"

    def begin(self, label: str) -> None:
        self.lines.append(f"{label}:")

    def jump(self, label: str) -> None:
        self.say(f"br label %{label}")

    # ── expressions ─────────────────────────────────────────────────────────────────────

    def value(self, node: ast.expr) -> Value:
        handler = getattr(self, f"of_{type(node).__name__}", None)
        if handler is None:
            raise self.refuse(node, "not in the language of the driver")
        found: Value = handler(node)
        return found

    def cast(self, value: Value, kind: str) -> str:
        text, have = value
        if have == kind:
            return text
        if kind == F64:
            return self.put(f"{'uitofp' if have == BOOL else 'sitofp'} {have} {text} to double")
        if kind == I64:
            return self.put(
                f"zext i1 {text} to i64" if have == BOOL else f"fptosi double {text} to i64"
            )
        return self.put(f"icmp ne i64 {text}, 0" if have == I64 else f"fcmp une double {text}, 0.0")

    def truth(self, node: ast.expr) -> str:
        return self.cast(self.value(node), BOOL)

    def of_Constant(self, node: ast.Constant) -> Value:
        return self.constant(node, node.value)

    def constant(self, node: ast.expr, value: object) -> Value:
        if isinstance(value, bool):
            return ("true" if value else "false", BOOL)
        if isinstance(value, int):
            return (str(value), I64)
        if isinstance(value, float):
            return (hexadecimal(value), F64)
        raise self.refuse(node, "no number")

    def of_Name(self, node: ast.Name) -> Value:
        if node.id in self.slots:
            slot, kind = self.slots[node.id]
            return (self.put(f"load {kind}, ptr {slot}"), kind)
        if dict(self.arguments).get(node.id) == PTR:
            return (f"%{node.id}", PTR)
        if node.id in self.constants:
            return self.constant(node, self.constants[node.id])
        raise self.refuse(node, "unknown name")

    def of_Attribute(self, node: ast.Attribute) -> Value:
        field = self.unit.fields.get(node.attr)
        if field is None:
            raise self.refuse(node, "the structure has no such field")
        kind = PTR if field.array else field.type
        owner = ast.unparse(node.value)
        register = f"%f.{owner}.{node.attr}"
        if register not in self.loaded:  # fields never change, so each is loaded once, at the top
            self.loaded.add(register)
            index = self.unit.places[node.attr]
            self.head.append(
                f"  {register}.at = getelementptr inbounds i64, ptr %{owner}, i64 {index}"
            )
            self.head.append(f"  {register} = load {kind}, ptr {register}.at, !invariant.load !0")
        return (register, kind)

    def element(self, node: ast.Subscript) -> Value:
        array = node.value
        if not isinstance(array, ast.Attribute) or array.attr not in self.unit.fields:
            raise self.refuse(node, "only arrays of the structure have elements")
        field = self.unit.fields[array.attr]
        base, _ = self.value(array)
        if isinstance(node.slice, ast.Tuple):
            row, column = (self.cast(self.value(e), I64) for e in node.slice.elts)
            owner = ast.Attribute(array.value, field.stride, ast.Load())
            stride, _ = self.value(ast.copy_location(owner, node))
            at = self.put(f"add i64 {self.put(f'mul i64 {row}, {stride}')}, {column}")
        else:
            at = self.cast(self.value(node.slice), I64)
        return (self.put(f"getelementptr inbounds {field.type}, ptr {base}, i64 {at}"), field.type)

    def of_Subscript(self, node: ast.Subscript) -> Value:
        slot, kind = self.element(node)
        return (self.put(f"load {kind}, ptr {slot}"), kind)

    def of_BinOp(self, node: ast.BinOp) -> Value:
        return self.binary(node, type(node.op), self.value(node.left), self.value(node.right))

    def binary(self, node: ast.AST, op: type, a: Value, b: Value) -> Value:
        if op is ast.Pow:
            x, y = self.cast(a, F64), self.cast(b, F64)
            return (self.put(f"call double @pow(double {x}, double {y})"), F64)
        if op not in _ARITHMETIC:
            raise self.refuse(node, "no such operation")
        name = _ARITHMETIC[op]
        if name != "div" and a[1] == I64 and b[1] == I64:
            return (self.put(f"{name} i64 {a[0]}, {b[0]}"), I64)
        if op is ast.Mod:
            raise self.refuse(node, "remainders are of whole numbers")
        x, y = self.cast(a, F64), self.cast(b, F64)
        return (self.put(f"f{name} double {x}, {y}"), F64)

    def of_UnaryOp(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            return (self.put(f"xor i1 {self.truth(node.operand)}, true"), BOOL)
        if isinstance(node.op, ast.USub):
            text, kind = self.value(node.operand)
            if kind == F64:
                return (self.put(f"fneg double {text}"), F64)
            return (self.put(f"sub i64 0, {text}"), I64)
        raise self.refuse(node, "no such operation")

    def of_BoolOp(self, node: ast.BoolOp) -> Value:
        self.count += 1
        slot = f"%s.logic{self.count}"
        self.head.append(f"  {slot} = alloca i1")
        end = self.label()
        for place, part in enumerate(node.values):
            truth = self.truth(part)
            self.say(f"store i1 {truth}, ptr {slot}")
            if place < len(node.values) - 1:
                more = self.label()
                pair = (more, end) if isinstance(node.op, ast.And) else (end, more)
                self.say(f"br i1 {truth}, label %{pair[0]}, label %{pair[1]}")
                self.begin(more)
        self.jump(end)
        self.begin(end)
        return (self.put(f"load i1, ptr {slot}"), BOOL)

    def of_Compare(self, node: ast.Compare) -> Value:
        if len(node.ops) != 1 or type(node.ops[0]) not in _COMPARE:
            raise self.refuse(node, "compare two numbers at a time")
        a, b = self.value(node.left), self.value(node.comparators[0])
        whole, real = _COMPARE[type(node.ops[0])]
        if F64 in (a[1], b[1]):
            return (self.put(f"fcmp {real} double {self.cast(a, F64)}, {self.cast(b, F64)}"), BOOL)
        kind = BOOL if a[1] == b[1] == BOOL else I64
        return (self.put(f"icmp {whole} {kind} {self.cast(a, kind)}, {self.cast(b, kind)}"), BOOL)

    def of_IfExp(self, node: ast.IfExp) -> Value:
        test, a, b = self.truth(node.test), self.value(node.body), self.value(node.orelse)
        kind = a[1] if a[1] == b[1] else F64
        x, y = self.cast(a, kind), self.cast(b, kind)
        return (self.put(f"select i1 {test}, {kind} {x}, {kind} {y}"), kind)

    def of_Call(self, node: ast.Call) -> Value:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise self.refuse(node, "only plain functions are called, with arguments by place")
        name = node.func.id
        if len(node.args) != self.unit.arguments(name, len(node.args)):
            raise self.refuse(node, "wrong number of arguments")
        if name in ("min", "max"):
            return self.extreme(name, self.value(node.args[0]), self.value(node.args[1]))
        if name in ("abs", "sqrt"):
            intrinsic = "fabs" if name == "abs" else "sqrt"
            x = self.cast(self.value(node.args[0]), F64)
            return (self.put(f"call double @llvm.{intrinsic}.f64(double {x})"), F64)
        if name in ("int", "float"):
            kind = I64 if name == "int" else F64
            return (self.cast(self.value(node.args[0]), kind), kind)
        if name == "call":
            return self.kernel(node)
        if name == "claim":
            return self.claim(node)
        return self.own(node, name)

    def extreme(self, name: str, a: Value, b: Value) -> Value:
        kind = I64 if a[1] == b[1] == I64 else F64
        x, y = self.cast(a, kind), self.cast(b, kind)
        relation = {"min": "lt", "max": "gt"}[name]
        compare = f"icmp s{relation}" if kind == I64 else f"fcmp o{relation}"
        second = self.put(f"{compare} {kind} {y}, {x}")
        return (self.put(f"select i1 {second}, {kind} {y}, {kind} {x}"), kind)

    def kernel(self, node: ast.Call) -> Value:
        """``call(p.address, p.memory)``: a kernel at this address, on this memory."""
        address = self.cast(self.value(node.args[0]), I64)
        memory = self.value(node.args[1])[0]
        pointer = self.put(f"inttoptr i64 {address} to ptr")
        self.say(f"call void {pointer}(ptr {memory})")
        return ("", VOID)

    def claim(self, node: ast.Call) -> Value:
        """``claim(p.array)``: the first element, growing by one; no two threads get the same."""
        slot = self.value(node.args[0])[0]
        return (self.put(f"atomicrmw add ptr {slot}, i64 1 monotonic"), I64)

    def own(self, node: ast.Call, name: str) -> Value:
        if name not in self.unit.signatures:
            raise self.refuse(node, "unknown function")
        kinds, result = self.unit.signatures[name]
        values = [self.value(a) for a in node.args]
        given = ", ".join(f"{k} {self.cast(v, k)}" for v, k in zip(values, kinds, strict=True))
        if result == VOID:
            self.say(f"call void @{name}({given})")
            return ("", VOID)
        return (self.put(f"call {result} @{name}({given})"), result)
