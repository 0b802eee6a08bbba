"""Patients on the drug beside themselves on placebo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints, state_ratios
from tolerogen.patients import Criterion, screen
from tolerogen.patients.assessment import Assessment
from tolerogen.patients.screening import with_parameters

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.patients import Population
    from tolerogen.patients.latent import Latent
    from tolerogen.therapies import Regimen, Therapy

    Array = NDArray[np.float64]

LOOK = 100_000  # further looks at a trial are numbered from its own number on, in these steps


@dataclass(frozen=True, eq=False)
class Enrolled:
    """The patients of one small trial and what its visits would show without a drug.

    Attributes
    ----------
    latents
        One for every look; the first is the trial itself, the others have other noise.
    """

    disease: Disease
    population: Population
    days: Array
    latents: tuple[Latent, ...]


@dataclass(frozen=True, eq=False)
class Twins:
    """A score on the drug and on placebo, the same people on the same days.

    Attributes
    ----------
    start, drug, placebo
        Shape (patients, looks), points.
    """

    start: Array
    drug: Array
    placebo: Array

    @property
    def benefit(self) -> Array:
        """Points by which the drug is better than placebo, shape (patients, looks)."""
        return self.placebo - self.drug

    def responds(self, arm: Array, fall: float) -> Array:
        """Tell who falls by at least `fall` points from the start; 1 or 0."""
        return np.asarray(self.start - arm >= fall, dtype=float)


def enrol(
    disease: Disease,
    n: int,
    *,
    seed: int,
    replicate: int,
    criteria: Sequence[Criterion],
    day: float,
    looks: int,
) -> Enrolled:
    """Let patients into one small trial and draw its visits."""
    population = screen(disease, n, seed=seed, replicate=replicate, criteria=criteria)
    days = np.array([0.0, day])
    latents = tuple(
        Assessment(disease, population, days, seed, replicate + LOOK * look).latent()
        for look in range(looks)
    )
    return Enrolled(disease, population, days, latents)


def twins(
    trials: Sequence[Enrolled], therapy: Therapy, regimen: Regimen, measure: str
) -> tuple[Twins, ...]:
    """Follow the patients of several trials under one therapy, in one call of the engine.

    Parameters
    ----------
    trials
        Of one and the same parameter set.
    therapy, regimen
        What they receive.
    measure
        The score.

    Returns
    -------
    tuple of Twins
        One a trial; NaN where a simulation failed.
    """
    observables = read_endpoints(trials[0].disease.folder).observables
    data = _simulate(trials, therapy, regimen, observables)
    found = []
    for trial in trials:
        mine = data.sel(patient=trial.population.patients)
        ratios = state_ratios(mine, observables, trial.days)
        still = [latent.measure({})[measure] for latent in trial.latents]
        moved = [latent.measure(ratios)[measure] for latent in trial.latents]
        broken = np.isnan(next(iter(ratios.values()))[:, 1])
        drug = np.column_stack([m[:, 1] for m in moved])
        drug[broken] = np.nan
        found.append(
            Twins(
                start=np.column_stack([s[:, 0] for s in still]),
                drug=drug,
                placebo=np.column_stack([s[:, 1] for s in still]),
            )
        )
    return tuple(found)


def _simulate(
    trials: Sequence[Enrolled],
    therapy: Therapy,
    regimen: Regimen,
    observables: tuple[str, ...],
) -> xr.Dataset:
    import pandas as pd

    from tolerogen.engine import load_model, simulate
    from tolerogen.therapies import attach

    disease = trials[0].disease
    model = load_model(attach(disease.model, [therapy], disease.targets))
    table = pd.concat(
        [with_parameters(t.population, therapy.parameters).parameters for t in trials]
    )
    weights = table["weight"]
    rng = np.random.default_rng([trials[0].population.seed, 17])
    if regimen.same_for_all:
        doses = [regimen.doses(therapy, float(weights.iloc[0]), rng)] * len(table)
    else:
        doses = [regimen.doses(therapy, float(weight), rng) for weight in weights]
    times = [float(day) for day in trials[0].days]
    return simulate(model, table, doses, times, observables=list(observables))
