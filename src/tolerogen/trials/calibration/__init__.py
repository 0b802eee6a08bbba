"""Calibration: which parameters of a disease answer for the trials that were published.

A disease model has numbers that nobody measured: the share of a flux that hangs on a driver, how
far the clinic follows a cytokine. They have priors. Published trials of many drugs, simulated as
designed, say which values can answer for all of them at once. No number belongs to one drug.

The result is a posterior: parameter sets of equal weight. Within a set patients differ, which is
variability; sets differ, which is uncertainty; a prediction keeps the two apart.

What is free, what was observed and how it is weighed are files of the disease folder
(``calibration/free.csv``, ``data.csv``, ``trials.json``, ``settings.toml``)::

    found = calibrate("sjogren", folder="work/sets", seed=1)
    found.summary()["differences_inside90"]
    found.write("results/calibration")  # posterior.csv and the tables

`fit_placebo` does the same for placebo response and noise, from placebo arms alone; it comes
first, because every virtual trial carries them.
"""

from __future__ import annotations

from tolerogen.trials.calibration.emulator import Emulator, fit
from tolerogen.trials.calibration.inputs import Free, Inputs, Observation, Settings, read_inputs
from tolerogen.trials.calibration.likelihood import log_likelihoods
from tolerogen.trials.calibration.page import credibility, read_result
from tolerogen.trials.calibration.placebo import PlaceboFit, fit_placebo
from tolerogen.trials.calibration.result import Calibration, LeftOut
from tolerogen.trials.calibration.run import calibrate
from tolerogen.trials.calibration.sampler import Chains, sample
from tolerogen.trials.calibration.weighting import Weighted, weigh

__all__ = [
    "Calibration",
    "Chains",
    "Emulator",
    "Free",
    "Inputs",
    "LeftOut",
    "Observation",
    "PlaceboFit",
    "Settings",
    "Weighted",
    "calibrate",
    "credibility",
    "fit",
    "fit_placebo",
    "log_likelihoods",
    "read_inputs",
    "read_result",
    "sample",
    "weigh",
]
