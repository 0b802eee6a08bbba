"""What the clinic sees of a cohort: scores at visits, who left, who responded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.intercurrent.handle import handle
from tolerogen.trials.intercurrent.happen import followed, observe_events
from tolerogen.trials.intercurrent.values import KINDS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.cohort import Cohort
    from tolerogen.trials.spec import TrialSpec


@dataclass(frozen=True, eq=False)
class Visits:
    """What was seen of one cohort.

    Attributes
    ----------
    observations
        One row a patient and visit: ``patient``, ``day``, ``arm`` and the measures; missing
        after dropout, and where the simulation of the patient failed.
    responses
        One row a patient and visit: ``patient``, ``day`` and one column a responder rule.
    dropout
        Day on which each patient left, infinite for those who stayed; indexed by patient.
    events
        Days of ``rescue`` and ``discontinuation`` of each patient, infinite for never.
    """

    observations: pd.DataFrame
    responses: pd.DataFrame
    dropout: pd.Series[float]
    events: pd.DataFrame

    def handled(self, spec: TrialSpec) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return observations and responses as the estimand of the trial has them."""
        return handle(spec, self.observations, self.responses, self.events)


def seen(
    spec: TrialSpec, cohort: Cohort, course: xr.Dataset | None, events: pd.DataFrame | None = None
) -> Visits:
    """Observe a cohort at the visits of the trial.

    Parameters
    ----------
    spec
        The design.
    cohort
        The patients.
    course
        Their trajectories, dims (patient, time in days), with ``status``; None for patients who
        rest at their start.
    events
        What happened to them, from `follow_events`; None for nothing.
    """
    from tolerogen.patients import drop, responders

    happened = _nothing(cohort) if events is None else events
    observed = observe_events(spec, cohort, course, events)
    left = _dropout(spec, cohort, observed)
    lost = ~followed(spec, cohort)
    left = left.clip(upper=happened["discontinuation"].where(lost, np.inf))
    kept = drop(observed, left)
    if course is not None:
        kept = unless_failed(kept, course)
    answers = responders(spec.disease, kept)
    arm = dict(zip(cohort.population.parameters.index, cohort.arms, strict=True))
    kept.insert(2, "arm", kept["patient"].map(arm))
    # what would have happened after a patient left is nobody's knowledge
    known = happened.where(happened.le(left, axis=0), np.inf)
    return Visits(kept, answers, left, known)


def _nothing(cohort: Cohort) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index(cohort.population.patients, name="patient")
    return pd.DataFrame({kind: np.full(len(index), np.inf) for kind in KINDS}, index=index)


def joined(parts: Sequence[Visits]) -> Visits:
    """Put together what was seen of the parts of a cohort, in their order."""
    import pandas as pd

    if len(parts) == 1:
        return parts[0]
    return Visits(
        pd.concat([part.observations for part in parts], ignore_index=True),
        pd.concat([part.responses for part in parts], ignore_index=True),
        pd.concat([part.dropout for part in parts]),
        pd.concat([part.events for part in parts]),
    )


def _dropout(spec: TrialSpec, cohort: Cohort, observed: pd.DataFrame) -> pd.Series[float]:
    """Dropout of each arm by the hazard of its role."""
    import pandas as pd

    from tolerogen.patients import dropout_days

    parts = []
    for arm in spec.arms:
        members = cohort.members(arm.name)
        if not len(members):
            continue
        parts.append(
            dropout_days(
                spec.disease,
                cohort.population.take(members),
                arm.role,
                seed=spec.seed,
                horizon=spec.horizon,
                replicate=cohort.replicate,
                observations=observed[observed["patient"].isin(members)],
            )
        )
    left: pd.Series[float] = pd.concat(parts).reindex(cohort.population.parameters.index)
    return left


def unless_failed(observed: pd.DataFrame, course: xr.Dataset) -> pd.DataFrame:
    """Blank what was made up of a simulation that failed: it counts as missing."""
    failed = course["patient"].to_numpy()[course["status"].to_numpy() != 0]
    table = observed.copy()
    measures = [name for name in table.columns if name not in ("patient", "day")]
    table.loc[table["patient"].isin(failed), measures] = float("nan")
    return table
