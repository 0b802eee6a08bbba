"""Statements of the language, and a whole function."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tolerogen.engine.native.language.expressions import Expressions
from tolerogen.engine.native.language.fields import F64, I64, PTR, VOID, Value


class Function(Expressions):
    """Translator of one function."""

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
            if value[1] == F64 and kind != F64:
                raise self.refuse(target, "was a whole number or a truth before, now a double")
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
        if node.orelse:
            raise self.refuse(node, "loops have no else")
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
        if node.orelse or len(given.args) > 2:  # type: ignore[attr-defined]
            raise self.refuse(node, "loops have no else and steps of one")
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
