"""Factors and solves for large models: the same arithmetic, driven by tables instead of unrolled.

Straight-line code is fastest, but compilers need more than proportionally long for it. Above
`UNROLLED` multiplications the elimination is a few short loops over constant tables of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tolerogen.engine.native.lanes import Lanes, function
from tolerogen.engine.native.layout import Layout
from tolerogen.engine.native.ordering import Factors

UNROLLED = 4000
"""Multiplications in one elimination up to which it is written out."""


def multiplications(factors: Factors) -> int:
    """Count the multiplications of one elimination."""
    above = [sum(1 for c in row if c > i) for i, row in enumerate(factors.rows)]
    return sum(1 + above[k] for i, row in enumerate(factors.rows) for k in row if k < i)


def looped(factors: Factors) -> bool:
    """Tell whether the elimination is driven by tables."""
    return multiplications(factors) > UNROLLED


def _table(name: str, values: Sequence[int]) -> str:
    listed = ", ".join(f"i64 {v}" for v in values) or "i64 0"
    return f"@{name} = internal constant [{max(len(values), 1)} x i64] [{listed}]"


def tables(layout: Layout, factors: Factors) -> str:
    """Write the tables: what each pivot of each row scales and subtracts."""
    at = {entry: layout.lu + k for k, entry in enumerate(factors.entries)}
    task_of_row, scaled, pivot, update_of_task, target, source = [0], [], [], [0], [], []
    for i, columns in enumerate(factors.rows):
        for k in (c for c in columns if c < i):
            scaled.append(at[i, k])
            pivot.append(at[k, k])
            for j in (c for c in factors.rows[k] if c > k):
                target.append(at[i, j])
                source.append(at[k, j])
            update_of_task.append(len(target))
        task_of_row.append(len(scaled))
    starts = [0]
    for row in factors.rows:
        starts.append(starts[-1] + len(row))
    listed = {
        "lu_tasks": task_of_row,
        "lu_scaled": scaled,
        "lu_pivot": pivot,
        "lu_updates": update_of_task,
        "lu_target": target,
        "lu_source": source,
        "lu_diagonal": [at[i, i] for i in range(len(factors.rows))],
        "lu_rows": [layout.lu + s for s in starts],
        "lu_columns": [j for row in factors.rows for j in row],
    }
    return "\n".join(_table(name, values) for name, values in listed.items())


def _look(b: Lanes, table: str, index: str) -> str:
    return b.put(f"load i64, ptr {b.put(f'getelementptr i64, ptr @{table}, i64 {index}')}")


def _over(b: Lanes, tag: str, start: str, stop: str, body: Callable[[str], None]) -> None:
    """Write a loop from start up to stop, possibly over nothing."""
    slot = f"%at_{tag}"
    b.lines.insert(0, f"  {slot} = alloca i64")
    b.say(f"store i64 {start}, ptr {slot}")
    b.say(f"br label %test_{tag}")
    b.say(f"test_{tag}:")
    index = b.put(f"load i64, ptr {slot}")
    inside = b.put(f"icmp slt i64 {index}, {stop}")
    b.say(f"br i1 {inside}, label %body_{tag}, label %end_{tag}")
    b.say(f"body_{tag}:")
    body(index)
    b.say(f"store i64 {b.put(f'add i64 {index}, 1')}, ptr {slot}")
    b.say(f"br label %test_{tag}")
    b.say(f"end_{tag}:")


def clear(layout: Layout, entries: int, width: int) -> str:
    """Write ``clear``: all rows of the factors become 0, so that only what is not is written."""
    b = Lanes(width)
    first = b.put(f"getelementptr inbounds {b.type}, ptr %w, i64 {layout.lu}")
    size = entries * b.align
    b.say(f"call void @llvm.memset.p0.i64(ptr {first}, i8 0, i64 {size}, i1 false)")
    declared = "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)\n"
    return declared + function("clear", b, "ptr noalias %w", "internal ")


def eliminate(factors: Factors, width: int) -> str:
    """Write ``eliminate``: the entries in the rows of the factors become the factors."""
    b = Lanes(width)

    def row(i: str) -> None:
        diagonal = _look(b, "lu_diagonal", i)

        def task(k: str) -> None:
            scaled, pivot = _look(b, "lu_scaled", k), _look(b, "lu_pivot", k)
            factor = b.do("mul", b.fetch(scaled), b.fetch(pivot))
            b.store(scaled, factor)

            def update(u: str) -> None:
                target, source = _look(b, "lu_target", u), _look(b, "lu_source", u)
                b.store(target, b.do("sub", b.fetch(target), b.do("mul", factor, b.fetch(source))))

            first = _look(b, "lu_updates", k)
            _over(b, "u", first, _look(b, "lu_updates", b.put(f"add i64 {k}, 1")), update)

        first = _look(b, "lu_tasks", i)
        _over(b, "k", first, _look(b, "lu_tasks", b.put(f"add i64 {i}, 1")), task)
        b.store(diagonal, b.do("div", b.const(1.0), b.fetch(diagonal)))

    _over(b, "i", "0", str(len(factors.rows)), row)
    return function("eliminate", b, "ptr noalias %w", "internal ")


def solve(layout: Layout, factors: Factors, width: int) -> str:
    """Write ``solve`` by tables: the right-hand side in column %b becomes the solution."""
    b, count = Lanes(width), len(factors.rows)

    def subtract(tag: str, i: str, first: str, last: str) -> None:
        def term(e: str) -> None:
            column = _look(b, "lu_columns", b.put(f"sub i64 {e}, {layout.lu}"))
            part = b.do("mul", b.fetch(e), b.fetch(column, "%b"))
            b.store(i, b.do("sub", b.fetch(i, "%b"), part), "%b")

        _over(b, tag, first, last, term)

    def down(i: str) -> None:
        subtract("d", i, _look(b, "lu_rows", i), _look(b, "lu_diagonal", i))

    def up(back: str) -> None:
        i = b.put(f"sub i64 {count - 1}, {back}")
        diagonal = _look(b, "lu_diagonal", i)
        first = b.put(f"add i64 {diagonal}, 1")
        subtract("u", i, first, _look(b, "lu_rows", b.put(f"add i64 {i}, 1")))
        b.store(i, b.do("mul", b.fetch(i, "%b"), b.fetch(diagonal)), "%b")

    _over(b, "i", "0", str(count), down)
    _over(b, "j", "0", str(count), up)
    return function("solve", b, "ptr noalias %w, ptr noalias %b", "internal ")
