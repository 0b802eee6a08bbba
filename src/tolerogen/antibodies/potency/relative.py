"""Relative potency: the ratio of half-way points of parallel curves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tolerogen.antibodies.potency.curve import CURVES, INTERVAL, Curve, asymmetric
from tolerogen.antibodies.potency.logistic import profile, solve
from tolerogen.antibodies.potency.read import DoseResponse
from tolerogen.errors import SpecError, choices

PARALLEL = 0.05


@dataclass(frozen=True)
class RelativePotency:
    """Potency of a sample in units of the reference's.

    Attributes
    ----------
    value
        EC50 of the reference over that of the sample: above 1 is more potent.
    interval
        95 % profile interval; a side is None where it is open.
    parallel_p
        F test of common against free shape: small where the curves are not parallel.
    ratios
        Effect (full less zero) and hill of the sample over those of the reference, fitted free.
    """

    sample: str
    reference: str
    model: Curve
    value: float
    interval: tuple[float | None, float | None]
    parallel_p: float
    ratios: tuple[float, float]
    warnings: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody potency --json``."""
        return {
            "relative_potency": self.value,
            "relative_low": self.interval[0],
            "relative_high": self.interval[1],
            "parallel_p": self.parallel_p,
            "effect_ratio": self.ratios[0],
            "hill_ratio": self.ratios[1],
            "reference": self.reference,
        }


def relative_potency(
    sample: DoseResponse, reference: DoseResponse, model: str = "4PL"
) -> RelativePotency:
    """Compare a sample with a reference measured beside it.

    Parameters
    ----------
    model
        ``4PL``, ``5PL``, or ``auto``: five where the reference asks for them.

    Raises
    ------
    SpecError
        When the curve is unknown.
    """
    import numpy as np
    from scipy.stats import f

    if model not in CURVES:
        raise SpecError(f"'{model}' is not a curve; {choices(model, CURVES)}")
    parts = [(one.concentration, one.response) for one in (reference, sample)]
    skewed = model == "5PL" or (model == "auto" and asymmetric(parts[:1]))
    own, other = solve(parts[1:], skewed), solve(parts[:1], skewed)
    common = solve(parts, skewed)
    low, high = profile(parts, skewed, common, 1, INTERVAL)
    degrees = sum(len(c) for c, _ in parts) - 2 * (len(own.log) + 2)
    free = own.rss + other.rss
    shared = len(own.log) + 1  # zero, full, hill and, with five, skew
    gain = max(common.rss - free, 0.0) / shared / (free / degrees) if free > 0 < degrees else 0.0
    chance = float(f.sf(gain, shared, degrees)) if degrees > 0 else math.nan
    effect = (own.full - own.zero) / (other.full - other.zero)
    notes = []
    if chance < PARALLEL:
        notes.append(
            f"curves are not parallel (p = {chance:.2g}): there is no one relative potency"
        )
    return RelativePotency(
        sample=sample.sample,
        reference=reference.sample,
        model="5PL" if skewed else "4PL",
        value=float(np.exp(common.log[1])),
        interval=(
            None if low is None else math.exp(low), None if high is None else math.exp(high),
        ),
        parallel_p=chance,
        ratios=(float(effect), float(np.exp(own.log[1] - other.log[1]))),
        warnings=tuple(notes),
    )  # fmt: skip
