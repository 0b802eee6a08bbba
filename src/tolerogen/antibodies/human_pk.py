"""Linear clearance in humans, before anybody was dosed.

Without animal data it is the prior of linear antibodies (Davda 2014, doi:10.4161/mabs.29095). With
a clearance from cynomolgus monkeys it is scaled by body weight, exponent 0.80 without and 0.44
with Fc changes (59 antibodies, Rowland 2024, doi:10.1080/00498254.2024.2383925); from Tg32 mice,
which carry human FcRn, with 0.93 (Avery 2016, doi:10.1080/19420862.2016.1193660). Always the
interval is a factor of 2, within which all of 27 antibodies lay (Betts 2018,
doi:10.1080/19420862.2018.1462429); it is no quantile. Target-mediated elimination comes on top.

Charge moves the prior, and only the prior: a lower isoelectric point goes with a longer half-life
(Liu 2017, doi:10.1007/s13238-017-0408-4) and tells fast from slow human clearance of 64 antibodies
(Grinshpun 2021, doi:10.1080/19420862.2021.1932230). The slope is fitted to 24 published clearances:
left out one by one, their error falls from 1.53-fold to 1.48-fold
(``benchmarks/antibody_clearance.py``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tolerogen.antibodies.formats import fc_changes
from tolerogen.errors import SpecError

TYPICAL = 0.200
TYPICAL_SOURCE = "doi:10.4161/mabs.29095"
EXPONENT, EXPONENT_CHANGED = 0.80, 0.44
EXPONENT_SOURCE = "doi:10.1080/00498254.2024.2383925"
TG32_EXPONENT, TG32_SOURCE = 0.93, "doi:10.1080/19420862.2016.1193660"
PI_SLOPE, PI_SLOPE_SE = 0.156, 0.048
"""Fitted: log clearance by unit of the Fv's isoelectric point, and its standard error."""
PI_CENTRE, PI_RANGE = 7.71, (5.3, 9.2)
"""Mean of those 24 antibodies, where the prior stays as it is; beyond the range it is held."""
PI_SOURCE = "slope fitted, doi:10.1080/19420862.2021.1932230"
HUMAN_KG, CYNOMOLGUS_KG, MOUSE_KG = 70.0, 3.0, 0.02
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
    weight_kg: float | None = None,
    tg32_ml_day_kg: float | None = None,
    fv_pi: float | None = None,
) -> Clearance:
    """Predict linear clearance.

    Parameters
    ----------
    changes
        Fc changes by name; those that bind FcRn better lower the prior.
    cynomolgus_ml_day_kg, tg32_ml_day_kg
        Linear clearance measured in cynomolgus monkeys or homozygous Tg32 mice, mL/(day kg). Mice
        rank antibodies in people better (r 0.91 against 0.82, same source), so they go first.
    weight_kg
        Of the animals (assumed: monkeys 3 kg, mice 0.02 kg).
    fv_pi
        Isoelectric point of both variable domains, unfolded; moves the prior. Animals have their
        say on charge themselves.

    Raises
    ------
    SpecError
        When a clearance or weight is not above zero.

    Examples
    --------
    >>> round(human_clearance(cynomolgus_ml_day_kg=5.5).value, 3)
    0.205
    """
    slower = min((fc_changes()[name].clearance for name in changes), default=1.0)
    told = (cynomolgus_ml_day_kg, tg32_ml_day_kg, weight_kg)
    if any(number is not None and number <= 0 for number in told):
        raise SpecError("Clearance and weight of the animals must be above zero.")
    if tg32_ml_day_kg is not None:
        value = _scaled(tg32_ml_day_kg, weight_kg or MOUSE_KG, TG32_EXPONENT)
        method = f"scaled from Tg32 mice, exponent {TG32_EXPONENT:g}"
        return _banded(value, method, TG32_SOURCE)
    if cynomolgus_ml_day_kg is not None:
        power = EXPONENT_CHANGED if slower < 1 else EXPONENT
        value = _scaled(cynomolgus_ml_day_kg, weight_kg or CYNOMOLGUS_KG, power)
        return _banded(value, f"scaled from cynomolgus, exponent {power:g}", EXPONENT_SOURCE)
    method = "prior of linear antibodies" + (", slowed by its Fc" if slower < 1 else "")
    if fv_pi is None:
        return _banded(TYPICAL * slower, method, TYPICAL_SOURCE)
    within = min(max(fv_pi, PI_RANGE[0]), PI_RANGE[1])
    value = TYPICAL * slower * math.exp(PI_SLOPE * (within - PI_CENTRE))
    method += f", moved by the Fv's isoelectric point of {fv_pi:.1f}"
    return _banded(value, method, f"{TYPICAL_SOURCE}; {PI_SOURCE}")


def _scaled(ml_day_kg: float, weight_kg: float, power: float) -> float:
    return ml_day_kg * weight_kg / 1000.0 * math.pow(HUMAN_KG / weight_kg, power)


def _banded(value: float, method: str, source: str) -> Clearance:
    return Clearance(value, value / FOLD, value * FOLD, method, source)
