"""Simulate every way of entry, with and without effect, and rate every option."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tolerogen.errors import AnalysisError
from tolerogen.trials.course import Backend, Engine, Progress
from tolerogen.trials.planning.options import Entry, Options
from tolerogen.trials.planning.result import DesignResult
from tolerogen.trials.planning.simulate import pieces
from tolerogen.trials.proportions import wilson
from tolerogen.trials.scale import crew
from tolerogen.trials.sequential.size import sample_size_means, sample_size_proportions

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client


KEYS = ["endpoint", "day", "patients", "arm"]
LARGEST = 100_000  # patients; more is no trial


def explore(
    options: Options,
    progress: Progress | None = None,
    backend: Backend = "native",
    threads: int | None = None,
    client: Client | None = None,
) -> DesignResult:
    """Simulate what is open in a design and rate every option.

    Parameters
    ----------
    options
        From `load_options`.
    progress
        Called with (patients simulated, patients in all); an exception it raises cancels the run.
    backend, threads
        Of the engine.
    client
        A ``dask.distributed.Client`` whose workers do the run; as for `run_trial`.

    Returns
    -------
    DesignResult
        One row an entry, endpoint, visit, arm and size.

    Raises
    ------
    SpecError, SimulationError
        What the rooms below refuse.
    """
    import pandas as pd

    if options.plan is not None:
        return _staged(options, progress, backend, threads, client)
    each = options.spec.patients * options.replicates
    total, tables = each * 2 * len(options.entries), []
    if progress is not None:
        progress(0, total)
    workers = crew(Engine(backend, threads, progress), total, client)
    step = workers.step(options.spec.patients, options.replicates)
    for entry in options.entries:
        way = replace(options, spec=replace(options.spec, criteria=entry.criteria))
        plan = [*pieces(way, False, step), *pieces(way, True, step)]
        done = dict(workers.each(way, plan))
        effect, null = (
            pd.DataFrame(
                [row for k, piece in enumerate(plan) if piece.null == side for row in done[k]]
            )
            for side in (False, True)
        )
        quiet = Engine(backend, threads)
        table = _assured(options, entry, _rate(options, effect, null), quiet, client)
        tables.append(table.assign(entry=entry.name))
    table = pd.concat(tables, ignore_index=True)
    return DesignResult(options, table[["entry", *[c for c in table if c != "entry"]]])


def _staged(
    options: Options,
    progress: Progress | None,
    backend: Backend,
    threads: int | None,
    client: Client | None,
) -> DesignResult:
    import pandas as pd

    from tolerogen.trials.designs.rate import rate_plan, with_needed

    engine = Engine(backend, threads, None if progress is None else _counting(progress))
    tables = []
    for entry in options.entries:
        table = _assured(options, entry, rate_plan(options, entry, engine, client), engine, client)
        tables.append(table.assign(entry=entry.name))
    table = with_needed(options, pd.concat(tables, ignore_index=True))
    return DesignResult(options, table[["entry", *[c for c in table if c != "entry"]]])


def _assured(
    options: Options, entry: Entry, table: pd.DataFrame, engine: Engine, client: Client | None
) -> pd.DataFrame:
    """Add the probability of success over a posterior, where there is one."""
    if options.posterior is None:
        return table
    from tolerogen.trials.planning.assurance import assurance

    return table.merge(assurance(options, entry, engine, client), on=KEYS, how="left")


def _counting(progress: Progress) -> Progress:
    """Count on, however many patients the looks will ask for."""
    state = {"base": 0, "last": 0}

    def report(done: int, total: int) -> None:
        if done < state["last"]:
            state["base"] += state["last"]
        state["last"] = done
        progress(state["base"] + done, state["base"] + total)

    return report


def _rate(options: Options, effect: pd.DataFrame, null: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    under = dict(list(null.groupby(KEYS, sort=False)))
    largest = effect[effect["patients"] == options.sizes[-1]]
    plans = {
        key: (group["whole"].mean(), _needed(options, group))
        for key, group in largest.groupby(["endpoint", "day", "arm"], sort=False)
    }
    out = []
    for key, group in effect.groupby(KEYS, sort=False):
        endpoint, day, _, arm = key
        truth, needed = plans[endpoint, day, arm]
        out.append(
            dict(zip(KEYS, key, strict=True))
            | _characteristics(group, truth)
            | _type_one(under[key])
            | {"needed": needed}
        )
    return pd.DataFrame(out)


def _characteristics(group: pd.DataFrame, truth: float) -> dict[str, Any]:
    known = group.dropna(subset=["estimate", "low", "high"])
    count = len(known)
    power = wilson(int((known["low"] > 0).sum()), count)
    cover = wilson(int(((known["low"] <= truth) & (known["high"] >= truth)).sum()), count)
    off = known["estimate"] - known["whole"]
    return {
        "trials": count,
        "effect": float(known["estimate"].mean()),
        "effect_se": float(known["estimate"].std() / math.sqrt(count)) if count > 1 else math.nan,
        "power": power.estimate,
        "power_low": power.low,
        "power_high": power.high,
        "bias": float(off.mean()),
        "bias_se": float(off.std() / math.sqrt(count)) if count > 1 else math.nan,
        "coverage": cover.estimate,
        "coverage_low": cover.low,
        "coverage_high": cover.high,
    }


def _type_one(group: pd.DataFrame) -> dict[str, Any]:
    known = group.dropna(subset=["estimate", "low", "high"])
    error = wilson(int((known["low"] > 0).sum()), len(known))
    return {"type_one": error.estimate, "type_one_low": error.low, "type_one_high": error.high}


def _needed(options: Options, group: pd.DataFrame) -> int | None:
    """Patients randomised to all arms for the power wanted, one comparison with the reference."""
    spec, arm = options.spec, group["arm"].iloc[0]
    shares = {a.name: a.share for a in spec.arms}
    control = shares[spec.reference.name] if spec.reference else 1
    ratio, pair = shares[arm] / control, shares[arm] + control
    errors = {"alpha": options.alpha, "beta": 1 - options.power, "ratio": ratio}
    effect, spread = group["estimate"].mean(), group["estimate"].std()
    if not effect > 2 * spread / math.sqrt(len(group)):  # not told apart from none
        return None
    try:
        if group["sd"].notna().any():
            both = sample_size_means(effect, float(group["sd"].mean()), **errors)
        else:
            both = sample_size_proportions(
                float(group["active"].mean()), float(group["control"].mean()), **errors
            )
    except AnalysisError:
        return None
    patients = both * sum(shares.values()) / pair / float(group["stayed"].mean())
    block = spec.block
    return math.ceil(patients / block) * block if patients < LARGEST else None
