"""Types of the language, and the structure its functions work on."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

I64, F64, BOOL, PTR, VOID = "i64", "double", "i1", "ptr", "void"


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


class Unit(Protocol):
    """Functions translated together, as one of them sees the others."""

    fields: Mapping[str, Field]
    places: Mapping[str, int]
    exported: set[str]
    signatures: Mapping[str, tuple[list[str], str]]

    def arguments(self, name: str, given: int) -> int:
        """Return how many arguments a function takes."""
