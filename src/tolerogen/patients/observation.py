"""What a trial writes down: one row per patient and visit, and who responded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints, responds, state_ratios
from tolerogen.errors import SpecError
from tolerogen.patients.assessment import Assessment
from tolerogen.patients.placebo import read_placebo

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.patients.population import Population


def observe(
    disease: Disease,
    population: Population,
    trajectories: xr.Dataset | None,
    visits: Sequence[float],
    *,
    seed: int,
    replicate: int = 0,
    treated: bool = True,
    relief: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """See patients at their visits as a trial would.

    Parameters
    ----------
    disease
        The disease whose endpoints are measured.
    population
        The patients.
    trajectories
        Their simulation: dimensions patient (the population's numbers, any order) and time
        (days from baseline), with all of `Endpoints.observables`. None for patients who rest at
        their start: without treatment the model does not move.
    visits
        Days from baseline; none before the screening visit.
    seed
        The run's seed.
    replicate
        Number of the trial; it has its own placebo response.
    treated
        True in a trial, whether drug or placebo: the placebo response applies. False for
        natural history.
    relief
        Logarithm by which rescue without a mechanism lowers what is seen of domains and scales,
        shape (patients, visits).

    Returns
    -------
    DataFrame
        Columns patient, day and every measure of the endpoints: scores, composites and scales
        (points), tests and labs (their units), levels such as ``essdai_articular``. Values of a
        patient whose simulation failed are missing. The same patient, visit and seed give the
        same row whatever else is asked for.

    Raises
    ------
    SpecError
        When a visit lies before screening, the trajectories lack an observable or end before
        the last visit, or a patient is missing from them.
    """
    import pandas as pd

    days = np.asarray(visits, dtype=float)
    first = read_placebo(disease.folder).screening.day
    if days.size == 0 or days.min() < first:
        raise SpecError(f"visits must be given, none before the screening visit at day {first:g}.")
    ratios = {}
    if trajectories is not None:
        observables = read_endpoints(disease.folder).observables
        ratios = state_ratios(_matched(trajectories, population), observables, days)
    eye = Assessment(disease, population, days, seed, replicate, treated, relief)
    seen = eye.measure(ratios)
    columns = {
        "patient": np.repeat(population.patients, len(days)),
        "day": np.tile(days, len(population)),
    }
    return pd.DataFrame(columns | {name: values.ravel() for name, values in seen.items()})


def _matched(trajectories: xr.Dataset, population: Population) -> xr.Dataset:
    missing = np.setdiff1d(population.patients, trajectories["patient"].to_numpy())
    if len(missing):
        raise SpecError(
            f"{len(missing)} of {len(population)} patients are not in the trajectories, the "
            f"first is patient {missing[0]}. Simulate the population that is observed."
        )
    return trajectories.sel(patient=population.patients)


def responders(disease: Disease, observations: pd.DataFrame) -> pd.DataFrame:
    """Tell who responded at each visit, by every responder rule of the disease.

    Parameters
    ----------
    disease
        The disease whose rules are applied.
    observations
        From `observe`: every patient needs the visit at day 0.

    Returns
    -------
    DataFrame
        One row per patient and visit, as in `observations`: patient, day and one column per
        rule (``essdai3``, ``star``, ...), boolean, missing where the visit is missing.

    Raises
    ------
    SpecError
        When a patient has no baseline visit.
    """
    endpoints = read_endpoints(disease.folder)
    start = observations[observations["day"] == 0].set_index("patient")
    without = ~observations["patient"].isin(start.index)
    if without.any():
        raise SpecError(
            f"{observations.loc[without, 'patient'].nunique()} patients have no visit at day 0, "
            "against which a response is measured. Add day 0 to the visits."
        )
    start = start.loc[observations["patient"]]
    names = [name for name in endpoints.measures if name in observations]
    baseline = {name: start[name].to_numpy(dtype=float) for name in names}
    visit = {name: observations[name].to_numpy(dtype=float) for name in names}
    absent = np.all([np.isnan(values) for values in visit.values()], axis=0)
    table = observations[["patient", "day"]].copy()
    for rule in endpoints.responder:
        answer = responds(rule, baseline, visit)
        table[rule.id] = np.where(absent, np.nan, answer)
        table[rule.id] = table[rule.id].astype("boolean")
    return table
