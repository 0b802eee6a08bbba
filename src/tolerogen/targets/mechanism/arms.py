"""Arms in the same patients under every parameter set, and one arm without a drug.

An arm sets handles of the model to constants from day 0. All arms of a parameter set go to the
engine in one batch: one compiled model, patients times arms. The clinic sees drug and no drug
with the same eye, so their difference is the drug's alone: no placebo response, no luck of the
visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints
from tolerogen.errors import SpecError
from tolerogen.patients import Criterion, screen
from tolerogen.patients.assessment import Assessment
from tolerogen.patients.population import Population, draw
from tolerogen.targets.mechanism.draws import fixed_values

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.engine import Model
    from tolerogen.trials.validation.posterior import Posterior

    Array = NDArray[np.float64]

DAY = 168.0
RTOL = 1e-4  # a change of 0.01 points is far above it
CELLS = ("T_blood", "B_blood")
READ = ("saliva", "antiRo", "IgG_gL")
ACTIVE = Criterion("essdai", minimum=5)
"""Patients of a trial: moderate activity or more, as most trials in the disease ask for."""

Progress = Callable[[int, int], None]
Setting = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Setup:
    """Who is treated and seen, and when.

    Attributes
    ----------
    patients
        How many are let in.
    criteria
        Conditions at entry, under the table's values.
    seed
        Of the run.
    day
        Of the visit.
    threads
        For the engine; all by default. They change no number.
    """

    patients: int = 500
    criteria: tuple[Criterion, ...] = (ACTIVE,)
    seed: int = 1
    day: float = DAY
    threads: int | None = None


@dataclass(frozen=True, eq=False)
class Run:
    """What was seen: arrays (draws, 1 + arms, patients) by measure, the arm without drug first."""

    measures: Mapping[str, Array]
    people: Population
    failed: int

    def changes(self, measure: str) -> Array:
        """Return arms less no drug, shape (draws, arms, patients)."""
        values = self.measures[measure]
        return np.asarray(values[:, 1:] - values[:, :1])


def run_arms(
    disease: Disease,
    draws: Posterior,
    arms: Sequence[Sequence[Setting]],
    setup: Setup,
    progress: Progress | None = None,
    people: Population | None = None,
) -> Run:
    """Simulate arms.

    Parameters
    ----------
    disease
        With endpoints ``essdai``, ``esspri`` and labs ``igg``, ``antiro``.
    draws
        Parameter sets; the same patients are made under each.
    arms
        For each draw its arms, each the handles it sets; as many arms in every draw.
    setup
        Who and when.
    progress
        Called with (patient courses done, all).
    people
        Patients to use instead of screening some.

    Raises
    ------
    SpecError
        No arms, or a draw that names an unknown parameter.
    """
    from tolerogen import engine

    if not arms or not arms[0]:
        raise SpecError("there is no feasible intervention to simulate.")
    if people is None:
        people = screen(disease, setup.patients, seed=setup.seed, criteria=list(setup.criteria))
    model = engine.load_model(disease.model)
    each = len(people) * (len(arms[0]) + 1)
    found: list[dict[str, Array]] = []
    for number, mine in enumerate(draws.diseases(disease)):
        same = _same_people(mine, people)
        table = same.parameters.assign(**dict(fixed_values(mine, dict(draws.draws[number]))))
        found.append(_one_draw(mine, model, same, table, arms[number], setup))
        if progress is not None:
            progress((number + 1) * each, len(arms) * each)
    measures = {name: np.stack([f[name] for f in found]) for name in found[0]}
    return Run(measures, people, int(np.isnan(measures["essdai"]).sum()))


def _same_people(disease: Disease, people: Population) -> Population:
    """Make the same patients under another parameter set: the same place in every stream."""
    again = draw(disease, people.patients, people.seed)
    return replace(people, parameters=again.parameters, covariates=again.covariates)


def _one_draw(
    disease: Disease,
    model: Model,
    people: Population,
    table: pd.DataFrame,
    arms: Sequence[Setting],
    setup: Setup,
) -> dict[str, Array]:
    """Run no drug and every arm; return measures of shape (1 + arms, patients)."""
    from tolerogen import engine

    wanted = dict.fromkeys((*read_endpoints(disease.folder).observables, *READ, *CELLS))
    data = engine.simulate(
        model,
        stacked(table, [{}, *arms]),
        [],
        [0.0, setup.day],
        observables=list(wanted),
        rtol=RTOL,
        threads=setup.threads,
    )
    shape = (len(arms) + 1, len(table))
    start = {name: data[name].to_numpy()[: len(table), 0] for name in wanted}
    last = {name: data[name].to_numpy()[:, 1].reshape(shape) for name in wanted}
    ratios = {name: _ratio(last[name], start[name]).T for name in wanted}
    eye = Assessment(disease, people, np.full(shape[0], setup.day), setup.seed, treated=False)
    seen = eye.measure(ratios)
    lost = np.isnan(last["IgG_gL"])
    values = {
        "essdai": seen["essdai"].T,
        "esspri": seen["esspri"].T,
        "flow": ratios["saliva"].T,
        "antiro": ratios["antiRo"].T,
        "igg": ratios["IgG_gL"].T,
        "igg_level": last["IgG_gL"],
        "lymphocytes": np.add(*(last[name] for name in CELLS)),
    }
    return {name: np.where(lost, np.nan, value) for name, value in values.items()}


def stacked(table: pd.DataFrame, arms: Sequence[Setting]) -> pd.DataFrame:
    """Repeat patients once an arm; handles that an arm does not set are 0 in it."""
    import pandas as pd

    columns = {name: np.tile(table[name].to_numpy(dtype=float), len(arms)) for name in table}
    for handle in dict.fromkeys(name for arm in arms for name in arm):
        columns[handle] = np.repeat([float(arm.get(handle, 0.0)) for arm in arms], len(table))
    return pd.DataFrame(columns)


def _ratio(last: Array, start: Array) -> Array:
    """Over the untreated start: a handle acts at once, so the treated start is not one."""
    return np.divide(last, start, out=np.ones_like(last), where=start != 0)
