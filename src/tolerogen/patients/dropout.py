"""Leaving a trial: once gone, gone for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints
from tolerogen.errors import SpecError, choices
from tolerogen.patients.placebo import read_placebo
from tolerogen.patients.streams import uniforms

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.patients.population import Population

    Array = NDArray[np.float64]


def dropout_days(
    disease: Disease,
    population: Population,
    role: str | float,
    *,
    seed: int,
    horizon: float,
    replicate: int = 0,
    observations: pd.DataFrame | None = None,
    event: str = "dropout",
    worsening: float | None = None,
) -> pd.Series:
    """Draw the day on which each patient leaves.

    Parameters
    ----------
    role
        Role of the arm, for which ``placebo.toml`` gives a hazard (``placebo``, ``active``), or
        a hazard per week.
    horizon
        Last day of the trial.
    replicate
        Number of the trial.
    observations
        From `observe`: the hazard then rises with worsening of the first score since day 0, as
        of the last visit. Without it the hazard is constant.
    event
        Name of what happens: another event of the same patients is independent of this one.
    worsening
        Added to the logarithm of the hazard per point; that of ``placebo.toml`` when None.

    Returns
    -------
    Series
        Day of leaving by patient number, infinite for those who stay to the horizon.

    Raises
    ------
    SpecError
        For an unknown role or a negative hazard.
    """
    import pandas as pd

    hazard = _hazard(disease, role)
    edges, factor = np.array([0.0, horizon]), np.ones((len(population), 1))
    if observations is not None:
        edges, factor = _worsening(disease, population, observations, horizon, worsening)
    rate = hazard / 7 * factor  # per day, (patients, intervals)
    risk = np.cumsum(rate * np.diff(edges), axis=1)
    threshold = -np.log(uniforms(seed, f"trial {replicate}/{event}", population.patients)[:, 0])
    interval = np.sum(risk < threshold[:, None], axis=1)
    stays = interval == risk.shape[1]
    at = np.where(stays, 0, interval)
    rows = np.arange(len(population))
    over = risk[rows, at] - threshold
    with np.errstate(divide="ignore", invalid="ignore"):  # a hazard of 0 never leaves
        day = edges[at + 1] - over / rate[rows, at]
    days = np.where(stays, np.inf, day)
    return pd.Series(days, index=pd.Index(population.patients, name="patient"), name="day")


def drop(observations: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Set to missing what would have been seen after a patient left.

    Parameters
    ----------
    observations
        From `observe`.
    days
        From `dropout_days`.

    Returns
    -------
    DataFrame
        The same rows; all measures of visits after the day of leaving are NaN.
    """
    gone = observations["day"].to_numpy() > days.loc[observations["patient"]].to_numpy()
    measures = [c for c in observations.columns if c not in ("patient", "day")]
    kept = observations.copy()
    kept.loc[gone, measures] = np.nan
    return kept


def _hazard(disease: Disease, role: str | float) -> float:
    if isinstance(role, str):
        known = read_placebo(disease.folder).dropout.weekly_hazard
        if role not in known:
            raise SpecError(
                f"no dropout hazard is known for the role '{role}'; {choices(role, known)}"
            )
        return known[role]
    if role < 0:
        raise SpecError(f"a dropout hazard of {role} per week was given; it cannot be negative.")
    return float(role)


def _worsening(
    disease: Disease,
    population: Population,
    observations: pd.DataFrame,
    horizon: float,
    slope: float | None,
) -> tuple[Array, Array]:
    """Return the edges of the intervals between visits and the factor on the hazard in each."""
    score = read_endpoints(disease.folder).score[0].id
    seen = observations.set_index(["patient", "day"])[score]
    table = seen.unstack().reindex(population.patients)  # noqa: PD010  # one value per cell
    days = np.asarray(table.columns.to_numpy(), dtype=float)
    within = (days >= 0) & (days < horizon)
    days, values = days[within], table.to_numpy(dtype=float)[:, within]
    change = np.nan_to_num(values - values[:, :1])
    if slope is None:
        slope = read_placebo(disease.folder).dropout.worsening
    edges = np.append(days, horizon)
    edges[0] = 0.0
    return edges, np.exp(slope * change)
