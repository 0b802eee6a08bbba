"""The numerical part of the code: factors, solves, stages, error, continuous output.

None of it knows the model: only how many states there are and where the factors fill in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tolerogen.engine.native.lanes import Lanes, function
from tolerogen.engine.native.layout import Layout
from tolerogen.engine.native.ordering import Factors
from tolerogen.engine.native.tableau import Tableau

UNROLLED = 64
"""States up to which continuous output is written one after the other."""


@dataclass(frozen=True)
class Shape:
    """All that the numerical part needs to know."""

    tableau: Tableau
    layout: Layout
    factors: Factors
    massless: tuple[bool, ...]
    timed: bool
    width: int

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.massless)


def write_factors(
    b: Lanes,
    layout: Layout,
    factors: Factors,
    jacobian: dict[tuple[int, int], str],
    massless: set[int],
    tableau: Tableau,
) -> None:
    """Factorise ``M/(gamma h) - J`` without pivoting; store reciprocals of the pivots."""
    at = {entry: layout.lu + k for k, entry in enumerate(factors.entries)}
    shift = b.do("div", b.const(1 / tableau.gamma), b.fetch(layout.h))
    done: dict[tuple[int, int], str] = {}
    for i, columns in enumerate(factors.rows):
        row: dict[int, str] = {}
        for j in columns:
            entry = jacobian.get((i, j))
            diagonal = i == j and i not in massless
            if entry is None:
                row[j] = shift if diagonal else b.const(0.0)
            else:
                row[j] = b.do("sub", shift, entry) if diagonal else b.negate(entry)
        for k in (c for c in columns if c < i):
            row[k] = b.do("mul", row[k], done[k, k])
            for j in (c for c in factors.rows[k] if c > k):
                row[j] = b.do("sub", row[j], b.do("mul", row[k], done[k, j]))
        row[i] = b.do("div", b.const(1.0), row[i])
        for j in columns:
            done[i, j] = row[j]
            b.store(at[i, j], row[j])


def solve(shape: Shape) -> str:
    """Write ``solve``: the right-hand side in column %b of the stages becomes the solution."""
    b, layout, rows = Lanes(shape.width), shape.layout, shape.factors.rows
    at = {entry: layout.lu + k for k, entry in enumerate(shape.factors.entries)}
    stages = shape.tableau.stages
    x: list[str] = []
    for i in range(shape.states):
        value = b.fetch(i * stages, "%b")
        for k in (c for c in rows[i] if c < i):
            value = b.do("sub", value, b.do("mul", b.load(at[i, k]), x[k]))
        x.append(value)
    for i in reversed(range(shape.states)):
        value = x[i]
        for j in (c for c in rows[i] if c > i):
            value = b.do("sub", value, b.do("mul", b.load(at[i, j]), x[j]))
        x[i] = b.do("mul", value, b.load(at[i, i]))
        b.store(i * stages, x[i], "%b")
    return function("solve", b, "ptr noalias %w, ptr noalias %b", "internal ")


def step(shape: Shape) -> str:
    """Write ``step``: one attempt for every lane, each with its own h."""
    b, layout, tableau = Lanes(shape.width), shape.layout, shape.tableau
    h, t = b.fetch(layout.h), b.fetch(layout.t)
    inverse = b.do("div", b.const(1.0), h)
    b.say("call void @jacobian(ptr %w)")
    stages, alphas, gammas = tableau.stages, tableau.alphas, tableau.gammas
    for stage in range(stages):
        if stage:
            _stage_states(b, shape, stage)
            moment = b.fma(b.const(alphas[stage]), h, t)
            b.store(layout.stage_t, moment)
            b.say("call void @rates(ptr %w)")
        weight = b.do("mul", b.const(gammas[stage]), h)
        _right_hand_side(b, shape, stage, inverse, weight)
        column = b.put(f"getelementptr inbounds {b.type}, ptr %w, i64 {layout.u + stage}")
        b.say(f"call void @solve(ptr %w, ptr {column})")
    _finish(b, shape)
    return function("step", b)


def _loop(b: Lanes, tag: str, count: int, body: Callable[[str], None]) -> None:
    """Write a loop over the states."""
    b.say(f"br label %before_{tag}")
    b.say(f"before_{tag}:")
    b.say(f"br label %loop_{tag}")
    b.say(f"loop_{tag}:")
    b.say(f"%i_{tag} = phi i64 [0, %before_{tag}], [%n_{tag}, %loop_{tag}]")
    body(f"%i_{tag}")
    b.say(f"%n_{tag} = add i64 %i_{tag}, 1")
    b.say(f"%c_{tag} = icmp eq i64 %n_{tag}, {count}")
    b.say(f"br i1 %c_{tag}, label %after_{tag}, label %loop_{tag}")
    b.say(f"after_{tag}:")


def _base(b: Lanes, row: int) -> str:
    return b.put(f"getelementptr inbounds {b.type}, ptr %w, i64 {row}")


def _stage_states(b: Lanes, shape: Shape, stage: int) -> None:
    """Write stage states: y + sum a U, or the stage before plus its U."""
    layout, tableau, stages = shape.layout, shape.tableau, shape.tableau.stages
    y, stage_y, u = _base(b, layout.y), _base(b, layout.stage_y), _base(b, layout.u)

    def body(i: str) -> None:
        first = b.put(f"mul i64 {i}, {stages}")

        def stage_value(j: int) -> str:
            return b.fetch(b.put(f"add i64 {first}, {j}"), u)

        if stage < len(tableau.a):
            value = b.fetch(i, y)
            for j, weight in enumerate(tableau.a[stage]):
                if weight:
                    value = b.fma(b.const(weight), stage_value(j), value)
        else:
            value = b.do("add", b.fetch(i, stage_y), stage_value(stage - 1))
        b.store(i, value, stage_y)

    _loop(b, f"y{stage}", shape.states, body)


def _right_hand_side(b: Lanes, shape: Shape, stage: int, inverse: str, weight: str) -> None:
    """F + (1/h) sum c U + gamma_i h f_t, into the column of the stage."""
    layout, tableau, stages = shape.layout, shape.tableau, shape.tableau.stages
    f, ft, u = _base(b, layout.f), _base(b, layout.ft), _base(b, layout.u)
    mixed = any(shape.massless)

    def body(i: str) -> None:
        first = b.put(f"mul i64 {i}, {stages}")
        total: str | None = None
        for j, factor in enumerate(tableau.c[stage]):
            if factor:
                value = b.fetch(b.put(f"add i64 {first}, {j}"), u)
                scaled = b.do("mul", b.const(factor), value)
                total = scaled if total is None else b.do("add", total, scaled)
        found = b.fetch(i, f)
        if total is not None:
            pushed = b.do("mul", total, inverse)
            if mixed:
                pushed = b.do("mul", pushed, _mass(b, i))
            found = b.do("add", found, pushed)
        if shape.timed and tableau.gammas[stage]:
            found = b.fma(weight, b.fetch(i, ft), found)
        b.store(b.put(f"add i64 {first}, {stage}"), found, u)

    def _mass(b: Lanes, i: str) -> str:
        one = b.put(f"getelementptr inbounds double, ptr @mass, i64 {i}")
        value = b.put(f"load double, ptr {one}")
        spread = b.put(f"insertelement {b.type} undef, double {value}, i32 0")
        lanes = f"<{b.width} x i32> zeroinitializer"
        return b.put(f"shufflevector {b.type} {spread}, {b.type} undef, {lanes}")

    _loop(b, f"r{stage}", shape.states, body)


def mass_table(shape: Shape) -> str:
    """Write the diagonal of the mass matrix, where an algebraic rule makes it singular."""
    if not any(shape.massless):
        return ""
    values = ", ".join(f"double {0.0 if m else 1.0}" for m in shape.massless)
    return f"@mass = internal constant [{shape.states} x double] [{values}]"


def _finish(b: Lanes, shape: Shape) -> None:
    """Write the new states, and the mean square of the error over its tolerance."""
    layout, n, stages = shape.layout, shape.states, shape.tableau.stages
    bases = {r: _base(b, getattr(layout, r)) for r in ("y", "new", "stage_y", "u", "atol")}
    rtol = b.fetch(layout.rtol)

    def body(i: str) -> None:
        b.say(f"%sum = phi {b.type} [zeroinitializer, %before_e], [%more, %loop_e]")
        index = b.put(f"add i64 {b.put(f'mul i64 {i}, {stages}')}, {stages - 1}")
        last = b.fetch(index, bases["u"])
        new = b.do("add", b.fetch(i, bases["stage_y"]), last)
        b.store(i, new, bases["new"])
        size = b.larger(b.intrinsic("fabs", b.fetch(i, bases["y"])), b.intrinsic("fabs", new))
        allowed = b.fma(rtol, size, b.fetch(i, bases["atol"]))
        part = b.do("div", last, allowed)
        b.say(f"%more = fadd contract {b.type} %sum, {b.do('mul', part, part)}")

    _loop(b, "e", n, body)
    b.store(layout.error, b.do("mul", "%more", b.const(1.0 / n)))


def restore(shape: Shape) -> str:
    """Write ``restore``: with a very small h the factors leave all but the massless states alone.

    The right-hand side is the residual of the algebraic rules; the solution, in the first stage,
    is Newton's correction.
    """
    b, layout, stages = Lanes(shape.width), shape.layout, shape.tableau.stages
    if any(shape.massless):
        b.say("call void @jacobian(ptr %w)")
        f, u = _base(b, layout.f), _base(b, layout.u)
        for i, massless in enumerate(shape.massless):
            b.store(i * stages, b.fetch(i, f) if massless else b.const(0.0), u)
        b.say(f"call void @solve(ptr %w, ptr {u})")
    return function("restore", b)


def commit(shape: Shape) -> str:
    """Write ``commit``: the new states are the states where the step was accepted."""
    b, layout = Lanes(shape.width), shape.layout
    mask = b.compare("une", b.fetch(layout.accept), b.const(0.0))
    y, new = _base(b, layout.y), _base(b, layout.new)

    def body(i: str) -> None:
        b.store(i, b.choose(mask, b.fetch(i, new), b.fetch(i, y)), y)

    _loop(b, "c", shape.states, body)
    return function("commit", b)


def _over(b: Lanes, tag: str, count: int, some: Sequence[int], body: Callable[[str], None]) -> None:
    """Write a body for some of the states: one after the other where they are few, or a loop."""
    if len(some) == count or len(some) > UNROLLED:
        _loop(b, tag, count, body)
        return
    for i in some:
        body(str(i))


def dense(shape: Shape, name: str, some: Sequence[int]) -> str:
    """Write the function that combines the stages into coefficients of the continuous output."""
    b, layout, stages = Lanes(shape.width), shape.layout, shape.tableau.stages
    rows = shape.tableau.dense
    u, out = _base(b, layout.u), _base(b, layout.dense)

    def body(i: str) -> None:
        first = b.put(f"mul i64 {i}, {stages}")
        values = [b.fetch(b.put(f"add i64 {first}, {j}"), u) for j in range(stages)]
        place = b.put(f"mul i64 {i}, {len(rows)}")
        for k, row in enumerate(rows):
            total = b.const(0.0)
            for weight, value in zip(row, values, strict=True):
                if weight:
                    total = b.fma(b.const(weight), value, total)
            b.store(b.put(f"add i64 {place}, {k}"), total, out)

    _over(b, "d", shape.states, some, body)
    return function(name, b)


def interpolate(shape: Shape, name: str, some: Sequence[int]) -> str:
    """Write the function that gives states at t + theta h, into the rows of a stage."""
    b, layout, rows = Lanes(shape.width), shape.layout, len(shape.tableau.dense)
    theta = b.fetch(layout.theta)
    rest = b.do("sub", b.const(1.0), theta)
    b.store(layout.stage_t, b.fma(theta, b.fetch(layout.h), b.fetch(layout.t)))
    bases = {r: _base(b, getattr(layout, r)) for r in ("y", "new", "stage_y", "dense")}

    def body(i: str) -> None:
        place = b.put(f"mul i64 {i}, {rows}")
        total = b.fetch(b.put(f"add i64 {place}, {rows - 1}"), bases["dense"])
        for k in reversed(range(rows - 1)):
            part = b.fetch(b.put(f"add i64 {place}, {k}"), bases["dense"])
            total = b.fma(theta, total, part)
        total = b.fma(rest, total, b.fetch(i, bases["new"]))
        total = b.fma(rest, b.fetch(i, bases["y"]), b.do("mul", theta, total))
        b.store(i, total, bases["stage_y"])

    _over(b, "i", shape.states, some, body)
    return function(name, b)
