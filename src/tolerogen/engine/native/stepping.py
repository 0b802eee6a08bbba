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

LEAST_ERROR = 1e-12
"""Mean square of the error over its tolerance below which a step counts as no better."""
SUM, SCALE = 4, 4
"""Cycles until the result of a multiplication, fused with a sum or not, is there."""
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
    """Factorise ``M/(gamma h) - J`` without pivoting; store reciprocals of the pivots.

    Crout's form: U has ones on its diagonal, so that going back waits for no multiplication.
    """
    at = places(layout, factors)
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
            for j in (c for c in factors.rows[k] if c > k):
                row[j] = b.do("sub", row[j], b.do("mul", row[k], done[k, j]))
        row[i] = b.do("div", b.const(1.0), row[i])
        for j in columns:
            done[i, j] = b.do("mul", row[j], row[i]) if j > i else row[j]
            b.store(at[i, j], done[i, j])


def places(layout: Layout, factors: Factors) -> dict[tuple[int, int], int]:
    """Return the row of each entry of the factors, in the order in which ``solve`` reads them."""
    down = [(i, j) for i, j in factors.entries if j <= i]
    up = [(i, j) for i, j in reversed(factors.entries) if j > i]
    return {entry: layout.lu + k for k, entry in enumerate((*down, *up))}


def solve(shape: Shape) -> str:
    """Write ``solve``: the right-hand side in column %b of the stages becomes the solution.

    Every unknown waits for others, and the longest chain of waits decides how long it takes. So
    each sum begins with the unknowns that are there first.
    """
    b, layout, rows = Lanes(shape.width), shape.layout, shape.factors.rows
    at = places(layout, shape.factors)
    x: dict[int, str] = {}
    ready = [0] * shape.states

    def subtract(i: int, columns: list[int], value: str) -> str:
        for j in sorted(columns, key=lambda j: (ready[j], j)):
            value = b.do("sub", value, b.do("mul", b.load(at[i, j]), x[j]))
            ready[i] = max(ready[i], ready[j]) + SUM
        return value

    for i in range(shape.states):
        value = subtract(i, [c for c in rows[i] if c < i], b.fetch(i, "%b"))
        x[i] = b.do("mul", value, b.load(at[i, i]))
        ready[i] += SCALE
    for i in reversed(range(shape.states)):
        x[i] = subtract(i, [c for c in rows[i] if c > i], x[i])
        b.store(i, x[i], "%b")
    return function("solve", b, "ptr noalias %w, ptr noalias %b", "internal ")


def step(shape: Shape) -> str:
    """Write ``step``: one attempt for every lane, each with its own h."""
    b, layout, tableau = Lanes(shape.width), shape.layout, shape.tableau
    h, t = b.fetch(layout.h), b.fetch(layout.t)
    inverse = b.do("div", b.const(1.0), h)
    b.say("call void @jacobian(ptr %w)")
    for stage in range(tableau.stages):
        _prepare_stage(b, shape, stage, h, inverse)
        column = _base(b, layout.u + stage * shape.states)
        if stage:
            b.store(layout.stage_t, b.fma(b.const(tableau.alphas[stage]), h, t))
            b.say(f"call void @slopes(ptr %w, ptr {column})")
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


def _prepare_stage(b: Lanes, shape: Shape, stage: int, h: str, inverse: str) -> None:
    """Write what a stage needs of those before: its states, and what is added to its rates.

    States are y + sum a U, or those of the stage before plus its U; to the rates come
    (1/h) M sum c U + gamma_i h f_t, left in the column of the stage, where ``slopes`` adds to it
    (``jacobian`` has left the rates of the first). Both are sums over the same stages, so each is
    loaded once: these sums wait for memory, not for arithmetic.
    """
    layout, tableau = shape.layout, shape.tableau
    timed = bool(shape.timed and tableau.gammas[stage])
    if not stage and not timed:
        return
    y, stage_y, ft = _base(b, layout.y), _base(b, layout.stage_y), _base(b, layout.ft)
    u = [_base(b, layout.u + k * shape.states) for k in range(stage + 1)]
    weight = b.do("mul", b.const(tableau.gammas[stage]), h)

    def body(i: str) -> None:
        before = [b.fetch(i, each) for each in u[:-1]]
        if not stage:
            added = b.fetch(i, u[0])
        else:
            if stage < len(tableau.a):
                state = _sum(b, tableau.a[stage], before, b.fetch(i, y))
            else:
                state = b.do("add", b.fetch(i, stage_y), before[-1])
            b.store(i, state, stage_y)
            added = b.do("mul", _sum(b, tableau.c[stage], before), inverse)
            if any(shape.massless):
                added = b.do("mul", added, _mass(b, i))
        if timed:
            added = b.fma(weight, b.fetch(i, ft), added)
        b.store(i, added, u[-1])

    _loop(b, f"p{stage}", shape.states, body)


def _sum(b: Lanes, weights: Sequence[float], values: Sequence[str], start: str = "") -> str:
    """Write start + sum of weight * value; without weights that are 0."""
    total = start
    for weight, value in zip(weights, values, strict=True):
        if weight:
            part = b.do("mul", b.const(weight), value)
            total = b.do("add", part, total) if total else part
    return total


def _mass(b: Lanes, i: str) -> str:
    """Write the mass of a state in every lane: 0 where an algebraic rule determines it."""
    one = b.put(f"getelementptr inbounds double, ptr @mass, i64 {i}")
    value = b.put(f"load double, ptr {one}")
    spread = b.put(f"insertelement {b.type} undef, double {value}, i32 0")
    lanes = f"<{b.width} x i32> zeroinitializer"
    return b.put(f"shufflevector {b.type} {spread}, {b.type} undef, {lanes}")


def mass_table(shape: Shape) -> str:
    """Write the diagonal of the mass matrix, where an algebraic rule makes it singular."""
    if not any(shape.massless):
        return ""
    values = ", ".join(f"double {0.0 if m else 1.0}" for m in shape.massless)
    return f"@mass = internal constant [{shape.states} x double] [{values}]"


def _finish(b: Lanes, shape: Shape) -> None:
    """Write the new states, and the mean square of the error over its tolerance."""
    layout, n = shape.layout, shape.states
    bases = {r: _base(b, getattr(layout, r)) for r in ("y", "new", "stage_y", "atol")}
    error = _base(b, layout.u + (shape.tableau.stages - 1) * n)
    rtol = b.fetch(layout.rtol)

    def body(i: str) -> None:
        b.say(f"%sum = phi {b.type} [zeroinitializer, %before_e], [%more, %loop_e]")
        last = b.fetch(i, error)
        new = b.do("add", b.fetch(i, bases["stage_y"]), last)
        b.store(i, new, bases["new"])
        size = b.larger(b.intrinsic("fabs", b.fetch(i, bases["y"])), b.intrinsic("fabs", new))
        allowed = b.fma(rtol, size, b.fetch(i, bases["atol"]))
        part = b.do("div", last, allowed)
        b.say(f"%more = fadd contract {b.type} %sum, {b.do('mul', part, part)}")

    _loop(b, "e", n, body)
    b.store(layout.error, b.do("mul", "%more", b.const(1.0 / n)))


def pace(shape: Shape) -> str:
    """Write ``pace``: the error to the power of -1 / order; it is a mean square, hence the half."""
    b, layout = Lanes(shape.width), shape.layout
    error = b.larger(b.fetch(layout.error), b.const(LEAST_ERROR))
    error = b.choose(b.compare("olt", error, b.const(1 / LEAST_ERROR)), error, b.const(1.0))
    share = b.do("mul", b.const(-0.5 / shape.tableau.order), b.call("lane_log2", error))
    b.store(layout.pace, b.call("lane_exp2", share))
    return function("pace", b)


def restore(shape: Shape) -> str:
    """Write ``restore``: with a very small h the factors leave all but the massless states alone.

    The right-hand side is the residual of the algebraic rules; the solution, in the first stage,
    is Newton's correction.
    """
    b, layout = Lanes(shape.width), shape.layout
    if any(shape.massless):
        b.say("call void @jacobian(ptr %w)")
        u = _base(b, layout.u)
        for i, massless in enumerate(shape.massless):
            if not massless:
                b.store(i, b.const(0.0), u)
        b.say(f"call void @solve(ptr %w, ptr {u})")
    return function("restore", b)


def rates(shape: Shape) -> str:
    """Write ``rates``: those of the stage's states, into the first column of the stages."""
    b = Lanes(shape.width)
    u = _base(b, shape.layout.u)
    _loop(b, "z", shape.states, lambda i: b.store(i, b.const(0.0), u))
    b.say(f"call void @slopes(ptr %w, ptr {u})")
    return function("rates", b)


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
    u, out = [_base(b, layout.u + k * shape.states) for k in range(stages)], _base(b, layout.dense)

    def body(i: str) -> None:
        values = [b.fetch(i, each) for each in u]
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
