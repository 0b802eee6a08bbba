"""One replicate, analysed at every size, visit and endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from tolerogen.errors import AnalysisError
from tolerogen.trials.analysis import at_visit, by_visit, changes
from tolerogen.trials.imputed import compare_imputed, impute
from tolerogen.trials.planning.options import Options, endpoint
from tolerogen.trials.proportions import newcombe
from tolerogen.trials.repeated import repeated

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.planning.simulate import Trial
    from tolerogen.trials.spec import Endpoint

Array = np.ndarray


def rows(options: Options, trial: Trial) -> list[dict[str, Any]]:
    """Return one row an endpoint, visit, size and active arm.

    Keys: ``endpoint, day, patients, arm``, ``estimate, low, high`` (favourable above zero),
    ``whole`` (the estimate if nobody had left), ``sd`` (residual), ``active, control`` (shares
    of responders), ``stayed``.
    """
    out: list[dict[str, Any]] = []
    for day in options.days:
        for name in options.measures:
            out += _means(options, trial, endpoint(options, name, day))
        for rule in options.rules:
            out += _shares(options, trial, rule, day)
    return out


def _means(options: Options, trial: Trial, what: Endpoint) -> list[dict[str, Any]]:
    strata, sign = options.spec.strata, what.measure.better
    data = changes(trial.patients, trial.observations, what, strata)
    whole = changes(trial.patients, trial.complete, what, strata)
    imputes = options.spec.estimand.missing != "none"
    needed = imputes or what.analysis == "mmrm"
    long = by_visit(data, trial.observations, what) if needed else None
    out = []
    for size in options.sizes:
        part = data.iloc[:size]
        found = compare(options, part, what.level)
        if long is not None:
            model = _filled if imputes else _mixed
            found = model(options, long[long["patient"].isin(part.index)], what, found)
        true = compare(options, whole.iloc[:size], what.level)
        for arm, (estimate, half, sd) in found.items():
            ends = (sign * estimate - half, sign * estimate + half)
            out.append(
                _row(what.measure.id, what.day, size, arm, sign * estimate, ends)
                | {
                    "whole": sign * true[arm][0],
                    "sd": sd,
                    "stayed": float(part["change"].notna().mean()),
                }
            )
    return out


def compare(
    options: Options, data: pd.DataFrame, level: float
) -> dict[str, tuple[float, float, float]]:
    """Return difference, half width of its interval and residual SD of each active arm.

    The same analysis of covariance as `ancova`, by normal equations: it is done tens of
    thousands of times.
    """
    spec = options.spec
    used = data.dropna(subset=["baseline", "change", *spec.strata])
    arm = used["arm"].to_numpy()
    names = [a.name for a in spec.arms]
    cells = np.column_stack([arm == name for name in names]).astype(float)
    covariates = used[["baseline", *spec.strata]].to_numpy(float)
    x = np.column_stack([cells, covariates - covariates.mean(axis=0)])
    y = used["change"].to_numpy(float)
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    beta = inverse @ (x.T @ y)
    df = len(y) - int(np.linalg.matrix_rank(x))
    reference = names.index(spec.reference.name) if spec.reference else 0
    empty = cells.sum(axis=0) == 0
    sd = float(np.sqrt(((y - x @ beta) ** 2).sum() / df)) if df > 0 else np.nan
    out = {}
    for place, name in enumerate(names):
        if place == reference:
            continue
        weights = np.zeros(x.shape[1])
        weights[place], weights[reference] = 1.0, -1.0
        gone = empty[place] or empty[reference] or df < 1
        se = np.nan if gone else sd * float(np.sqrt(weights @ inverse @ weights))
        half = float(stdtrit(df, 0.5 + level / 2)) * se
        out[name] = (np.nan if gone else float(weights @ beta), half, sd)
    return out


def _filled(
    options: Options,
    data: pd.DataFrame,
    what: Endpoint,
    simple: dict[str, tuple[float, float, float]],
) -> dict[str, tuple[float, float, float]]:
    spec = options.spec
    names = [arm.name for arm in spec.arms]
    reference = spec.reference.name if spec.reference else ""
    try:
        filled = impute(
            data, spec.estimand, reference=reference, strata=spec.strata, seed=spec.seed
        )
    except AnalysisError:  # too few patients to impute from: no result of this trial
        return {arm: (np.nan, np.nan, sd) for arm, (_, _, sd) in simple.items()}
    fit = compare_imputed(filled, names, what.day, spec.strata, what.level)
    return {
        arm: (found.estimate, (found.high - found.low) / 2, simple[arm][2])
        for arm, found in fit.differences.items()
    }


def _mixed(
    options: Options,
    data: pd.DataFrame,
    what: Endpoint,
    simple: dict[str, tuple[float, float, float]],
) -> dict[str, tuple[float, float, float]]:
    spec = options.spec
    fit = repeated(
        data,
        arms=[arm.name for arm in spec.arms],
        reference=spec.reference.name if spec.reference else None,
        day=what.day,
        strata=spec.strata,
        level=what.level,
    )
    return {
        arm: (found.estimate, (found.high - found.low) / 2, simple[arm][2])
        for arm, found in fit.differences.items()
    }


def _shares(options: Options, trial: Trial, rule: str, day: float) -> list[dict[str, Any]]:
    seen = at_visit(trial.responses, rule, day).reindex(trial.patients.index)
    whole = at_visit(trial.complete_responses, rule, day).reindex(trial.patients.index)
    spec, arms = options.spec, trial.patients["arm"].to_numpy()
    reference = spec.reference.name if spec.reference else ""
    out = []
    for size in options.sizes:
        first = np.arange(len(arms)) < size
        control = _count(seen, first & (arms == reference))
        control_whole = _count(whole, first & (arms == reference))
        for arm in spec.arms:
            if arm.name == reference:
                continue
            active = _count(seen, first & (arms == arm.name))
            gap = newcombe(active, control, 1 - 2 * options.alpha)
            active_whole = _count(whole, first & (arms == arm.name))
            out.append(
                _row(rule, day, size, arm.name, gap.estimate, (gap.low, gap.high))
                | {
                    "whole": _share(active_whole) - _share(control_whole),
                    "active": _share(active),
                    "control": _share(control),
                    "stayed": float(seen[first].notna().mean()),
                }
            )
    return out


def _count(answers: pd.Series[Any], inside: Array) -> tuple[int, int]:
    known = answers[inside].dropna().astype(bool)
    return int(known.sum()), len(known)


def _share(count: tuple[int, int]) -> float:
    return count[0] / count[1] if count[1] else float("nan")


def _row(
    name: str, day: float, size: int, arm: str, estimate: float, ends: tuple[float, float]
) -> dict[str, Any]:
    return {
        "endpoint": name,
        "day": day,
        "patients": size,
        "arm": arm,
        "estimate": estimate,
        "low": ends[0],
        "high": ends[1],
        "sd": float("nan"),
        "active": float("nan"),
        "control": float("nan"),
    }
