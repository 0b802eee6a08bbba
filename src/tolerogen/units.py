"""Units at the border: users write ``"750 mg"``, the house computes in its own units.

Inside Tolerogen time is in days, mass in mg, volume in L, concentration in nM or mg/L.
`pint` reads what users write; nothing past this module carries a unit object.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pint


@cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the shared `pint` registry, with the counting units of immunology."""
    import pint

    units: pint.UnitRegistry[Any] = pint.UnitRegistry(cache_folder=None)
    units.define("cell = 1 = cells")
    units.define("IU = [international_unit]")
    return units


def convert(text: str | float, unit: str, *, where: str = "value") -> float:
    """Read a quantity and return its magnitude in `unit`.

    Parameters
    ----------
    text
        What the user wrote, for example ``"750 mg"`` or ``"2 weeks"``. A bare number is
        refused unless `unit` is dimensionless: a figure without a unit is how doses go wrong.
    unit
        The unit wanted, for example ``"mg"``.
    where
        The file and key named in an error.

    Returns
    -------
    float
        Magnitude in `unit`.

    Raises
    ------
    SpecError
        When the text is not a quantity or has another dimension.

    Examples
    --------
    >>> convert("2 weeks", "day")
    14.0
    >>> convert("750", "mg/kg", where="arm 1, amount")
    Traceback (most recent call last):
    ...
    tolerogen.errors.SpecError: arm 1, amount: '750' cannot be read in mg/kg. Give the value...
    """
    import pint

    try:
        quantity = registry().Quantity(text)
        if _bare(quantity.units) and not _bare(registry().Unit(unit)):
            # pint reads mg/kg as a plain number, so a bare 750 would pass as 7.5e8 mg/kg
            raise pint.DimensionalityError("no unit", unit)
        return float(quantity.to(unit).magnitude)
    except pint.DimensionalityError:
        raise SpecError(
            f"{where}: '{text}' cannot be read in {unit}. Give the value with a unit of that "
            f"kind, for example '{_example(unit)}'."
        ) from None
    except Exception as error:  # pint raises many kinds for text that is no quantity
        raise SpecError(
            f"{where}: '{text}' is not a quantity ({error}). Write a number and a unit, "
            f"for example '{_example(unit)}'."
        ) from None


def _bare(unit: object) -> bool:
    return str(unit) == "dimensionless"


def compatible(text: str | float, unit: str) -> bool:
    """Tell whether `text` is a quantity of the same dimension as `unit`."""
    try:
        return bool(registry().Quantity(text).is_compatible_with(unit))
    except Exception:  # not a quantity at all
        return False


def _example(unit: str) -> str:
    return {"day": "2 weeks", "mg": "750 mg", "mg/kg": "15 mg/kg"}.get(unit, f"1 {unit}")
