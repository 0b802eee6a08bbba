"""Units of SBML as text a person reads: ``1e-9 mole / litre`` is ``nM``.

A unit is a product of SBML's base kinds with exponents, and a factor. What is in the table of
the house's usual units is written its way; what is not keeps the name its author gave it.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

Kinds = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Units:
    """A factor times base kinds, for example 1e-9 x (litre^-1, mole^1), and a name."""

    factor: float
    kinds: Kinds
    name: str

    def same(self, other: Units) -> bool:
        """Tell whether two units are one, whatever they are called."""
        return self.kinds == other.kinds and math.isclose(self.factor, other.factor, rel_tol=1e-9)

    def over(self, other: Units) -> Units:
        """Return this unit divided by another."""
        total = Counter(dict(self.kinds))
        for kind, power in other.kinds:
            total[kind] -= power  # type: ignore[assignment]  # exponents of SBML may be fractions
        kinds = tuple(sorted((kind, float(power)) for kind, power in total.items() if power))
        return Units(self.factor / other.factor, kinds, f"{pretty(self)}/{pretty(other)}")


def _kinds(**powers: float) -> Kinds:
    return tuple(sorted(powers.items()))


_HOUSE: tuple[tuple[float, Kinds, str], ...] = (
    (86400.0, _kinds(second=1.0), "day"),
    (3600.0, _kinds(second=1.0), "hour"),
    (1.0, _kinds(second=1.0), "second"),
    (1 / 86400.0, _kinds(second=-1.0), "1/day"),
    (1e-3, _kinds(gram=1.0), "mg"),
    (1.0, _kinds(gram=1.0), "g"),
    (1e-6, _kinds(kilogram=1.0), "mg"),
    (1.0, _kinds(kilogram=1.0), "kg"),
    (1.0, _kinds(litre=1.0), "L"),
    (1e-3, _kinds(litre=1.0), "mL"),
    (1.0, _kinds(mole=1.0), "mol"),
    (1e-9, _kinds(mole=1.0), "nmol"),
    (1e-9, _kinds(mole=1.0, litre=-1.0), "nM"),
    (1e-12, _kinds(mole=1.0, litre=-1.0), "pM"),
    (1.0, _kinds(mole=1.0, litre=-1.0), "M"),
    (1e-3, _kinds(gram=1.0, litre=-1.0), "mg/L"),
    (1.0, _kinds(gram=1.0, litre=-1.0), "g/L"),
    (1e-6, _kinds(gram=1.0, litre=-1.0), "µg/L"),
    (1e-9, _kinds(gram=1.0, litre=-1.0), "ng/L"),
    (1e-6, _kinds(kilogram=1.0, litre=-1.0), "mg/L"),
    (1e6, _kinds(item=1.0, litre=-1.0), "cells/µL"),
    (1.0 / 86400.0, _kinds(litre=1.0, second=-1.0), "L/day"),
)


def pretty(unit: Units) -> str:
    """Write a unit the way of the house, or by its own name."""
    for factor, kinds, text in _HOUSE:
        if unit.same(Units(factor, kinds, text)):
            return text
    return unit.name.replace("_per_", "/")


def read_units(definitions: Iterable[ET.Element], *, builtin: bool) -> dict[str, Units]:
    """Read unit definitions, and the base kinds of SBML, by id.

    Parameters
    ----------
    definitions
        ``unitDefinition`` elements.
    builtin
        Whether ``substance``, ``volume`` and ``time`` have meanings of their own (level 2).
    """
    kinds = (
        *("ampere", "avogadro", "becquerel", "candela", "coulomb", "farad", "gram", "gray"),
        *("henry", "hertz", "item", "joule", "katal", "kelvin", "kilogram", "litre", "lumen"),
        *("lux", "metre", "mole", "newton", "ohm", "pascal", "radian", "second", "siemens"),
        *("sievert", "steradian", "tesla", "volt", "watt", "weber"),
    )
    known = {kind: Units(1.0, ((kind, 1.0),), kind) for kind in kinds}
    known["dimensionless"] = Units(1.0, (), "dimensionless")
    if builtin:
        known |= {"substance": known["mole"], "volume": known["litre"], "time": known["second"]}
    for definition in definitions:
        name = definition.get("id", "")
        known[name] = _read(definition, definition.get("name") or name)
    return known


def _read(definition: ET.Element, name: str) -> Units:
    factor, powers = 1.0, Counter[str]()
    for unit in definition.iter():
        kind = unit.get("kind")
        if kind is None:
            continue
        power = float(unit.get("exponent", 1))
        scale = 10.0 ** float(unit.get("scale", 0))
        factor *= (float(unit.get("multiplier", 1)) * scale) ** power
        if kind != "dimensionless":
            powers[kind] += power  # type: ignore[assignment]  # exponents may be fractions
    return Units(factor, tuple(sorted((k, float(p)) for k, p in powers.items() if p)), name)
