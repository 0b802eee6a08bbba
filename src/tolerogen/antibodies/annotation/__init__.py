"""Annotation: what a sequence alone says about the molecule that it will be.

`liabilities` lists motifs that change in the vat, the vial or the patient, each with where it lies
and how much it matters there; `properties` counts mass, charge, absorbance and hydrophobicity;
`draw` shows both on the sequence. A motif is a place to look, not a finding: whether it reacts
depends on structure and formulation, and most of those in clinical antibodies are silent.
"""

from __future__ import annotations

from tolerogen.antibodies.annotation.liabilities import MOTIFS, Liability, liabilities
from tolerogen.antibodies.annotation.picture import draw
from tolerogen.antibodies.annotation.properties import Properties, net_charge, properties

__all__ = [
    "MOTIFS",
    "Liability",
    "Properties",
    "draw",
    "liabilities",
    "net_charge",
    "properties",
]
