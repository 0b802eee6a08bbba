"""Two trial results side by side: what differs in the design, and in what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tolerogen.errors import SpecError
from tolerogen.trials.result import FORMAT


@dataclass(frozen=True)
class Difference:
    """One thing that differs: where it stands, and its value in either trial (None: absent)."""

    what: str
    first: Any
    second: Any


@dataclass(frozen=True)
class Effect:
    """The difference of an arm from its reference, in either trial; None where there is none."""

    measure: str
    arm: str
    first: Mapping[str, Any] | None
    second: Mapping[str, Any] | None


@dataclass(frozen=True)
class Versus:
    """Two results compared: design and effects, each in the order of the first."""

    design: tuple[Difference, ...]
    effects: tuple[Effect, ...]


def compare_results(first: Mapping[str, Any], second: Mapping[str, Any]) -> Versus:
    """Compare two trial results.

    Parameters
    ----------
    first, second
        What ``result.json`` of a trial holds (`TrialResult.to_dict`).

    Raises
    ------
    SpecError
        When one of them is no trial result.
    """
    for each in (first, second):
        if each.get("format") != FORMAT:
            raise SpecError("Only two trial results can be compared; one of these is none.")
    old, new = _flat(first["spec"]), _flat(second["spec"])
    design = [
        Difference(key, old.get(key), new.get(key))
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    ]
    one, two = _effects(first), _effects(second)
    effects = [Effect(*key, one.get(key), two.get(key)) for key in dict.fromkeys((*one, *two))]
    return Versus(tuple(design), tuple(effects))


def _effects(result: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(row["measure"], row["arm"]): row for row in result["differences"]}


def _flat(value: Any, where: str = "") -> dict[str, Any]:
    """Write nested tables and lists as one table of paths."""
    found: dict[str, Any] = {}
    if isinstance(value, Mapping):
        for key, item in value.items():
            found |= _flat(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value, start=1):
            found |= _flat(item, f"{where} {number}")
    else:
        found[where] = value
    return found
