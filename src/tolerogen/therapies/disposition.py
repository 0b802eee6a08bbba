"""What a therapy's typical parameters imply: its half-lives."""

from __future__ import annotations

from math import log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.therapies.therapy import Therapy


def half_lives(therapy: Therapy) -> tuple[float, ...]:
    """Return the half-lives (days) of the linear disposition, fastest first.

    Parameters
    ----------
    therapy
        Its typical values at the reference weight; loss with the target is left out.

    Returns
    -------
    tuple of float
        One for one compartment, distribution and terminal half-life for two.

    Notes
    -----
    Roots of the characteristic equation of the two-compartment model (Gibaldi and Perrier,
    Pharmacokinetics, 1982, chapter 2).
    """
    clearance, central = therapy.pk.value("CL"), therapy.pk.value("V1")
    exchange, peripheral = therapy.pk.value("Q"), therapy.pk.value("V2")
    if clearance is None or central is None or clearance <= 0:
        return (float("inf"),)
    if exchange is None or peripheral is None:
        return (log(2) * central / clearance,)
    k10, k12, k21 = clearance / central, exchange / central, exchange / peripheral
    total = k10 + k12 + k21
    # The slow root as product over fast root: no difference of near-equal numbers.
    fast = (total + sqrt(total**2 - 4 * k10 * k21)) / 2
    return (log(2) / fast, log(2) * fast / (k10 * k21))
