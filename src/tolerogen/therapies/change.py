"""A therapy with other numbers: to see what would be, if it were so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.parameters import Parameter
    from tolerogen.therapies.therapy import Therapy

BY_HAND = "changed by hand"


def with_numbers(therapy: Therapy, values: Mapping[str, float]) -> Therapy:
    """Return a therapy whose typical values are others; what is changed counts as assumed.

    Parameters
    ----------
    therapy
        The therapy as it was.
    values
        Typical values by parameter id without the therapy's prefix, in the parameters' units.

    Raises
    ------
    SpecError
        An unknown parameter, or a value that is not above zero; a share above 1.

    Examples
    --------
    >>> from tolerogen.therapies import load_therapy
    >>> with_numbers(load_therapy("rituximab"), {"CL": 0.3}).pk.value("CL")
    0.3
    """
    known = {p.id: p for p in (*therapy.pk.parameters, *therapy.effect)}
    for name, value in values.items():
        if name not in known:
            raise SpecError(f"therapy '{therapy.id}' has no '{name}'; {choices(name, known)}")
        if not (value > 0 and math.isfinite(value)):
            raise SpecError(f"{name} is {value:g}; it must be above zero.")
        if name in ("F", "fu", "Imax") and value > 1:
            raise SpecError(f"{name} is {value:g}; it is a share, at most 1.")

    def changed(parameter: Parameter) -> Parameter:
        value = values.get(parameter.id, parameter.value)
        if value == parameter.value:
            return parameter
        return replace(parameter, value=value, status="assumed", source=BY_HAND)

    pk = replace(therapy.pk, parameters=tuple(map(changed, therapy.pk.parameters)))
    return replace(therapy, pk=pk, effect=tuple(map(changed, therapy.effect)))
