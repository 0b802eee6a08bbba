"""What each patient was given: planned doses less the missed ones, until treatment ended."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.course import RESCUE_STREAM, STREAM

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.therapies import Regimen
    from tolerogen.trials.datasets.study import Study


def dosing_records(study: Study) -> pd.DataFrame:
    """Return one row a dose given.

    Returns
    -------
    pandas.DataFrame
        ``patient, drug, day, amount`` (mg), ``route, duration`` (days), sorted by patient and
        day. No dose on or after the day on which the patient left or stopped treatment; rescue
        medication that is a drug counts from the day of rescue.
    """
    import pandas as pd

    plans = {arm["name"]: arm["treatments"] for arm in study.arms}
    rescue = (study.design.get("rescue") or {}).get("treatment")
    rows: list[tuple[Any, ...]] = []
    for patient, row in study.patients.iterrows():
        left, stopped = row["dropout_day"], row.get("discontinuation_day", np.inf)
        seed, weight, start = int(study.design["seed"]), float(row["weight"]), 0.0
        given = [(plan, STREAM, start, min(left, stopped)) for plan in plans[row["arm"]]]
        if rescue is not None and np.isfinite(row["rescue_day"]):
            given.append((rescue, RESCUE_STREAM, row["rescue_day"], left))
        for plan, stream, start, end in given:
            for day, amount, rule in _played(plan, stream, seed, int(str(patient)), weight):
                if start + day < min(end, study.design["horizon_days"]):
                    rows.append(
                        (patient, plan["therapy"], start + day, amount, rule.route, rule.duration)
                    )
    columns = ["patient", "drug", "day", "amount", "route", "duration"]
    frame = pd.DataFrame(rows, columns=columns)
    order = {patient: place for place, patient in enumerate(study.patients.index)}
    return frame.sort_values(
        ["patient", "day", "drug"],
        key=lambda values: values.map(order) if values.name == "patient" else values,
        kind="stable",
        ignore_index=True,
    )


def _played(
    plan: dict[str, Any], stream: int, seed: int, patient: int, weight: float
) -> Iterator[tuple[float, float, Any]]:
    """Play a regimen with the patient's own generator, as the simulation did."""
    key = (stream, patient, zlib.crc32(str(plan["therapy"]).encode()))
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
    for day, rule in regimen(plan["regimen"]).given(rng):
        yield day, rule.milligrams(weight), rule


def regimen(described: dict[str, Any]) -> Regimen:
    """Return the regimen that a design describes as plain data."""
    from tolerogen.therapies import DoseRule, Regimen

    rules = tuple(DoseRule(**{**rule, "days": tuple(rule["days"])}) for rule in described["rules"])
    return Regimen(**{**described, "rules": rules, "missed": tuple(described["missed"])})
