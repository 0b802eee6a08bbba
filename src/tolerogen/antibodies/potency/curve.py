"""One sample's curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from tolerogen.antibodies.potency.logistic import Solved, profile, solve
from tolerogen.antibodies.potency.read import DoseResponse
from tolerogen.errors import SpecError, choices

Curve = Literal["4PL", "5PL"]
CURVES = ("4PL", "5PL", "auto")
ASYMMETRIC = 0.01
"""Chance under which ``auto`` takes the fifth parameter (assumed)."""
INTERVAL = 0.95


@dataclass(frozen=True)
class PotencyCurve:
    """A fitted curve.

    Attributes
    ----------
    ec50
        nM, where half of the effect is reached; with its 95 % profile interval, None where open.
    zero, full
        Response without antibody, and far above `ec50`.
    hill, asymmetry
        Slope, and the fifth parameter (1 for four).
    noise
        Standard deviation of the residuals.
    """

    sample: str
    model: Curve
    ec50: float
    ec50_interval: tuple[float | None, float | None]
    zero: float
    full: float
    hill: float
    asymmetry: float
    noise: float
    converged: bool
    warnings: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody potency --json``."""
        return {
            "sample": self.sample,
            "model": self.model,
            "ec50_nM": self.ec50,
            "ec50_low": self.ec50_interval[0],
            "ec50_high": self.ec50_interval[1],
            "zero": self.zero,
            "full": self.full,
            "hill": self.hill,
            "asymmetry": self.asymmetry,
            "noise": self.noise,
            "converged": self.converged,
            "warnings": list(self.warnings),
        }


def fit_curve(data: DoseResponse, model: str = "4PL") -> PotencyCurve:
    """Fit a sample by the logistic curve of four or five parameters.

    Parameters
    ----------
    model
        ``4PL``, ``5PL``, or ``auto``: five where an F test asks for them (p < 0.01).

    Raises
    ------
    SpecError
        When the curve is unknown, or there are not more wells than parameters.
    """
    import numpy as np

    if model not in CURVES:
        raise SpecError(f"'{model}' is not a curve; {choices(model, CURVES)}")
    if len(data.response) <= 5:
        raise SpecError(f"'{data.sample}': {len(data.response)} wells are too few for a curve.")
    parts = [(data.concentration, data.response)]
    skewed = model == "5PL" or (model == "auto" and asymmetric(parts))
    best = solve(parts, skewed)
    low, high = profile(parts, skewed, best, 0, INTERVAL)
    return PotencyCurve(
        sample=data.sample,
        model="5PL" if skewed else "4PL",
        ec50=float(np.exp(best.log[0])),
        ec50_interval=(
            None if low is None else math.exp(low), None if high is None else math.exp(high),
        ),
        zero=best.zero,
        full=best.full,
        hill=float(np.exp(best.log[1])),
        asymmetry=float(np.exp(best.log[2])) if skewed else 1.0,
        noise=math.sqrt(best.rss / max(len(data.response) - len(best.log) - 2, 1)),
        converged=best.converged,
        warnings=tuple(_warnings(data, best)),
    )  # fmt: skip


def asymmetric(parts: list[tuple[Any, Any]]) -> bool:
    """Say whether a fifth parameter earns its place."""
    from scipy.stats import f

    four, five = solve(parts, False), solve(parts, True)
    degrees = sum(len(c) for c, _ in parts) - len(five.log) - 2
    if degrees < 1 or five.rss <= 0:
        return False
    gain = (four.rss - five.rss) / (five.rss / degrees)
    return bool(f.sf(max(gain, 0.0), 1, degrees) < ASYMMETRIC)


def _warnings(data: DoseResponse, best: Solved) -> list[str]:
    import numpy as np

    above = data.concentration[data.concentration > 0]
    half = float(np.exp(best.log[0]))
    notes = []
    if not above.min() <= half <= above.max():
        notes.append("the half-way point lies outside the concentrations tested: extrapolated")
    if not best.converged:
        notes.append("the search ended at a bound")
    return notes
