"""A virtual population: model parameters, covariates and clinical baselines of patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints
from tolerogen.errors import SpecError, choices
from tolerogen.parameters import Parameter
from tolerogen.patients.baseline import correlated_names, draw_baselines
from tolerogen.patients.correlation import Pair, correlation_factor
from tolerogen.patients.covariates import Covariates, read_covariates
from tolerogen.patients.placebo import read_placebo
from tolerogen.patients.streams import normals

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Population:
    """Virtual patients; every table has one row a patient, indexed by patient number.

    Attributes
    ----------
    parameters
        Columns are model parameter ids, in the model's units: goes to `engine.simulate` as is.
    covariates
        Age (years), weight (kg), serology and background drugs (bool).
    baselines
        The clinic's truth at the start, without noise (see `baseline`).
    screening
        What was observed at the screening visit, where there was one.
    screened
        Candidates looked at to find these patients; their number where there was no screening.
    """

    disease_id: str
    seed: int
    parameters: pd.DataFrame
    covariates: pd.DataFrame
    baselines: pd.DataFrame
    screening: pd.DataFrame | None = None
    screened: int = 0

    def __len__(self) -> int:
        return len(self.parameters)

    @property
    def patients(self) -> Indices:
        """Patient numbers, shape (patients,)."""
        return np.asarray(self.parameters.index.to_numpy(), dtype=np.int64)

    @property
    def failures(self) -> int:
        """Candidates who were screened and not let in."""
        return self.screened - len(self)

    def frame(self) -> pd.DataFrame:
        """Join covariates, baselines, screening values (``screening_...``) and parameters."""
        import pandas as pd

        parts = [self.covariates, self.baselines]
        if self.screening is not None:
            parts.append(self.screening.add_prefix("screening_"))
        seen = {column for part in parts for column in part.columns}
        parts.append(self.parameters[[c for c in self.parameters.columns if c not in seen]])
        return pd.concat(parts, axis=1)

    def take(self, patients: Sequence[int] | NDArray[np.int64] | pd.Index) -> Population:
        """Return the population of some patients, by patient number, in the order given."""
        rows = list(patients)
        screening = None if self.screening is None else self.screening.loc[rows]
        return Population(
            self.disease_id,
            self.seed,
            self.parameters.loc[rows],
            self.covariates.loc[rows],
            self.baselines.loc[rows],
            screening,
            self.screened,
        )


def sample_population(
    disease: Disease,
    n: int,
    seed: int,
    start: int = 0,
    extra: Sequence[Parameter] = (),
) -> Population:
    """Draw patients of a disease, unselected.

    Parameters
    ----------
    disease
        The disease; its folder holds ``covariates.toml``, ``endpoints.toml``, ``placebo.toml``.
    n
        Number of patients.
    seed
        The run's seed.
    start
        Number of the first patient: patient 17 is the same in every batch that holds 17.
    extra
        Further parameters that differ between patients, such as the pharmacokinetics of a
        therapy. They change no other number.

    Returns
    -------
    Population
        Parameters with a distribution other than ``fixed``, those that a covariate sets, and
        `extra`; lognormal and logitnormal values have the table's value as their median.

    Raises
    ------
    SpecError
        When a correlation or a covariate names what does not exist, or correlations contradict.
    """
    if n < 1:
        raise SpecError(f"a population of {n} patients was asked for; give at least 1.")
    return draw(disease, np.arange(start, start + n, dtype=np.int64), seed, extra)


def draw(
    disease: Disease, indices: Indices, seed: int, extra: Sequence[Parameter] = ()
) -> Population:
    """Draw the patients with the given numbers; as `sample_population`."""
    import pandas as pd

    endpoints = read_endpoints(disease.folder)
    covariates = read_covariates(disease.folder)
    placebo = read_placebo(disease.folder)
    index = pd.Index(indices, name="patient")
    scores = _scores(disease, covariates, correlated_names(endpoints), indices, seed)
    drawn = {c.id: c.value(scores[c.id]) for c in covariates.covariate}
    parameters = _parameters(disease, covariates, scores, drawn)
    for parameter in extra:
        own = normals(seed, f"extra/{parameter.id}", indices)[:, 0]
        parameters[parameter.id] = parameter_value(parameter, own)
    return Population(
        disease_id=disease.id,
        seed=seed,
        parameters=pd.DataFrame(parameters, index=index),
        covariates=pd.DataFrame(drawn, index=index),
        baselines=draw_baselines(endpoints, placebo, scores, seed, indices),
        screened=len(indices),
    )


def parameter_value(parameter: Parameter, score: Array) -> Array:
    """Turn normal scores into values of a parameter, in its unit.

    Raises
    ------
    SpecError
        When a normal parameter would need a spread but has a value of zero.

    Examples
    --------
    >>> kel = Parameter("k", 2.0, "1/day", distribution="lognormal", cv=0.3)
    >>> parameter_value(kel, np.array([0.0]))
    array([2.])
    """
    p = parameter
    if p.distribution == "lognormal":
        value = p.value * np.exp(np.sqrt(np.log1p(p.cv**2)) * score)
    elif p.distribution == "logitnormal":
        value = 1 / (1 + np.exp(-(np.log(p.value / (1 - p.value)) + p.cv * score)))
    elif p.distribution == "normal":
        value = p.value + abs(p.value) * p.cv * score
    else:
        value = np.full(np.shape(score), p.value)
    if p.low is not None or p.high is not None:
        value = np.clip(value, p.low, p.high)
    return np.asarray(value, dtype=float)


def _scores(
    disease: Disease,
    covariates: Covariates,
    clinical: Sequence[str],
    indices: Indices,
    seed: int,
) -> dict[str, Array]:
    # Covariates and clinic come first: a parameter that is added to the table is then added at
    # the end of the triangle and changes nobody's other numbers.
    given = {c.parameter for c in covariates.covariate}
    names = [
        *clinical,
        *(c.id for c in covariates.covariate),
        *(p.id for p in disease.parameters if p.distribution != "fixed" and p.id not in given),
    ]
    pairs: list[Pair] = [
        *read_endpoints(disease.folder).correlation,
        *covariates.correlation,
        *disease.correlations,
    ]
    factor = correlation_factor(names, pairs)
    own = [normals(seed, f"population/{name}", indices)[:, 0] for name in names]
    return {name: _mix(row, own) for name, row in zip(names, factor, strict=True)}


def _mix(weights: Array, scores: Sequence[Array]) -> Array:
    """Add weighted scores one by one: a matrix product may round differently by batch size."""
    mixed = np.zeros_like(scores[0])
    for weight, score in zip(weights, scores, strict=True):
        if weight:
            mixed += weight * score
    return mixed


def _parameters(
    disease: Disease,
    covariates: Covariates,
    scores: Mapping[str, Array],
    drawn: Mapping[str, NDArray[np.generic]],
) -> dict[str, Array]:
    table = {p.id: p for p in disease.parameters}
    values = {p.id: parameter_value(p, scores[p.id]) for p in table.values() if _varies(p, scores)}
    for covariate in covariates.covariate:
        if covariate.parameter is not None:
            _known(covariate.parameter, table, covariate.id)
            values[covariate.parameter] = np.asarray(drawn[covariate.id], dtype=float)
        for effect in covariate.effect:
            _known(effect.parameter, table, covariate.id)
            typical = np.full(len(drawn[covariate.id]), table[effect.parameter].value)
            before = values.get(effect.parameter, typical)
            applies = drawn[covariate.id] == effect.when
            values[effect.parameter] = np.where(applies, before * effect.factor, before)
    return values


def _varies(parameter: Parameter, scores: Mapping[str, Array]) -> bool:
    return parameter.distribution != "fixed" and parameter.id in scores


def _known(name: str, table: Mapping[str, Parameter], covariate: str) -> None:
    if name not in table:
        raise SpecError(
            f"covariates.toml, covariate '{covariate}': the model has no parameter '{name}'; "
            f"{choices(name, table)}"
        )
