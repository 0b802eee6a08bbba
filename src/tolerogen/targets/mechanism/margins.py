"""Safety thresholds that simulated counts are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Margin:
    """A value below which a patient is in danger: measure, threshold in its unit, source."""

    measure: str
    below: float
    unit: str
    label: str
    source: str


MARGINS: Mapping[str, Margin] = {
    "igg_low": Margin(
        "igg_level",
        3.0,
        "g/L",
        "profoundly low IgG",
        "PMC6652801: profound below 3 g/L, moderate 3.0 to 6.9 g/L",
    ),
    "igg_moderate": Margin(
        "igg_level",
        7.0,
        "g/L",
        "low IgG",
        "PMC6652801: profound below 3 g/L, moderate 3.0 to 6.9 g/L",
    ),
    "lymphopenia": Margin(
        "lymphocytes",
        500.0,
        "cells/µL",
        "severe lymphopenia (T and B cells)",
        "CTCAE 5.0 grade 3, 200 to 500 cells/µL (https://bio-protocol.org/exchange/minidetail"
        "?id=9044322&type=30)",
    ),
}
"""Thresholds; NK cells are not in the model, so lymphocytes are undercounted by about a tenth."""
