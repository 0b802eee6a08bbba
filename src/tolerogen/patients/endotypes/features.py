"""From patients to the numbers by which they are sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.patients.endotypes.definition import Feature
from tolerogen.patients.first_visit import first_visit
from tolerogen.patients.streams import normals

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease
    from tolerogen.patients.population import Population


def feature_table(
    disease: Disease,
    population: Population,
    features: Sequence[Feature],
    *,
    seed: int,
    look: int = 0,
) -> pd.DataFrame:
    """Measure features of untreated patients.

    Parameters
    ----------
    disease, population
        The patients.
    features
        What to measure.
    seed
        Of the run.
    look
        Number of the occasion; another look has other noise, the patients are the same.

    Returns
    -------
    DataFrame
        Index patient, a column a feature, natural logarithms where its scale is ``log``.

    Raises
    ------
    SpecError
        A feature names a column that does not exist, or has the logarithm of a value below 0.
    """
    import pandas as pd

    seen = first_visit(disease, population, seed=seed, replicate=look)
    columns = {}
    for feature in features:
        if feature.column not in seen:
            raise SpecError(
                f"endotypes.toml, feature '{feature.id}': patients have no '{feature.column}'; "
                f"{choices(feature.column, [str(c) for c in seen.columns])}"
            )
        columns[feature.id] = _measured(feature, seen[feature.column], population, seed, look)
    return pd.DataFrame(columns, index=seen.index)


def _measured(
    feature: Feature, values: pd.Series[float], population: Population, seed: int, look: int
) -> np.ndarray:
    value = values.to_numpy(dtype=float)
    log_sd = np.sqrt(np.log1p(feature.cv**2))
    own = normals(seed, f"endotype {look}/{feature.id}", population.patients)[:, 0]
    if feature.scale == "linear":
        return np.asarray(value * np.exp(log_sd * own))
    if (value <= 0).any():
        raise SpecError(
            f"endotypes.toml, feature '{feature.id}': a value of {value.min():g} has no "
            'logarithm; give it scale = "linear".'
        )
    return np.asarray(np.log(value) + log_sd * own)
