"""From observations to the tables of a trial: arms, differences, responders.

The same functions analyse the trial shown in full and each of its replicates.
"""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.trials.ancova import Ancova, ancova
from tolerogen.trials.imputed import compare_imputed, impute
from tolerogen.trials.proportions import newcombe, wilson
from tolerogen.trials.repeated import repeated

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.imputation import Imputed
    from tolerogen.trials.spec import Endpoint, TrialSpec

VISIT_TOLERANCE = 1e-6  # days; a visit day read from text may differ in the last bit


@dataclass(frozen=True, eq=False)
class Analysis:
    """The tables of one trial.

    Attributes
    ----------
    arms
        One row an endpoint and arm: ``measure, day, arm, randomised, n, missing,
        baseline_mean, baseline_sd, change_mean, change_sd, adjusted, low, high``.
    differences
        One row an endpoint and arm compared with the reference: ``measure, day, arm, reference,
        estimate, se, low, high, df, p, level``.
    responders
        One row a rule and arm: ``rule, day, arm, n, responders, share, low, high``.
    responder_differences
        One row a rule and arm compared with the reference: ``rule, day, arm, reference,
        estimate, low, high``.
    tipping
        Primary endpoint, one row an arm and penalty on what was imputed: ``arm, delta, estimate,
        se, p, low, high``; None where the file asks for none.
    """

    arms: pd.DataFrame
    differences: pd.DataFrame
    responders: pd.DataFrame
    responder_differences: pd.DataFrame
    tipping: pd.DataFrame | None = None


def analyse(
    spec: TrialSpec,
    patients: pd.DataFrame,
    observations: pd.DataFrame,
    responses: pd.DataFrame | None = None,
) -> Analysis:
    """Analyse one trial by its available cases.

    Parameters
    ----------
    spec
        The design.
    patients
        Everyone randomised: index patient, columns ``arm`` and the strata.
    observations
        One row a patient and visit: ``patient``, ``day`` and the measures; values missed after
        dropout are NaN or absent.
    responses
        One row a patient and visit: ``patient``, ``day`` and one yes/no column a responder
        rule; None leaves the responder tables empty.
    """
    import pandas as pd

    fits = [(e, changes(patients, observations, e, spec.strata)) for e in spec.endpoints]
    results = [(e, data, _fit(spec, e, data, observations)) for e, data in fits]
    shares = _responders(spec, patients, responses)
    return Analysis(
        arms=pd.DataFrame([row for item in results for row in _arm_rows(spec, *item)]),
        differences=pd.DataFrame([row for item in results for row in _difference_rows(*item)]),
        responders=shares,
        responder_differences=_share_differences(spec, shares),
        tipping=_tipping(spec, fits[0][1], observations) if spec.estimand.tipping else None,
    )


def primary(spec: TrialSpec, patients: pd.DataFrame, observations: pd.DataFrame) -> Ancova:
    """Return the analysis of the primary endpoint alone."""
    data = changes(patients, observations, spec.endpoint, spec.strata)
    return _fit(spec, spec.endpoint, data, observations)


def changes(
    patients: pd.DataFrame,
    observations: pd.DataFrame,
    endpoint: Endpoint,
    strata: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return one row a patient: arm, strata, ``baseline``, ``value`` and ``change``.

    Parameters
    ----------
    patients, observations
        As in `analyse`.
    endpoint
        Measure and day; its baseline is the visit of day 0.
    """
    table = patients[["arm", *strata]].copy()
    for name in strata:
        table[name] = table[name].astype(float)
    table["baseline"] = at_visit(observations, endpoint.measure.id, 0.0)
    table["value"] = at_visit(observations, endpoint.measure.id, endpoint.day)
    table["change"] = table["value"] - table["baseline"]
    return table


def at_visit(observations: pd.DataFrame, column: str, day: float) -> pd.Series[Any]:
    """Return a column at a visit, indexed by patient."""
    rows = observations[(observations["day"] - day).abs() < VISIT_TOLERANCE]
    return rows.set_index("patient")[column]


def _fit(
    spec: TrialSpec, endpoint: Endpoint, data: pd.DataFrame, observations: pd.DataFrame
) -> Ancova:
    if spec.estimand.missing != "none" and spec.reference is not None:
        filled = _imputed(spec, endpoint, data, observations)
        names = [arm.name for arm in spec.arms]
        return compare_imputed(filled, names, endpoint.day, spec.strata, endpoint.level)
    shared: Any = {
        "arms": [arm.name for arm in spec.arms],
        "reference": spec.reference.name if spec.reference else None,
        "strata": spec.strata,
        "level": endpoint.level,
    }
    if endpoint.analysis == "mmrm":
        return repeated(by_visit(data, observations, endpoint), day=endpoint.day, **shared)
    return ancova(data, **shared)


def _imputed(
    spec: TrialSpec, endpoint: Endpoint, data: pd.DataFrame, observations: pd.DataFrame
) -> Imputed:
    reference = spec.reference.name if spec.reference else ""
    return impute(
        by_visit(data, observations, endpoint),
        spec.estimand,
        reference=reference,
        strata=spec.strata,
        seed=spec.seed,
    )


def _tipping(spec: TrialSpec, data: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    endpoint, names = spec.endpoint, [arm.name for arm in spec.arms]
    filled = _imputed(spec, endpoint, data, observations)
    rows = []
    for delta in spec.estimand.tipping:
        # a penalty makes the outcome worse, whichever way is better
        found = compare_imputed(
            filled, names, endpoint.day, spec.strata, endpoint.level,
            -endpoint.measure.better * delta,
        )  # fmt: skip
        for arm, gap in found.differences.items():
            row = {"arm": arm, "delta": delta, "estimate": gap.estimate, "se": gap.se, "p": gap.p}
            rows.append(row | {"low": gap.low, "high": gap.high})
    return pd.DataFrame(rows)


def by_visit(data: pd.DataFrame, observations: pd.DataFrame, endpoint: Endpoint) -> pd.DataFrame:
    """Return one row a patient and visit after baseline, up to that of the endpoint.

    Parameters
    ----------
    data
        From `changes`: index patient, arm, strata and ``baseline``.
    observations, endpoint
        As in `changes`.
    """
    name = endpoint.measure.id
    until = observations["day"] - endpoint.day
    rows = observations.loc[
        (observations["day"] > VISIT_TOLERANCE) & (until < VISIT_TOLERANCE),
        ["patient", "day", name],
    ]
    # a visit read from text may differ in the last bit from the endpoint's day
    day = rows["day"].where((rows["day"] - endpoint.day).abs() >= VISIT_TOLERANCE, endpoint.day)
    table = rows.assign(day=day).join(data.drop(columns=["value", "change"]), on="patient")
    return table.assign(change=table[name] - table["baseline"]).reset_index(drop=True)


def _arm_rows(
    spec: TrialSpec, endpoint: Endpoint, data: pd.DataFrame, fit: Ancova
) -> list[dict[str, Any]]:
    rows = []
    for arm in spec.arms:
        group = data[data["arm"] == arm.name]
        mean, done = fit.means[arm.name], int(group["change"].notna().sum())
        rows.append(
            {
                "measure": endpoint.measure.id,
                "day": endpoint.day,
                "arm": arm.name,
                "randomised": len(group),
                "n": done,
                "missing": len(group) - done,
                "baseline_mean": group["baseline"].mean(),
                "baseline_sd": group["baseline"].std(),
                "change_mean": group["change"].mean(),
                "change_sd": group["change"].std(),
                "adjusted": mean.estimate,
                "low": mean.low,
                "high": mean.high,
            }
        )
    return rows


def _difference_rows(endpoint: Endpoint, data: pd.DataFrame, fit: Ancova) -> list[dict[str, Any]]:
    del data  # same signature as `_arm_rows`
    return [
        {
            "measure": endpoint.measure.id,
            "day": endpoint.day,
            "arm": arm,
            "reference": fit.reference,
            **asdict(estimate),
        }
        for arm, estimate in fit.differences.items()
    ]


def _responders(
    spec: TrialSpec, patients: pd.DataFrame, responses: pd.DataFrame | None
) -> pd.DataFrame:
    import pandas as pd

    columns = ["rule", "day", "arm", "n", "responders", "share", "low", "high"]
    if responses is None:
        return pd.DataFrame(columns=columns)
    rows: list[list[Any]] = []
    day, level = spec.endpoint.day, spec.endpoint.level
    for rule in (name for name in responses.columns if name not in ("patient", "day")):
        answers = at_visit(responses, rule, day).reindex(patients.index)
        for arm in spec.arms:
            known = answers[patients["arm"] == arm.name].dropna().astype(bool)
            share = wilson(int(known.sum()), len(known), level)
            counts = (len(known), int(known.sum()))
            rows.append([rule, day, arm.name, *counts, *astuple(share)])
    return pd.DataFrame(rows, columns=columns)


def _share_differences(spec: TrialSpec, shares: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    columns = ["rule", "day", "arm", "reference", "estimate", "low", "high"]
    rows: list[list[Any]] = []
    reference = spec.reference
    if reference is None:
        return pd.DataFrame(columns=columns)
    for rule, table in shares.groupby("rule", sort=False):
        counts = table.set_index("arm")[["responders", "n"]].astype(int)
        base = tuple(counts.loc[reference.name])
        for arm in spec.arms:
            if arm.name != reference.name:
                gap = newcombe(tuple(counts.loc[arm.name]), base, spec.endpoint.level)
                rows.append([rule, spec.endpoint.day, arm.name, reference.name, *astuple(gap)])
    return pd.DataFrame(rows, columns=columns)
