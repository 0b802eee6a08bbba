"""Which event comes next to each patient, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.intercurrent.values import Discontinuation, Rescue

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.cohort import Cohort
    from tolerogen.trials.spec import TrialSpec

Array = np.ndarray
SLACK = 1e-9  # days


def next_events(
    spec: TrialSpec,
    cohort: Cohort,
    course: xr.Dataset | None,
    events: pd.DataFrame,
    kinds: Sequence[str],
) -> pd.DataFrame:
    """Add the next event of each patient to those that have happened.

    Parameters
    ----------
    spec, cohort, course
        The design, the patients and their course with the events so far.
    events
        Days of the events so far; columns ``rescue`` and ``discontinuation``, infinite for none.
    kinds
        Kinds that may happen.

    Returns
    -------
    pandas.DataFrame
        `events` with at most one more for each patient: the earliest of those still to come.
    """
    observed = observe_events(spec, cohort, course, events)
    days = {
        "rescue": np.full(len(events), np.inf),
        "discontinuation": np.full(len(events), np.inf),
    }
    if "rescue" in kinds and spec.rescue is not None:
        days["rescue"] = _rescued(spec, spec.rescue, cohort, observed)
    if "discontinuation" in kinds and spec.discontinuation is not None:
        days["discontinuation"] = _stopped(spec, spec.discontinuation, cohort, observed)
    out = events.copy()
    coming = {k: np.where(np.isinf(events[k]), d, np.inf) for k, d in days.items()}
    earliest = np.minimum(coming["rescue"], coming["discontinuation"])
    for kind, when in coming.items():
        now = np.isfinite(when) & (when <= earliest)
        out.loc[now, kind] = when[now]
    if spec.rescue is not None and spec.rescue.stops_treatment:
        out["discontinuation"] = np.minimum(out["discontinuation"], out["rescue"])
    return out


def observe_events(
    spec: TrialSpec, cohort: Cohort, course: xr.Dataset | None, events: pd.DataFrame | None
) -> pd.DataFrame:
    """See a cohort at its visits, with the relief that rescue brings without a mechanism."""
    from tolerogen.patients import observe

    return observe(
        spec.disease,
        cohort.population,
        course,
        list(spec.visits),
        seed=spec.seed,
        replicate=cohort.replicate,
        relief=_relief(spec, events),
    )


def followed(spec: TrialSpec, cohort: Cohort) -> Array:
    """Tell who goes on being seen after the end of the treatment."""
    from tolerogen.patients.streams import uniforms

    if spec.discontinuation is None:
        return np.ones(len(cohort.population), dtype=bool)
    chance = uniforms(spec.seed, f"trial {cohort.replicate}/followed", cohort.population.patients)
    return np.asarray(chance[:, 0] < spec.discontinuation.followed)


def _relief(spec: TrialSpec, events: pd.DataFrame | None) -> Array | None:
    if events is None or spec.rescue is None or not spec.rescue.relief:
        return None
    since = np.asarray(spec.visits)[None, :] - events["rescue"].to_numpy()[:, None]
    there = 1.0 - np.exp(-np.maximum(since, 0.0) / spec.rescue.onset)
    return np.asarray(-np.log1p(-spec.rescue.relief) * there)


def _rescued(spec: TrialSpec, rescue: Rescue, cohort: Cohort, observed: pd.DataFrame) -> Array:
    from tolerogen.patients.streams import uniforms

    patients, days = cohort.population.patients, np.asarray(spec.visits)
    # one row a patient and visit, in that order, as `observe` returns them
    values = observed[rescue.measure.id].to_numpy(float).reshape(len(patients), len(days))
    gain = rescue.measure.better * (values - values[:, :1])
    met = np.zeros(values.shape, dtype=bool)
    if rescue.worse_by is not None:
        met |= -gain >= rescue.worse_by
    if rescue.not_better_by is not None:
        met |= gain < rescue.not_better_by
    hours = [round(day * 24) for day in days]
    quantity = f"trial {cohort.replicate}/rescue"
    asked = uniforms(spec.seed, quantity, patients, hours) < rescue.probability
    given = met & asked & (days >= rescue.first - SLACK) & (days > 0)
    return np.where(given.any(axis=1), days[given.argmax(axis=1)], np.inf)


def _stopped(
    spec: TrialSpec, rule: Discontinuation, cohort: Cohort, observed: pd.DataFrame
) -> Array:
    import pandas as pd

    from tolerogen.patients import dropout_days

    parts = []
    for arm in spec.arms:
        members = cohort.members(arm.name)
        if len(members):
            parts.append(
                dropout_days(
                    spec.disease,
                    cohort.population.take(members),
                    rule.weekly_hazard.get(arm.role, 0.0),
                    seed=spec.seed,
                    horizon=spec.horizon,
                    replicate=cohort.replicate,
                    observations=observed[observed["patient"].isin(members)],
                    event="discontinuation",
                    worsening=rule.worsening,
                )
            )
    return np.asarray(pd.concat(parts).reindex(cohort.population.patients), dtype=float)
