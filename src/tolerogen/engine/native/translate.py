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

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tolerogen.engine.native.language.fields import Field, structure
from tolerogen.engine.native.language.statements import Function

_BUILT_IN = {"min": 2, "max": 2, "call": 2, "claim": 1, "abs": 1, "sqrt": 1, "int": 1, "float": 1}
"""Arguments of the functions that are known without being given."""


class _Unit:
    """Functions translated together."""

    def __init__(
        self, functions: Sequence[Callable[..., Any]], fields: Sequence[Field], exported: set[str]
    ) -> None:
        self.fields: Mapping[str, Field] = {f.name: f for f in fields}
        self.places = {f.name: i for i, f in enumerate(fields)}
        self.exported = exported
        self.signatures: dict[str, tuple[list[str], str]] = {}
        self.functions = [Function(self, f) for f in functions]  # type: ignore[arg-type]
        for each in self.functions:
            self.signatures[each.name] = ([k for _, k in each.arguments], each.result)

    def arguments(self, name: str, given: int) -> int:
        """Return how many arguments a function takes; as many as given when it is not known."""
        if name in self.signatures:
            return len(self.signatures[name][0])
        return _BUILT_IN.get(name, given)

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


def claim(counter: Any) -> int:
    """Return the first element of an array and let it grow by one; in translated code, at once."""
    value = int(counter[0])
    counter[0] += 1
    return value


__all__ = ["Field", "call", "claim", "structure", "translate"]
