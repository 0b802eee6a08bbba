"""Patients: virtual people who differ, are screened, seen by an imperfect eye, and may leave.

A virtual patient is a row of numbers drawn once: model parameters, covariates (age, weight,
serology, background drugs) and what the clinic would find (which organs are involved, how
active they are, symptoms, salivary flow). Three ideas hold the room together.

one index, one patient
    Patient 17 of seed 1 is the same person whatever the size of the batch, the order of work
    or the number of threads: every number is read at the patient's own place in a stream named
    after the quantity (`streams`). Adding a therapy, a visit or a parameter changes no other
    number. Replicate `r` of a trial draws the candidates ``r * 10_000_000 + k``.
truth and observation
    What is observed is the patient's own level, times what the model says the drug did, times
    the placebo response, with slow fluctuation and with the noise of the assessor
    (``placebo.toml``). Screening looks through the same eye. Whoever is let in on a bad day is
    better at the next visit: regression to the mean is not put in, it follows.
placebo is a property of the trial
    Arms of published trials differ by more than chance, so each replicate has its own placebo
    response, common to its arms; patients differ around it.

The way of a trial through this room::

    population = screen(disease, 48, seed=1, criteria=[Criterion("essdai", minimum=6)])
    trajectories = engine.simulate(model, population.parameters, doses, times)
    seen = observe(disease, population, trajectories, visits=[0, 28, 91], seed=1)
    left = dropout_days(disease, population, "placebo", seed=1, horizon=91, observations=seen)
    kept = drop(seen, left)
    answers = responders(disease, kept)
"""

from __future__ import annotations

from tolerogen.patients.covariates import Covariate, Covariates, Effect, read_covariates
from tolerogen.patients.dropout import drop, dropout_days
from tolerogen.patients.observation import observe, responders
from tolerogen.patients.placebo import Placebo, read_placebo, trial_response
from tolerogen.patients.population import Population, sample_population
from tolerogen.patients.screening import Criterion, screen
from tolerogen.patients.streams import STRIDE, normals

__all__ = [
    "STRIDE",
    "Covariate",
    "Covariates",
    "Criterion",
    "Effect",
    "Placebo",
    "Population",
    "drop",
    "dropout_days",
    "normals",
    "observe",
    "read_covariates",
    "read_placebo",
    "responders",
    "sample_population",
    "screen",
    "trial_response",
]
