"""Kinetics: how fast an antibody binds and lets go, from SPR and BLI sensorgrams.

A `Sensorgram` holds the cycles of one analyte. `fit_kinetics` fits a model to all of them at
once and gives kon, koff and KD with intervals by profile likelihood. Two checks cannot be left
out: every fit is held against one with mass transport, because a 1:1 fit of transport-limited
data can look perfect and be wrong several times over; and where less than 5 % dissociates, koff
is told as a bound and not as a number.
"""

from __future__ import annotations

from tolerogen.antibodies.kinetics.analyse import fit_kinetics
from tolerogen.antibodies.kinetics.biacore import injected_until
from tolerogen.antibodies.kinetics.correct import (
    remove_drift,
    subtract_blanks,
    subtract_reference,
    without_bulk,
)
from tolerogen.antibodies.kinetics.figure import draw_kinetics
from tolerogen.antibodies.kinetics.models import MODELS
from tolerogen.antibodies.kinetics.octet import read_octet
from tolerogen.antibodies.kinetics.read import read_sensorgrams
from tolerogen.antibodies.kinetics.result import KineticFit
from tolerogen.antibodies.kinetics.run_table import read_exported
from tolerogen.antibodies.kinetics.sensorgram import Cycle, Sensorgram

__all__ = [
    "MODELS",
    "Cycle",
    "KineticFit",
    "Sensorgram",
    "draw_kinetics",
    "fit_kinetics",
    "injected_until",
    "read_exported",
    "read_octet",
    "read_sensorgrams",
    "remove_drift",
    "subtract_blanks",
    "subtract_reference",
    "without_bulk",
]
