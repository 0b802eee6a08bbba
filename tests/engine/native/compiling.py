"""Small pieces of compiled code, called with numpy arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tolerogen.engine.native import machine
from tolerogen.engine.native.lane_math import definitions
from tolerogen.engine.native.translate import Field, structure, translate

ATTRIBUTES = "attributes #0 = { nounwind }"


def link(text: str, *names: str) -> tuple[list[int], Any]:
    """Compile text; return addresses, and what must stay alive."""
    addresses, alive = machine._link(machine._object(text, 0, 1), names)
    return list(addresses), alive


def lane_function(name: str, width: int) -> Callable[..., np.ndarray]:
    """Return a function of the lanes as one of arrays."""
    vector, two = f"<{width} x double>", name in ("root", "pow")
    given = f"{vector} %a, {vector} %b" if two else f"{vector} %a"
    text = f"""{definitions(width, {name})}
define void @apply(ptr %x, ptr %y, ptr %out, i64 %n) #0 {{
entry:
  br label %loop
loop:
  %i = phi i64 [0, %entry], [%next, %loop]
  %px = getelementptr {vector}, ptr %x, i64 %i
  %py = getelementptr {vector}, ptr %y, i64 %i
  %po = getelementptr {vector}, ptr %out, i64 %i
  %a = load {vector}, ptr %px, align 8
  %b = load {vector}, ptr %py, align 8
  %r = call {vector} @lane_{name}({given})
  store {vector} %r, ptr %po, align 8
  %next = add i64 %i, 1
  %done = icmp sge i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}}
{ATTRIBUTES}"""
    (address,), alive = link(text, "apply")
    call = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3, ctypes.c_int64)(address)

    def apply(x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
        assert alive
        x = np.asarray(x, float)
        y = x if y is None else np.asarray(y, float)
        count = -(-x.size // width)
        padded = [np.resize(v, count * width) for v in (x, y)]
        out = np.empty(count * width)
        call(*(v.ctypes.data for v in (*padded, out)), count)
        return out[: x.size]

    return apply


def run(functions: Sequence[Callable[..., Any]], fields: Sequence[Field], **values: Any) -> None:
    """Translate functions, and call the first with a structure filled with these values."""
    first = functions[0].__name__
    (address,), alive = link(translate(functions, fields, {first}), first)
    kind = structure("Filled", fields)
    filled = kind(
        **{n: v.ctypes.data if isinstance(v, np.ndarray) else v for n, v in values.items()}
    )
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)(ctypes.addressof(filled))
    assert alive
