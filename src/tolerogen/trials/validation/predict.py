"""The predictive distribution of a trial: replicates of its size, over the parameter sets.

Three spreads are kept apart. Replicates under one parameter set differ by the patients drawn and
by the noise of the clinic; means under different parameter sets differ by what is not known of
the parameters; and trials differ by what no parameter set explains (module discrepancy). The
interval of a prediction holds all three.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.analysis import changes
from tolerogen.trials.ancova import ancova
from tolerogen.trials.course import Engine
from tolerogen.trials.planning.simulate import Trial, simulate
from tolerogen.trials.validation.discrepancy import discrepancies, shifts

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease
    from tolerogen.trials.spec import TrialSpec
    from tolerogen.trials.validation.design import Design
    from tolerogen.trials.validation.posterior import Posterior


@dataclass(frozen=True)
class Prediction:
    """What trials of one size would find for one arm and metric.

    Attributes
    ----------
    arm, metric, week
        Active arm, id of the measure, week at which it is read.
    predicted, sd
        Mean and standard deviation of the difference from placebo between trials.
    trial_sd, parameter_sd, discrepancy_sd
        The parts of `sd` due to patients and noise, to the parameters, and to what no parameter
        set explains; None where there are too few trials a parameter set, or a single set.
    pi50, pi90
        Central predictive intervals of the difference.
    p_significant
        Share of trials whose 95 % interval excludes zero in the favourable direction.
    placebo_predicted, placebo_pi90
        Mean change of the placebo arm and its interval.
    trials
        Trials that could be analysed.
    """

    arm: str
    metric: str
    week: float
    n_active: int
    n_placebo: int
    predicted: float
    sd: float
    trial_sd: float | None
    parameter_sd: float | None
    discrepancy_sd: float
    pi50: tuple[float, float]
    pi90: tuple[float, float]
    p_significant: float
    placebo_predicted: float
    placebo_pi90: tuple[float, float]
    trials: int


def predict(
    design: Design,
    disease: Disease,
    posterior: Posterior,
    *,
    replicates: int,
    seed: int,
    engine: Engine,
    done: Callable[[int], None] | None = None,
) -> tuple[Prediction, ...]:
    """Simulate a design over the parameter sets and describe what its trials find.

    Parameters
    ----------
    design
        The trial.
    disease, posterior
        What the patients have, and the parameter sets.
    replicates
        Trials in all, shared evenly by the parameter sets (at least one each).
    seed
        Of the run.
    engine
        How the engine runs.
    done
        Called with the number of patients of each trial as it is finished.

    Returns
    -------
    tuple of Prediction
        One an active arm and metric, the designed metric first.

    Raises
    ------
    SpecError
        Conditions of entry that hardly any virtual patient meets.
    """
    import pandas as pd

    each = math.ceil(replicates / len(posterior.draws))
    rows: list[dict[str, Any]] = []
    for draw, mine in enumerate(posterior.diseases(disease)):
        spec = design.under(mine, seed, draw, each)
        for trial in simulate(spec, each, engine, rules=False):
            rows += [{"draw": draw, **row} for row in _read(spec, trial)]
            if done is not None:
                done(spec.patients)
    table = pd.DataFrame(rows)
    sds = discrepancies(disease)
    name = f"{design.trial.trial_id}/{design.spec.name}"
    shift = shifts(table, sds, seed, name)
    table = table.assign(
        apart=table["difference"] + shift, won=(table["near"] + shift) * table["better"] > 0
    )
    return tuple(
        _describe(design.spec, table, arm.name, endpoint.measure.id, sds)
        for endpoint in design.spec.endpoints
        for arm in design.spec.arms
        if arm.role == "active"
    )


def _read(spec: TrialSpec, trial: Trial) -> list[dict[str, Any]]:
    """Analyse one trial as its report would: a row an endpoint and active arm."""
    arms = [arm.name for arm in spec.arms]
    reference = arms[-1]  # the placebo arm stands last
    rows = []
    for endpoint in spec.endpoints:
        data = changes(trial.patients, trial.observations, endpoint)
        fit = ancova(data, arms=arms, reference=reference, level=endpoint.level)
        placebo = data.loc[data["arm"] == reference, "change"].mean()
        for arm, found in fit.differences.items():
            near = found.high if endpoint.measure.better < 0 else found.low
            rows.append(
                {
                    "arm": arm,
                    "metric": endpoint.measure.id,
                    "difference": found.estimate,
                    "near": near,
                    "better": endpoint.measure.better,
                    "placebo": placebo,
                }
            )
    return rows


def _describe(
    spec: TrialSpec, table: pd.DataFrame, arm: str, metric: str, sds: dict[str, float]
) -> Prediction:
    mine = table[(table["arm"] == arm) & (table["metric"] == metric)]
    mine = mine.dropna(subset=["difference", "placebo"])
    found = mine["apart"].to_numpy(dtype=float)
    trial_sd, parameter_sd = spreads([g.to_numpy() for _, g in mine.groupby("draw")["difference"]])
    sizes = {a.name: a.share for a in spec.arms}
    return Prediction(
        arm=arm,
        metric=metric,
        week=spec.horizon / 7,
        n_active=sizes[arm],
        n_placebo=spec.arms[-1].share,
        predicted=float(mine["difference"].mean()) if len(found) else math.nan,
        sd=float(found.std(ddof=1)) if len(found) > 1 else math.nan,
        trial_sd=trial_sd,
        parameter_sd=parameter_sd,
        discrepancy_sd=sds.get(metric, sds[""]),
        pi50=_central(found, 0.5),
        pi90=_central(found, 0.9),
        p_significant=float(mine["won"].mean()) if len(found) else math.nan,
        placebo_predicted=float(mine["placebo"].mean()) if len(found) else math.nan,
        placebo_pi90=_central(mine["placebo"].to_numpy(dtype=float), 0.9),
        trials=len(found),
    )


def spreads(groups: list[np.ndarray]) -> tuple[float | None, float | None]:
    """Split the spread of differences into that within parameter sets and that between.

    One-way analysis of variance with random groups: the mean square within estimates the
    variance between trials, what the mean square between has above it that between sets.

    Parameters
    ----------
    groups
        Differences under each parameter set.

    Returns
    -------
    within, between
        Standard deviations; None where the groups cannot tell.

    Examples
    --------
    >>> spreads([np.array([1.0, 3.0])])
    (1.4142135623730951, None)
    """
    sizes = np.array([len(group) for group in groups])
    inside = int(sizes.sum()) - len(groups)
    if inside < 1:
        return None, None
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups) / inside
    if len(groups) < 2:
        return math.sqrt(within), None
    overall = float(np.concatenate(groups).mean())
    square = sum(len(g) * (float(g.mean()) - overall) ** 2 for g in groups) / (len(groups) - 1)
    typical = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(groups) - 1)
    return math.sqrt(within), math.sqrt(max(0.0, (square - within) / typical))


def _central(values: np.ndarray, share: float) -> tuple[float, float]:
    if not len(values):
        return math.nan, math.nan
    low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)
