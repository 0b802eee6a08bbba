"""Spending functions: how much of an error may be spent by a share of the information.

References
----------
Lan KKG, DeMets DL, Biometrika 1983;70:659 (doi:10.1093/biomet/70.3.659); Kim K, DeMets DL,
Biometrika 1987;74:149 (doi:10.1093/biomet/74.1.149); Hwang IK, Shih WJ, DeCani JS, Stat Med
1990;9:1439 (doi:10.1002/sim.4780091207).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import norm

from tolerogen.errors import AnalysisError, choices

NAMES = ("lan-demets-obrien-fleming", "lan-demets-pocock", "kim-demets", "hwang-shih-decani")
SHORT = {
    "asof": "lan-demets-obrien-fleming",
    "obrien-fleming-like": "lan-demets-obrien-fleming",
    "asp": "lan-demets-pocock",
    "pocock-like": "lan-demets-pocock",
    "askd": "kim-demets",
    "power": "kim-demets",
    "ashsd": "hwang-shih-decani",
    "hsd": "hwang-shih-decani",
}


@dataclass(frozen=True)
class Spending:
    """A spending function.

    Attributes
    ----------
    name
        One of `NAMES`.
    gamma
        Of ``kim-demets`` (power, above 0) and ``hwang-shih-decani`` (any; negative spends late).

    Examples
    --------
    >>> round(Spending("kim-demets", 2.0).spent(0.5, total=0.025), 5)
    0.00625
    """

    name: str
    gamma: float | None = None

    def spent(self, share: float, total: float) -> float:
        """Return the error spent at a share of the information, of `total`."""
        if share <= 0:
            return 0.0
        share = min(share, 1.0)
        if self.name == "lan-demets-obrien-fleming":
            return float(2.0 * norm.sf(norm.isf(total / 2.0) / math.sqrt(share)))
        if self.name == "lan-demets-pocock":
            return total * math.log1p((math.e - 1.0) * share)
        gamma = float(self.gamma or 0.0)
        if self.name == "kim-demets":
            return float(total * share**gamma)
        if gamma == 0.0:
            return total * share
        return total * math.expm1(-gamma * share) / math.expm1(-gamma)


def spending(name: str, gamma: float | None = None) -> Spending:
    """Return a spending function by name.

    Raises
    ------
    AnalysisError
        Unknown name, or a parameter that is missing or out of range.
    """
    key = SHORT.get(name.lower(), name.lower())
    if key not in NAMES:
        raise AnalysisError(f"there is no spending function '{name}'; {choices(key, NAMES)}")
    if key == "kim-demets" and not (gamma is not None and gamma > 0):
        raise AnalysisError("spending 'kim-demets' needs gamma above 0, for example 2.")
    if key == "hwang-shih-decani" and (gamma is None or not abs(gamma) < 50):
        raise AnalysisError("spending 'hwang-shih-decani' needs gamma, for example -4.")
    return Spending(key, gamma)
