"""Everything that is known of patients at a first visit: the clinic's view and the model's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.patients.observation import observe

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease
    from tolerogen.patients.population import Population


def first_visit(
    disease: Disease, population: Population, *, seed: int, replicate: int = 0
) -> pd.DataFrame:
    """Return one row a patient, untreated, on day 0.

    Parameters
    ----------
    disease, population
        The patients.
    seed, replicate
        Of the visit's noise, as in `observe`.

    Returns
    -------
    DataFrame
        Index patient. Columns: every measure of the endpoints as seen through the clinic's noisy
        eye, covariates, clinical baselines, and every observable of the model at rest; numbers
        only, yes is 1. Where two have the same name the one seen comes first.
    """
    import pandas as pd

    seen = observe(
        disease, population, None, [0.0], seed=seed, replicate=replicate, treated=False
    ).set_index("patient")
    parts = [
        seen.drop(columns="day"),
        population.covariates,
        population.baselines,
        at_rest(disease, population),
    ]
    table = pd.concat(parts, axis=1)
    return table.loc[:, ~table.columns.duplicated()].astype(float)


def at_rest(disease: Disease, population: Population) -> pd.DataFrame:
    """Return all observables of the model on the first day, untreated; one row a patient."""
    import pandas as pd

    from tolerogen.engine import load_model, simulate

    model = load_model(disease.model)
    found = simulate(model, population.parameters, (), [0.0], observables=model.observables)
    return pd.DataFrame(
        {name: found[name].to_numpy()[:, 0] for name in model.observables},
        index=population.parameters.index,
    )
