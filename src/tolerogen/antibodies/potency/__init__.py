"""Potency: how much antibody does half of what it can, and how two preparations compare.

A dose-response table is fitted by the four- or five-parameter logistic curve. Bottom and top are
linear and solved; the half-way concentration and the shape are searched, so a fit needs no guess.
Against a reference the curves are fitted once free and once with everything but the half-way
concentration in common: their ratio is the relative potency, which has a meaning only where the
common shape fits (parallel curves), and that is tested and told.
"""

from __future__ import annotations

from tolerogen.antibodies.potency.curve import CURVES, PotencyCurve, fit_curve
from tolerogen.antibodies.potency.read import DoseResponse, read_dose_response
from tolerogen.antibodies.potency.relative import RelativePotency, relative_potency

__all__ = [
    "CURVES",
    "DoseResponse",
    "PotencyCurve",
    "RelativePotency",
    "fit_curve",
    "read_dose_response",
    "relative_potency",
]
