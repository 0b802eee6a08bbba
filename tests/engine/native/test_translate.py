"""The language of the driver: each construct does in machine code what Python does.

Every function below runs twice on the same structure, as Python and translated.
"""

from __future__ import annotations

import ctypes
from math import sqrt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.engine.native.compiling import run

from tolerogen.engine.native.translate import Field, call, claim, translate

FIELDS = (
    Field("n", "int"),
    Field("x", "float"),
    Field("columns", "int"),
    Field("whole", "ints"),
    Field("real", "floats"),
    Field("table", "floats", "columns"),
    Field("kernel", "int"),
)
LIMIT, HALF, YES = 7, 0.5, True
Numbers = Any


def arithmetic(p: Numbers) -> None:
    """Sums, differences, products and quotients of either kind, and of both."""
    k = p.whole[0]
    p.whole[1] = k + 3 - 2 * p.n
    p.whole[2] = k % 4
    p.real[0] = k / 2
    p.real[1] = p.x * k - p.real[2] / 3.0
    p.real[2] = p.x**2.5
    p.real[3] = -p.x
    p.whole[3] = -k
    p.real[4] = LIMIT + HALF
    p.real[5] += p.real[1]
    p.whole[4] -= 2
    p.real[5] *= 1.5
    p.real[6] /= 4


def functions(p: Numbers) -> None:
    p.whole[0] = min(p.n, 4)
    p.whole[1] = max(p.n, 4)
    p.real[0] = min(p.x, p.n)
    p.real[1] = max(p.x, p.real[2])
    p.real[2] = abs(p.real[3])
    p.real[3] = sqrt(p.x)
    p.whole[2] = int(p.x * 2.75)
    p.whole[3] = int(-p.x * 2.75)
    p.real[4] = float(p.n)
    p.real[5] = 1.0 if p.n > 3 else p.x
    p.whole[4] = 1 if p.x > 100.0 else 2


def conditions(p: Numbers) -> None:
    for k in range(8):
        p.whole[k] = 0
    x = p.real[0]
    if x < p.x:
        p.whole[0] = 1
    elif x == p.x:
        p.whole[0] = 2
    else:
        p.whole[0] = 3
    if p.n >= 2 and not (x > 3.0 or p.n != 5):
        p.whole[1] = 1
    if p.n or x > 1e9:
        p.whole[2] = 1
    if YES and p.real[1] <= p.real[2]:
        p.whole[3] = 1
    good = p.n == 5
    p.whole[4] = good
    p.whole[5] = good == (p.x > 0.0)
    p.whole[6] = x != x
    if p.n > 0 and p.real[p.n % 3] > -1e300:
        p.whole[7] = 4


def loops(p: Numbers) -> None:
    total = 0
    for i in range(p.n):
        if i == 1:
            continue
        if i == 4:
            break
        for j in range(i, LIMIT):
            total += i * j
    p.whole[0] = total
    k = 0
    while k < 100:
        k += 1
        if k % 2 == 0:
            continue
        if k > p.n * 3:
            break
        p.real[0] += k
    p.whole[1] = k
    for _ in range(3):
        p.whole[2] += 1


def tables(p: Numbers) -> None:
    for i in range(2):
        for j in range(p.columns):
            p.table[i, j] = 10 * i + j + p.table[1 - i, j]
    p.table[p.n - 4, p.whole[0] % 3] += 0.25


def nested(p: Numbers) -> None:
    p.whole[0] = count(p, 3, p.x)
    p.real[0] = scaled(p, p.n)
    p.whole[1] = between(1, p.x, 5.0)
    nothing(p)
    p.whole[2] = first_above(p, 2.0)


def count(p: Numbers, most: int, x: float) -> int:
    found = 0
    for k in range(most):
        if p.real[k] > x:
            found += 1
    return found


def scaled(p: Numbers, by: float) -> float:
    return by * p.x


def between(low: float, x: float, high: float) -> bool:
    return low < x and x < high


def nothing(p: Numbers) -> None:
    if p.n > 0:
        return
    p.whole[7] = -1


def first_above(p: Numbers, x: float) -> int:
    for k in range(8):
        if p.real[k] > x:
            return k
    return -1


def odd_numbers(p: Numbers) -> None:
    """Comparisons with what is not a number are false, but for !=."""
    x = p.real[0]
    p.whole[0] = x < 1.0
    p.whole[1] = x >= 1.0
    p.whole[2] = not (x <= 1.0)
    p.whole[3] = x != 1.0
    p.whole[4] = x == x
    p.real[1] = max(0.0, x)
    p.real[2] = max(x, 0.0)
    p.real[3] = min(x, 0.0)


def claiming(p: Numbers) -> None:
    """Take numbers from a counter that others may share."""
    for k in range(3):
        p.whole[k + 1] = claim(p.whole)
    p.whole[4] = 10 * claim(p.whole)


def values(**changes: Any) -> dict[str, Any]:
    draw = np.random.default_rng(2)
    return {
        "n": 5,
        "x": 2.3,
        "columns": 3,
        "whole": np.arange(3, 11, dtype=np.int64),
        "real": draw.normal(0, 3, 8),
        "table": draw.normal(0, 3, (2, 3)),
        "kernel": 0,
    } | changes


def copied(given: dict[str, Any]) -> dict[str, Any]:
    return {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in given.items()}


UNITS = [
    [arithmetic],
    [functions],
    [conditions],
    [loops],
    [tables],
    [nested, count, scaled, between, nothing, first_above],
    [odd_numbers],
    [claiming],
]
CHANGES = [{}, {"n": 4, "x": 0.0}, {"real": np.full(8, np.nan)}, {"x": np.nan}]


@pytest.mark.parametrize(
    ("unit", "changes"),
    [
        pytest.param(unit, changes, id=f"{unit[0].__name__} {i}")
        for unit in UNITS
        for i, changes in enumerate(CHANGES)
        if unit[0] is not functions or "x" not in changes or changes["x"] == 0  # no int(NaN)
    ],
)
def test_machine_code_does_what_python_does(unit, changes):
    as_python, translated = copied(values(**changes)), copied(values(**changes))
    unit[0](SimpleNamespace(**as_python))
    run(unit, FIELDS, **translated)
    for name in ("whole", "real", "table"):
        np.testing.assert_allclose(translated[name], as_python[name], rtol=1e-15, err_msg=name)


def kernels(p: Numbers) -> None:
    call(p.kernel, p.real)


def test_a_kernel_is_called_with_memory():
    seen = []

    def kernel(address):
        seen.append(address)

    keep = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(kernel)
    given = values(kernel=ctypes.cast(keep, ctypes.c_void_p).value)
    run([kernels], FIELDS, **given)
    assert seen == [given["real"].ctypes.data]
    with pytest.raises(TypeError, match="translated code only"):
        call(0, None)


def a_list(p: Numbers) -> None:
    p.n_ = [1]


def unknown_field(p: Numbers) -> None:
    p.real[0] = p.missing


def unknown_name(p: Numbers) -> None:
    p.real[0] = missing  # noqa: F821


def unknown_function(p: Numbers) -> None:
    print(p.x)  # noqa: T201


def a_method(p: Numbers) -> None:
    p.real.fill(0)


def whole_division(p: Numbers) -> None:
    p.whole[0] = p.n // 2


def real_remainder(p: Numbers) -> None:
    p.real[0] = p.x % 2.0


def a_chain(p: Numbers) -> None:
    p.whole[0] = 0 < p.n < 3


def identity(p: Numbers) -> None:
    p.whole[0] = p.n is p.x


def stepped(p: Numbers) -> None:
    for k in range(0, 8, 2):
        p.whole[k] = 0


def else_of_a_loop(p: Numbers) -> None:
    for k in range(3):
        p.whole[k] = 0
    else:
        p.whole[0] = 1


def else_of_while(p: Numbers) -> None:
    while p.n < 0:
        p.whole[0] = 0
    else:
        p.whole[0] = 1


def over_a_list(p: Numbers) -> None:
    for k in (1, 2):
        p.whole[k] = 0


def three_to_compare(p: Numbers) -> None:
    p.real[0] = min(p.x, 1.0, 2.0)


def by_keyword(p: Numbers) -> None:
    p.real[0] = scaled(p, by=2.0)


def too_few(p: Numbers) -> None:
    p.real[0] = scaled(p)


def a_field(p: Numbers) -> None:
    p.n = 3


def an_element_of_a_name(p: Numbers) -> None:
    k = p.n
    p.real[0] = k[0]


def a_text(p: Numbers) -> None:
    p.real[0] = "text"


def a_with(p: Numbers) -> None:
    with p:
        pass


def a_kind_that_changes(p: Numbers) -> None:
    k = 0
    k = p.x
    p.real[0] = k


def bits(p: Numbers) -> None:
    p.whole[0] = ~p.n


REFUSED = {
    a_list: "not in the language",
    unknown_field: "no such field",
    unknown_name: "unknown name",
    unknown_function: "unknown function",
    a_method: "only plain functions",
    whole_division: "no such operation",
    real_remainder: "remainders are of whole numbers",
    a_chain: "compare two",
    identity: "compare two",
    stepped: "steps of one",
    else_of_a_loop: "no else",
    else_of_while: "no else",
    over_a_list: r"loops go over range\(\)",
    three_to_compare: "wrong number of arguments",
    by_keyword: "arguments by place",
    too_few: "wrong number of arguments",
    a_field: "cannot be assigned to",
    an_element_of_a_name: "only arrays",
    a_text: "no number",
    a_with: "not in the language",
    a_kind_that_changes: "now a double",
    bits: "no such operation",
}


@pytest.mark.parametrize("function", REFUSED, ids=lambda f: f.__name__)
def test_anything_else_is_refused_with_its_line(function):
    with pytest.raises(TypeError, match=REFUSED[function]) as caught:
        translate([function, scaled], FIELDS, {function.__name__})
    first = function.__code__.co_firstlineno
    line = int(str(caught.value).split("line ")[1].split(":")[0])
    assert function.__name__ in str(caught.value)
    assert first < line <= first + 4
