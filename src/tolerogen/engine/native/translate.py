"""A small part of Python, translated to machine code.

The driver is a loop over lanes with whole numbers, doubles and one structure of arrays. numba
compiles it well but needs half a minute for it on a new machine (measured: 29 s of processor
time; this translation and LLVM's passes need a fifth of a second). So it is written in the few
words of Python that this file knows, and stays Python for linters, readers and tests.

Known: functions with annotated arguments (``int``, ``float``, ``bool``, the structure) and
results; assignment to names, to fields and to elements; ``if``, ``while``, ``for ... in
range``, ``break``, ``continue``, ``return``; arithmetic, comparisons, ``and``/``or``/``not``,
``x if c else y``; ``min``, ``max``, ``abs``, ``sqrt``, ``int``, ``float``; constants of the
module; calls of other such functions, and of `call` with a kernel's address. Anything else is
refused with its line.
"""

from __future__ import annotations

import ast
import ctypes
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from tolerogen.engine.native.lanes import hexadecimal

I64, F64, BOOL, PTR, VOID = "i64", "double", "i1", "ptr", "void"
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


@dataclass(frozen=True)
class Field:
    """A field of the structure.

    Attributes
    ----------
    name
        Its name.
    kind
        ``int``, ``float``, or an array of them: ``ints``, ``floats``.
    stride
        For an array of two dimensions: the field that holds the length of a row.
    """

    name: str
    kind: str
    stride: str = ""

    @property
    def array(self) -> bool:
        """Whether it is an array."""
        return self.kind in ("ints", "floats")

    @property
    def type(self) -> str:
        """Type of the number, or of the elements."""
        return I64 if self.kind in ("int", "ints") else F64


def structure(name: str, fields: Sequence[Field]) -> type[ctypes.Structure]:
    """Return the structure as C sees it: numbers of eight bytes and addresses."""
    kinds = {"int": ctypes.c_int64, "float": ctypes.c_double}
    listed = [(f.name, kinds.get(f.kind, ctypes.c_void_p)) for f in fields]
    return type(name, (ctypes.Structure,), {"_fields_": listed})


Value = tuple[str, str]
"""Register or constant, and its type."""


class _Function:
    """Translator of one function."""

    def __init__(self, unit: _Unit, function: FunctionType) -> None:
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

    # ── the whole ───────────────────────────────────────────────────────────────────────

    def text(self) -> str:
        for name, kind in self.arguments:
            if kind != PTR:
                self._slot(name, kind)
                self.head.append(f"  store {kind} %{name}, ptr %s.{name}")
        self.block(self.tree.body)
        zero = {F64: "0.0", VOID: ""}.get(self.result, "0")
        self.say(f"ret {self.result} {zero}".rstrip())
        given = ", ".join(f"{kind} %{name}" for name, kind in self.arguments)
        linkage = "" if self.name in self.unit.exported else "internal "
        body = "\n".join([*self.head, *self.lines])
        return f"define {linkage}{self.result} @{self.name}({given}) #1 {{\n{body}\n}}"

    def block(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            handler = getattr(self, f"do_{type(statement).__name__}", None)
            if handler is None:
                raise self.refuse(statement, "not in the language of the driver")
            handler(statement)

    def _slot(self, name: str, kind: str) -> Value:
        if name not in self.slots:
            self.head.append(f"  %s.{name} = alloca {kind}")
            self.slots[name] = (f"%s.{name}", kind)
        return self.slots[name]

    # ── statements ──────────────────────────────────────────────────────────────────────

    def do_Pass(self, node: ast.Pass) -> None:
        return

    def do_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a text is a docstring
            self.value(node.value)

    def do_Return(self, node: ast.Return) -> None:
        if node.value is None:
            self.say("ret void")
        else:
            self.say(f"ret {self.result} {self.cast(self.value(node.value), self.result)}")
        self.begin(self.label())

    def do_Assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.assign(target, value)

    def do_AugAssign(self, node: ast.AugAssign) -> None:
        load = ast.parse(ast.unparse(node.target), mode="eval").body
        ast.copy_location(load, node)
        value = self.binary(node, type(node.op), self.value(load), self.value(node.value))
        self.assign(node.target, value)

    def assign(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            slot, kind = self._slot(target.id, value[1])
        elif isinstance(target, ast.Subscript):
            slot, kind = self.element(target)
        else:
            raise self.refuse(target, "cannot be assigned to")
        self.say(f"store {kind} {self.cast(value, kind)}, ptr {slot}")

    def do_If(self, node: ast.If) -> None:
        yes, no, end = self.label(), self.label(), self.label()
        self.say(f"br i1 {self.truth(node.test)}, label %{yes}, label %{no}")
        for label, body in ((yes, node.body), (no, node.orelse)):
            self.begin(label)
            self.block(body)
            self.jump(end)
        self.begin(end)

    def do_While(self, node: ast.While) -> None:
        test, body, end = self.label(), self.label(), self.label()
        self.jump(test)
        self.begin(test)
        self.say(f"br i1 {self.truth(node.test)}, label %{body}, label %{end}")
        self.begin(body)
        self.loops.append((test, end))
        self.block(node.body)
        self.loops.pop()
        self.jump(test)
        self.begin(end)

    def do_For(self, node: ast.For) -> None:
        given = node.iter
        plain = isinstance(given, ast.Call) and isinstance(given.func, ast.Name)
        if not plain or given.func.id != "range" or not isinstance(node.target, ast.Name):  # type: ignore[attr-defined]
            raise self.refuse(node, "loops go over range()")
        bounds = [self.cast(self.value(a), I64) for a in given.args]  # type: ignore[attr-defined]
        start, stop = bounds if len(bounds) == 2 else ("0", bounds[0])
        slot, _ = self._slot(node.target.id, I64)
        self.say(f"store i64 {start}, ptr {slot}")
        test, body, more, end = (self.label() for _ in range(4))
        self.jump(test)
        self.begin(test)
        at = self.put(f"load i64, ptr {slot}")
        inside = self.put(f"icmp slt i64 {at}, {stop}")
        self.say(f"br i1 {inside}, label %{body}, label %{end}")
        self.begin(body)
        self.loops.append((more, end))
        self.block(node.body)
        self.loops.pop()
        self.jump(more)
        self.begin(more)
        next_one = self.put(f"add i64 {self.put(f'load i64, ptr {slot}')}, 1")
        self.say(f"store i64 {next_one}, ptr {slot}")
        self.jump(test)
        self.begin(end)

    def do_Break(self, node: ast.Break) -> None:
        self.jump(self.loops[-1][1])
        self.begin(self.label())

    def do_Continue(self, node: ast.Continue) -> None:
        self.jump(self.loops[-1][0])
        self.begin(self.label())

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
        if len(node.ops) != 1:
            raise self.refuse(node, "compare two things at a time")
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
        if not isinstance(node.func, ast.Name):
            raise self.refuse(node, "only plain functions are called")
        name = node.func.id
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


class _Unit:
    """Functions translated together."""

    def __init__(
        self, functions: Sequence[Callable[..., Any]], fields: Sequence[Field], exported: set[str]
    ) -> None:
        self.fields: Mapping[str, Field] = {f.name: f for f in fields}
        self.places = {f.name: i for i, f in enumerate(fields)}
        self.exported = exported
        self.signatures: dict[str, tuple[list[str], str]] = {}
        self.functions = [_Function(self, f) for f in functions]  # type: ignore[arg-type]
        for each in self.functions:
            self.signatures[each.name] = ([k for _, k in each.arguments], each.result)

    def text(self) -> str:
        parts = [
            "declare double @pow(double, double)",
            "declare double @llvm.fabs.f64(double)",
            "declare double @llvm.sqrt.f64(double)",
            *(f.text() for f in self.functions),
            "attributes #1 = { nounwind }",
            "!0 = !{}",
        ]
        return "\n".join(parts)


def translate(
    functions: Sequence[Callable[..., Any]], fields: Sequence[Field], exported: set[str]
) -> str:
    """Translate functions to LLVM's intermediate language.

    Parameters
    ----------
    functions
        Functions written in the language above; they may call one another.
    fields
        Of the structure they take. Fields are read, never assigned; elements of arrays are both.
    exported
        Names of the functions that are called from outside.

    Raises
    ------
    TypeError
        For what is not in the language, with function and line.
    """
    return _Unit(functions, fields, exported).text()


def call(address: Any, memory: Any) -> None:
    """Call a kernel; known to the translator, and never run as Python."""
    raise TypeError("kernels are called from translated code only")
