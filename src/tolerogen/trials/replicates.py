"""Many replicates of one trial: what a trial of this size would find, and how often.

One trial gives one difference. Repeated with new patients, the same design gives a
distribution of differences: its mean is the effect of the model, its spread is the luck of
the draw, and the share of intervals that exclude zero on the good side is the power.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.trials.analysis import changes, primary
from tolerogen.trials.proportions import Share, wilson

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.spec import TrialSpec


@dataclass(frozen=True)
class Distribution:
    """Distribution over replicates, in the units of the measure.

    Attributes
    ----------
    arm
        Arm that is described or compared.
    n
        Replicates that could be estimated.
    mean, sd, p5, p95
        Moments and percentiles over replicates.
    trial_sd, parameter_sd
        The parts of `sd` due to patients and chance, and to parameters that are not known; None
        where all replicates have the same parameters.
    favourable
        Share of replicates whose interval excludes zero in the favourable direction, with its
        own Wilson interval; None for a mean that is compared with nothing.
    """

    arm: str
    n: int
    mean: float
    sd: float
    p5: float
    p95: float
    favourable: Share | None = None
    trial_sd: float | None = None
    parameter_sd: float | None = None


def replicate_rows(
    spec: TrialSpec, patients: pd.DataFrame, observations: pd.DataFrame, replicate: int
) -> list[dict[str, Any]]:
    """Reduce one replicate to a row an arm: change, difference from the reference, interval."""
    data = changes(patients, observations, spec.endpoint, spec.strata)
    fit = primary(spec, patients, observations)
    rows = []
    for arm in spec.arms:
        group = data[data["arm"] == arm.name]
        difference = fit.differences.get(arm.name)
        rows.append(
            {
                "replicate": replicate,
                "arm": arm.name,
                "role": arm.role,
                "randomised": len(group),
                "n": int(group["change"].notna().sum()),
                "baseline_mean": group["baseline"].mean(),
                "change_mean": group["change"].mean(),
                "change_sd": group["change"].std(),
                "difference": difference.estimate if difference else math.nan,
                "low": difference.low if difference else math.nan,
                "high": difference.high if difference else math.nan,
            }
        )
    return rows


def differences(spec: TrialSpec, replicates: pd.DataFrame) -> tuple[Distribution, ...]:
    """Describe the difference from the reference over replicates, one arm each."""
    better = spec.endpoint.measure.better
    found = []
    for arm in spec.arms:
        rows = replicates[replicates["arm"] == arm.name].dropna(subset=["difference"])
        if rows.empty:
            continue
        # the interval excludes zero on the good side when its nearer end lies beyond zero
        near = rows["high"] if better < 0 else rows["low"]
        wins = int((near * better > 0).sum())
        found.append(_describe(spec, rows, "difference", wilson(wins, len(rows))))
    return tuple(found)


def arm_changes(spec: TrialSpec, replicates: pd.DataFrame) -> tuple[Distribution, ...]:
    """Describe the mean change of each arm over replicates."""
    found = []
    for arm in spec.arms:
        rows = replicates[replicates["arm"] == arm.name].dropna(subset=["change_mean"])
        if len(rows):
            found.append(_describe(spec, rows, "change_mean", None))
    return tuple(found)


def _describe(
    spec: TrialSpec, rows: pd.DataFrame, column: str, favourable: Share | None
) -> Distribution:
    values = rows[column]
    trial_sd, parameter_sd = _parts(spec, rows, column)
    return Distribution(
        arm=str(rows["arm"].iloc[0]),
        n=len(values),
        mean=float(values.mean()),
        sd=float(values.std()) if len(values) > 1 else math.nan,
        p5=float(values.quantile(0.05)),
        p95=float(values.quantile(0.95)),
        favourable=favourable,
        trial_sd=trial_sd,
        parameter_sd=parameter_sd,
    )


def _parts(spec: TrialSpec, rows: pd.DataFrame, column: str) -> tuple[float | None, float | None]:
    """Split the spread between replicates by their parameter sets."""
    from tolerogen.trials.validation.predict import spreads

    sets = rows["replicate"].map(spec.draw)
    known = rows[sets.notna()]
    if known.empty:
        return None, None
    groups = [group.to_numpy(float) for _, group in known.groupby(sets[sets.notna()])[column]]
    return spreads(groups) if len(groups) > 1 else (None, None)
