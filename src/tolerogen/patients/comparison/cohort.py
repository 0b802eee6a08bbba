"""The virtual cohort that stands beside the published ones: one row a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.patients.comparison.definition import ComparisonPlan, PopulationKind, Scheme
from tolerogen.patients.comparison.groups import fit_sorter
from tolerogen.patients.first_visit import first_visit
from tolerogen.patients.observation import observe
from tolerogen.patients.population import sample_population
from tolerogen.patients.screening import screen

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease


def virtual_cohort(
    disease: Disease, kind: PopulationKind, plan: ComparisonPlan, patients: int, seed: int
) -> pd.DataFrame:
    """See untreated patients of one kind at one visit.

    Parameters
    ----------
    disease
        The disease.
    kind
        Whom to let in.
    plan
        Its schemes of groups are applied.
    patients
        How many.
    seed
        Of the run.

    Returns
    -------
    DataFrame
        Index patient. Columns: every measure of the endpoints as seen at the visit, covariates,
        clinical baselines, every observable of the model at rest, and for each scheme
        ``<scheme>_<class>`` and, where there is a second look, ``<scheme>_same`` (bool).
    """
    if kind.criteria:
        population = screen(disease, patients, seed=seed, criteria=kind.criteria)
    else:
        population = sample_population(disease, patients, seed)
    table = first_visit(disease, population, seed=seed)
    days = sorted({s.follow_up for s in plan.scheme if s.follow_up is not None})
    visits: dict[float, pd.DataFrame] = {}
    if days:
        seen = observe(disease, population, None, days, seed=seed, treated=False)
        visits = {day: seen[seen["day"] == day].set_index("patient") for day in days}
    added: dict[str, pd.Series] = {}
    for scheme in plan.scheme:
        later = None if scheme.follow_up is None else visits[scheme.follow_up]
        added |= _groups(table, scheme, later)
    return table.assign(**added)


def _groups(
    table: pd.DataFrame, scheme: Scheme, later: pd.DataFrame | None
) -> dict[str, pd.Series]:
    import pandas as pd

    sorter = fit_sorter(table, scheme)
    now = sorter.sort(table)
    added = {
        f"{scheme.id}_{group.id}": pd.Series((now == k).astype(float), index=table.index)
        for k, group in enumerate(scheme.classes)
    }
    if later is not None:
        second = table.copy()
        names = [name for name in scheme.features if name in later]
        second[names] = later[names]
        same = sorter.sort(second) == now
        added[f"{scheme.id}_same"] = pd.Series(same.astype(float), index=table.index)
    return added
