"""A mechanistic model, many patients, their trajectories.

A *model* is a set of ordinary differential equations with units, written in the field's own
formats, Antimony or SBML; nothing about diseases or drugs is wired in. A *patient* is one row
of values for the model's parameters. A *dose* is an amount that enters one species, at once or
at a constant rate. `simulate` puts the three together::

    model     + patients          + doses             -> xarray.Dataset
    (equations) (who they are)      (what was given)     (patient x time, one variable each)

Four rules hold whatever computes the numbers:

* Initial assignments are evaluated again for every patient, so a parameter that defines a
  baseline moves the baseline, and what is derived from it.
* A value reported at the time of a dose is the value *before* the dose, at time 0 as well:
  what a trough sample shows.
* A patient's numbers are the same bits whatever the batch, the order and the number of threads.
* A patient who cannot be computed is reported (`Status`, with a cause and the parameters) and
  is NaN; the others are kept.

Time is in days, amounts are in the substance unit of the dosed species (mg for drugs, nmol for
others), concentrations in nM or mg/L, cells per µL, volumes in L: as the model declares them.
"""

from __future__ import annotations

from tolerogen.engine.dose import Dose
from tolerogen.engine.drift import steady_state_drift
from tolerogen.engine.ensemble import simulate
from tolerogen.engine.model import Model, load_model
from tolerogen.engine.result import without_timings
from tolerogen.engine.rules import DosingRule
from tolerogen.engine.rules_file import read_rules
from tolerogen.engine.status import Status
from tolerogen.engine.stream import Saved, save, stream

__all__ = [
    "Dose",
    "DosingRule",
    "Model",
    "Saved",
    "Status",
    "load_model",
    "read_rules",
    "save",
    "simulate",
    "steady_state_drift",
    "stream",
    "without_timings",
]
