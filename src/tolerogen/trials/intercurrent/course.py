"""The course of patients to whom something happens: simulated, looked at, simulated again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.course import Change, Engine, follow
from tolerogen.trials.intercurrent.happen import next_events
from tolerogen.trials.intercurrent.values import KINDS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.cohort import Cohort
    from tolerogen.trials.spec import TrialSpec

Courses = dict[int, "xr.Dataset | None"]


@dataclass(frozen=True, eq=False)
class Happened:
    """Patients of every cohort with what happened to them.

    Attributes
    ----------
    full
        The first cohort day by day; None where nobody was simulated.
    courses
        Every cohort by its replicate.
    events
        By replicate: index patient; columns ``rescue`` and ``discontinuation``, days, infinite
        for never.
    """

    full: xr.Dataset | None
    courses: Courses
    events: dict[int, pd.DataFrame]


def follow_events(
    spec: TrialSpec,
    cohorts: Sequence[Cohort],
    engine: Engine,
    kinds: Sequence[str] = KINDS,
    *,
    seen_only: bool = False,
    daily: bool = True,
) -> Happened:
    """Simulate every patient with the events of the trial file.

    Parameters
    ----------
    spec, cohorts, engine
        As for `tolerogen.trials.course.follow`.
    kinds
        Kinds of event that may happen; the others never do.
    seen_only
        Only what the clinic sees is wanted. A trial in which nobody is given anything is then not
        simulated: the model stays where it starts.
    daily
        Whether the first cohort is followed day by day; else at the visits, as the others.

    Returns
    -------
    Happened
        A trial without events has the courses of `follow`, and nobody in its events.
    """
    wanted = [k for k in kinds if getattr(spec, k) is not None]
    still = seen_only and not any(arm.treatments for arm in spec.arms)
    still = still and (spec.rescue is None or spec.rescue.treatment is None)
    courses: Courses = dict.fromkeys(cohort.replicate for cohort in cohorts)
    full = None
    if not still:
        full, moving = follow(spec, cohorts, engine, whole=daily)
        courses |= moving
    events = {c.replicate: _nothing(c) for c in cohorts}
    found = Happened(full, courses, events)
    quiet = replace(engine, progress=None)
    for _ in wanted:  # each kind happens once to a patient, so that as many rounds are enough
        later = {
            c.replicate: next_events(spec, c, found.courses[c.replicate], found.events[c.replicate],
                                     wanted)
            for c in cohorts
        }  # fmt: skip
        moved = {r: _moved(spec, found.events[r], table) for r, table in later.items()}
        found = replace(found, events=later)
        if not still and any(len(patients) for patients in moved.values()):
            found = _again(spec, cohorts, quiet, found, moved, daily)
    return found


def changes_of(spec: TrialSpec, events: pd.DataFrame) -> dict[int, Change]:
    """Return what events do to the doses of patients."""
    rescue = spec.rescue.treatment if spec.rescue else None
    out = {}
    for patient, rescued, stopped in zip(
        events.index, events["rescue"], events["discontinuation"], strict=True
    ):
        if math.isinf(rescued) and math.isinf(stopped):
            continue
        out[int(patient)] = Change(stop=stopped, start=rescued, added=rescue)
    return out


def _nothing(cohort: Cohort) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index(cohort.population.patients, name="patient")
    return pd.DataFrame({kind: np.full(len(index), np.inf) for kind in KINDS}, index=index)


def _moved(spec: TrialSpec, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Return the patients whose doses are others now."""
    stopped = after["discontinuation"] != before["discontinuation"]
    given = after["rescue"] != before["rescue"]
    if spec.rescue is None or spec.rescue.treatment is None:
        given &= False
    return np.asarray(after.index[stopped | given])


def _again(
    spec: TrialSpec,
    cohorts: Sequence[Cohort],
    engine: Engine,
    found: Happened,
    moved: Mapping[int, np.ndarray],
    daily: bool,
) -> Happened:
    changes: dict[int, Change] = {}
    for cohort in cohorts:
        changes |= changes_of(spec, found.events[cohort.replicate])
    only = np.concatenate([moved[c.replicate] for c in cohorts])
    full, courses = follow(spec, cohorts, engine, changes=changes, only=only, whole=daily)
    first = cohorts[0].replicate
    new_full = _patched(found.full, full)
    patched = {
        r: new_full if r == first else _patched(course, courses.get(r))
        for r, course in found.courses.items()
    }
    return replace(found, full=new_full, courses=patched)


def _patched(course: xr.Dataset | None, part: xr.Dataset | None) -> xr.Dataset | None:
    """Put simulated patients in the place of those they replace."""
    if course is None or part is None or part.sizes["patient"] == 0:
        return course
    ids = course["patient"].to_numpy()
    rows = np.searchsorted(ids, part["patient"].to_numpy(), sorter=np.argsort(ids))
    rows = np.argsort(ids)[rows]
    out = course.copy(deep=True)
    for name in part.data_vars:
        if name in out:
            out[name].to_numpy()[rows] = part[name].to_numpy()
        else:  # the rescue drug is seen only in those who got it
            values = np.full((len(ids), *part[name].shape[1:]), np.nan)
            values[rows] = part[name].to_numpy()
            out[name] = (part[name].dims, values, part[name].attrs)
    return out
