"""The loading dose: larger at first, so that the first trough is that of the steady state."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.therapies import half_lives

if TYPE_CHECKING:
    from tolerogen.therapies import Regimen, Therapy


def accumulation(therapy: Therapy, every: float) -> float:
    """Return by how much doses pile up: steady state over first dose, ``1 / (1 - exp(-k every))``.

    Parameters
    ----------
    therapy
        Its linear terminal half-life, at the reference weight.
    every
        Days between doses.

    References
    ----------
    Gibaldi M, Perrier D, Pharmacokinetics, 1982, chapter 3.
    """
    terminal = half_lives(therapy)[-1]
    return 1 / (1 - exp(-log(2) * every / terminal))


def with_loading(regimen: Regimen, therapy: Therapy) -> Regimen:
    """Return the regimen with its first dose multiplied by the accumulation ratio.

    Raises
    ------
    SpecError
        The regimen is not one rule of at least two doses.
    """
    if len(regimen.rules) != 1 or len(regimen.rules[0].days) < 2:
        raise SpecError(
            f"regimen '{regimen.name}': a loading dose is found for one amount given at least "
            "twice; write a more involved one out by hand."
        )
    rule = regimen.rules[0]
    ratio = accumulation(therapy, rule.days[1] - rule.days[0])
    first = replace(rule, amount=rule.amount * ratio, days=rule.days[:1])
    return replace(
        regimen,
        name=f"{regimen.name}, first dose x {ratio:.2f}",
        rules=(first, replace(rule, days=rule.days[1:])),
    )
