"""Linear clearance in humans, before anybody was dosed.

Without animal data it is the prior of linear antibodies (Davda 2014, doi:10.4161/mabs.29095). With
a clearance from cynomolgus monkeys it is scaled by body weight, exponent 0.80 without and 0.44
with Fc changes (59 antibodies, Rowland 2024, doi:10.1080/00498254.2024.2383925). Either way the
interval is a factor of 2, within which all of 27 antibodies lay (Betts 2018,
doi:10.1080/19420862.2018.1462429); it is no quantile. Target-mediated elimination comes on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tolerogen.antibodies.formats import fc_changes
from tolerogen.errors import SpecError

TYPICAL = 0.200
TYPICAL_SOURCE = "doi:10.4161/mabs.29095"
EXPONENT, EXPONENT_CHANGED = 0.80, 0.44
EXPONENT_SOURCE = "doi:10.1080/00498254.2024.2383925"
HUMAN_KG, CYNOMOLGUS_KG = 70.0, 3.0
FOLD = 2.0


@dataclass(frozen=True)
class Clearance:
    """Linear clearance of a 70 kg adult, L/day, with the factor-of-2 band and its origin."""

    value: float
    low: float
    high: float
    method: str
    source: str


def human_clearance(
    changes: Sequence[str] = (),
    cynomolgus_ml_day_kg: float | None = None,
    weight_kg: float = CYNOMOLGUS_KG,
) -> Clearance:
    """Predict linear clearance.

    Parameters
    ----------
    changes
        Fc changes by name; those that bind FcRn better lower the prior.
    cynomolgus_ml_day_kg
        Linear clearance measured in cynomolgus monkeys, mL/(day kg).
    weight_kg
        Of the monkeys (3 kg assumed).

    Raises
    ------
    SpecError
        When a clearance or weight is not above zero.

    Examples
    --------
    >>> round(human_clearance(cynomolgus_ml_day_kg=5.5).value, 3)
    0.205
    """
    slower = 1.0
    for name in changes:
        slower = min(slower, fc_changes()[name].clearance)
    if cynomolgus_ml_day_kg is None:
        value, source = TYPICAL * slower, TYPICAL_SOURCE
        method = "prior of linear antibodies" + (", slowed by its Fc" if slower < 1 else "")
    else:
        if cynomolgus_ml_day_kg <= 0 or weight_kg <= 0:
            raise SpecError("Clearance and weight of the monkeys must be above zero.")
        power = EXPONENT_CHANGED if slower < 1 else EXPONENT
        own = cynomolgus_ml_day_kg * weight_kg / 1000.0
        value, source = own * (HUMAN_KG / weight_kg) ** power, EXPONENT_SOURCE
        method = f"scaled from cynomolgus, exponent {power:g}"
    return Clearance(value, value / FOLD, value * FOLD, method, source)
