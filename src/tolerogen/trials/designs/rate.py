"""Operating characteristics of a staged design, option by option."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.designs.crossover import Crossover, run_crossover
from tolerogen.trials.designs.drive import Ended, run_plans
from tolerogen.trials.designs.withdrawal import Withdrawal, run_withdrawal
from tolerogen.trials.planning.simulate import without_effect
from tolerogen.trials.proportions import Share, wilson
from tolerogen.trials.scale.crews import crew

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client

    from tolerogen.trials.course import Engine
    from tolerogen.trials.planning.options import Entry, Options
    from tolerogen.trials.spec import TrialSpec

KEYS = ["endpoint", "day", "patients", "arm"]
# trials with effect, without it as the error is counted, and without it as a trial would be run
Both = tuple[list[Ended], list[Ended], list[Ended]]


@dataclass(frozen=True)
class Staged:
    """Replicates ``first`` to ``last - 1`` of a design with stages, with effect and without.

    Attributes
    ----------
    size
        Patients of the largest trial as planned.
    """

    first: int
    last: int
    size: int

    @property
    def patients(self) -> int:
        """Patients as planned; the stages decide how many there will be."""
        return 2 * (self.last - self.first) * self.size

    def do(self, context: Options, engine: Engine) -> Both:
        """Simulate the replicates."""
        return _run(context, context.spec, engine, range(self.first, self.last))


def rate_plan(
    options: Options, entry: Entry, engine: Engine, client: Client | None = None
) -> pd.DataFrame:
    """Simulate a staged design with and without effect and rate every option.

    Returns
    -------
    pandas.DataFrame
        One row an endpoint, day, size and claim, with the columns of `DesignResult.table`, and
        ``expected`` and ``expected_null`` (mean patients randomised), ``early``, ``futile`` and
        ``futile_null`` (shares of trials that ended early for efficacy, for futility), ``carried``
        (share of trials that carried the claim to the end), ``any`` and ``family`` (shares that
        show any effect, with and without one: the latter is the familywise error).
    """
    import pandas as pd

    options = replace(options, spec=replace(options.spec, criteria=entry.criteria))
    effect, counted, stops = _all(options, engine, client)
    under, stopping = _grouped(counted), _grouped(stops)
    rows = [
        row
        for key, trials in _grouped(effect).items()
        for row in _rows(options, key, trials, under[key], stopping[key])
    ]
    return pd.DataFrame(rows)


def _all(options: Options, engine: Engine, client: Client | None) -> Both:
    """Run all replicates here, or in pieces on the workers of a cluster."""
    count, size = options.replicates, options.spec.patients
    if client is None:
        return _run(options, options.spec, engine, range(count))
    workers = crew(engine, Staged(0, count, size).patients, client)
    step = workers.step(2 * size, count)
    plan = [Staged(start, min(start + step, count), size) for start in range(0, count, step)]
    done = dict(workers.each(options, plan))
    effect, counted, stops = (
        [ended for k in range(len(plan)) for ended in done[k][side]] for side in range(3)
    )
    return effect, counted, stops


def _run(options: Options, spec: TrialSpec, engine: Engine, numbers: range) -> Both:
    """Run with effect, without as the error is counted, and without as the trial would be run."""
    plan = options.plan
    if plan is None:
        raise AssertionError("a parallel design has no stages")
    effect = run_design(options, spec, engine, numbers)
    if isinstance(plan, Crossover):
        null = list(run_crossover(options, plan, spec, engine, numbers, null=True))
        return effect, null, null
    nothing = without_effect(spec)
    if isinstance(plan, Withdrawal):
        null = run_design(options, nothing, engine, numbers)
        return effect, null, null
    counted = plan.unbound()
    plans = [plan] if counted is plan else [plan, counted]
    found: dict[int, list[Ended]] = {0: [], len(plans) - 1: []}
    for k, ended in run_plans(options, plans, nothing, engine, numbers):
        found[k].append(ended)
    return effect, found[len(plans) - 1], found[0]


def run_design(
    options: Options, spec: TrialSpec, engine: Engine, replicates: int | range
) -> list[Ended]:
    """Run the design of the options, as a trial would be run."""
    plan = options.plan
    if plan is None:
        raise AssertionError("a parallel design has a run of its own")
    if isinstance(plan, Crossover):
        return list(run_crossover(options, plan, spec, engine, replicates, null=False))
    if isinstance(plan, Withdrawal):
        return list(run_withdrawal(options, plan, spec, engine, replicates))
    return [ended for _, ended in run_plans(options, [plan], spec, engine, replicates)]


def _grouped(trials: Iterable[Ended]) -> dict[tuple[str, float, int], list[Ended]]:
    found: dict[tuple[str, float, int], list[Ended]] = {}
    for ended in trials:
        found.setdefault((ended.endpoint, ended.day, ended.size), []).append(ended)
    return found


def _rows(
    options: Options,
    key: tuple[str, float, int],
    trials: list[Ended],
    null: list[Ended],
    stopping: list[Ended],
) -> list[dict[str, Any]]:
    endpoint, day, size = key
    shared = {
        "trials": len(trials),
        **_share("any", _wins(trials)),
        **_share("family", _wins(null)),
        "expected": _mean([t.verdict.patients for t in trials]),
        "expected_se": _error([t.verdict.patients for t in trials]),
        "expected_null": _mean([t.verdict.patients for t in stopping]),
        "early": _mean([_early(options, t) for t in trials]),
        "futile": _mean([t.verdict.reason == "futility" for t in trials]),
        "futile_null": _mean([t.verdict.reason == "futility" for t in stopping]),
    }
    names = list(trials[0].verdict.claims)
    return [
        dict(zip(KEYS, (endpoint, day, size, name), strict=True))
        | _claim(trials, null, name)
        | shared
        for name in names
    ]


def _claim(trials: list[Ended], null: list[Ended], name: str) -> dict[str, Any]:
    truth = _mean([t.truth[name] for t in trials])
    claims = [t.verdict.claims[name] for t in trials]
    known = [c for c in claims if math.isfinite(c.estimate)]
    off = [c.estimate - truth for c in known]
    bounded = [c for c in known if math.isfinite(c.low)]
    cover = wilson(sum(c.low <= truth <= c.high for c in bounded), len(bounded))
    error = wilson(sum(t.verdict.claims[name].rejected for t in null), len(null))
    power = wilson(sum(c.rejected for c in claims), len(claims))
    return {
        "effect": _mean([c.estimate for c in known]),
        "effect_se": _error([c.estimate for c in known]),
        **_share("power", power),
        **_share("type_one", error),
        "bias": _mean(off),
        "bias_se": _error(off),
        **_share("coverage", cover),
        "truth": truth,
        "carried": _mean([c.carried for c in claims]),
        "needed": None,
    }


def _wins(trials: list[Ended]) -> Share:
    wins = sum(any(c.rejected for c in t.verdict.claims.values()) for t in trials)
    return wilson(wins, len(trials))


def _early(options: Options, ended: Ended) -> bool:
    design = getattr(options.plan, "design", None)
    looks = len(design.information) if design is not None else 2
    return ended.verdict.reason == "efficacy" and ended.verdict.looks < looks


def _share(name: str, share: Share) -> Mapping[str, float]:
    return {name: share.estimate, f"{name}_low": share.low, f"{name}_high": share.high}


def _mean(values: list[Any]) -> float:
    return float(np.mean(values)) if values else math.nan


def _error(values: list[Any]) -> float:
    if len(values) < 2:
        return math.nan
    return float(np.std(np.asarray(values, dtype=float), ddof=1) / math.sqrt(len(values)))


def with_needed(options: Options, table: pd.DataFrame) -> pd.DataFrame:
    """Fill ``needed`` with the smallest size simulated that reaches the power wanted."""
    out = table.copy()
    out["needed"] = math.nan
    for _, group in table.groupby(["entry", "endpoint", "day", "arm"], sort=False):
        enough = group.loc[group["power"] >= options.power, "patients"]
        if len(enough):
            out.loc[group.index, "needed"] = float(enough.min())
    return out
