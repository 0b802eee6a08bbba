"""From parameter sets to what the calibration trials would have found under each.

Each set has virtual patients of its own, so that an emulator averages over patients as well as
over sets. Sets run together in the native engine, some dozens in a call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import read_endpoints, state_ratios
from tolerogen.errors import SpecError
from tolerogen.trials.calibration.clinic import Pool, read, recruit
from tolerogen.trials.calibration.inputs import Inputs, Observation
from tolerogen.trials.course import arm_model, dose_lists
from tolerogen.trials.validation.design import Design, designs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.engine import Dose, Model
    from tolerogen.trials.spec import Arm

    Array = NDArray[np.float64]

DAILY = 1.0 + 1e-9  # days between doses that are given as an even flow
INNER = ("fold", "falls")  # kinds read from the model and not from the clinic


@dataclass(frozen=True, eq=False)
class Branch:
    """One active arm with its patients, doses and what is asked of it.

    Attributes
    ----------
    arm, model
        What is given; the disease with it.
    pool
        Who may enter.
    doses
        Of each patient of the pool.
    asked
        Place of each observation of this arm among all.
    """

    arm: Arm
    model: Model
    pool: Pool
    doses: tuple[tuple[Dose, ...], ...]
    asked: tuple[int, ...]


def branches(inputs: Inputs, seed: int) -> tuple[Branch, ...]:
    """Build every arm that an observation asks for.

    Raises
    ------
    SpecError
        An observation of an arm that cannot be simulated; it says why.
    """
    found: list[Branch] = []
    pools: dict[object, Pool] = {}
    built, lost = _designs(inputs)
    weeks: dict[object, set[float]] = {}
    wanted: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(inputs.observations):
        key = (item.trial_id, item.arm)
        if key not in built:
            reason = lost.get(key) or lost.get((item.trial_id, "")) or "it is not an active arm"
            raise SpecError(f"data.csv: {item.trial_id}, {item.arm} cannot be simulated: {reason}")
        weeks.setdefault(built[key][0].spec.criteria, set()).add(item.week)
        wanted.setdefault(key, []).append(place)
    everyone = {t.id: t for d, _ in built.values() for t in d.spec.therapies}
    extra = tuple(p for t in everyone.values() for p in t.parameters)
    size = inputs.settings.simulation
    for key, asked in wanted.items():
        design, arm = built[key]
        entry = design.spec.criteria
        if entry not in pools:
            pools[entry] = recruit(
                inputs.disease,
                entry,
                sorted(weeks[entry]),
                extra,
                size=size.pool,
                trials=size.trials,
                seed=seed,
            )
        found.append(_branch(design, arm, pools[entry], asked))
    return tuple(found)


def _designs(
    inputs: Inputs,
) -> tuple[dict[tuple[str, str], tuple[Design, Arm]], dict[tuple[str, str], str]]:
    built: dict[tuple[str, str], tuple[Design, Arm]] = {}
    lost: dict[tuple[str, str], str] = {}
    for trial in inputs.trials:
        made, without = designs(trial, inputs.disease)
        lost |= {(u.trial_id, u.arm or ""): u.reason for u in without}
        for design in made:
            for arm in design.spec.arms:
                if arm.role == "active":
                    built[trial.trial_id, arm.name] = (design, arm)
    return built, lost


def _branch(design: Design, arm: Arm, pool: Pool, asked: Sequence[int]) -> Branch:
    given = dose_lists(design.spec, arm, pool.population.parameters["weight"])
    steady = {doses: evened(doses) for doses in set(given)}
    evenly = tuple(steady[doses] for doses in given)
    return Branch(arm, arm_model(design.spec, arm), pool, evenly, tuple(asked))


def evened(doses: Sequence[Dose]) -> tuple[Dose, ...]:
    """Give what is taken daily or more often as an even flow of the same amount.

    Endpoints follow days and weeks: within-day peaks of a tablet do not reach them, and a solver
    that need not stop twice a day is many times as fast.

    Examples
    --------
    >>> from tolerogen.engine import Dose
    >>> evened([Dose(0.0, 5.0, "depot"), Dose(1.0, 5.0, "depot")])
    (Dose(time=0.0, amount=10.0, into='depot', duration=2.0),)
    """
    kept: list[Dose] = []
    for place in dict.fromkeys(dose.into for dose in doses):
        mine = [dose for dose in doses if dose.into == place]
        times = np.array([dose.time for dose in mine])
        often = (
            len(mine) > 1 and np.diff(times).max() <= DAILY and not any(d.duration for d in mine)
        )
        if often:
            span = float(times[-1] - times[0] + np.diff(times).mean())
            total = sum(dose.amount for dose in mine)
            kept.append(replace(mine[0], amount=total, duration=span))
        else:
            kept += mine
    return tuple(sorted(kept, key=lambda dose: dose.time))


def outcomes(
    inputs: Inputs,
    arms: Sequence[Branch],
    scores: Array,
    *,
    first: int = 0,
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Array:
    """Simulate parameter sets and return what each observation would have been.

    Parameters
    ----------
    scores
        Standard normal scores of the free parameters, shape (sets, free).
    first
        Number of the first set: set i takes the patients of its number in turn.
    done
        Called with the number of patients simulated so far.

    Returns
    -------
    ndarray
        Shape (sets, observations): mean over the patients; the logarithm of the fold change for
        the kinds ``fold`` and ``falls``.
    """
    size = inputs.settings.simulation.patients
    values = inputs.values(scores)
    found = np.full((len(scores), len(inputs.observations)), np.nan)
    count = 0
    for branch in arms:
        places = _places(len(branch.pool), len(scores), size, first)
        table = _patients(branch, inputs, values, places)
        found[:, list(branch.asked)] = _find(inputs, branch, table, places, size, threads)
        count += len(places)
        if done is not None:
            done(count)
    return found


def _places(pool: int, sets: int, size: int, first: int) -> NDArray[np.intp]:
    """Return the places in the pool of each set's patients, set after set."""
    start = (first + np.arange(sets)) * size
    return np.asarray((start[:, None] + np.arange(size)).ravel() % pool, dtype=np.intp)


def _patients(
    branch: Branch, inputs: Inputs, values: Array, places: NDArray[np.intp]
) -> pd.DataFrame:
    """Return the parameters of the patients, moved from the typical values to those of the sets."""
    known = set(branch.model.parameters.index)
    table = branch.pool.population.parameters
    table = table[[c for c in table if c in known or c == "weight"]].iloc[places]
    table = table.reset_index(drop=True)
    each = len(places) // len(values)
    typical = {p.id: p.value for p in inputs.disease.parameters}
    moved = {}
    for i, item in enumerate(inputs.free):
        now, center = np.repeat(values[:, i], each), np.array(typical[item.parameter])
        if item.parameter not in table:
            moved[item.parameter] = now
            continue
        before = table[item.parameter].to_numpy()
        if item.scale == "log":
            moved[item.parameter] = before * now / center
        else:
            logit = _logit(before) + _logit(now) - _logit(center)
            moved[item.parameter] = 1 / (1 + np.exp(-logit))
    return table.assign(**moved)


def _logit(share: Array) -> Array:
    return np.asarray(np.log(share / (1 - share)))


def _find(
    inputs: Inputs,
    branch: Branch,
    table: pd.DataFrame,
    places: NDArray[np.intp],
    size: int,
    threads: int | None,
) -> Array:
    from tolerogen.engine import simulate

    asked = [inputs.observations[i] for i in branch.asked]
    inner = {o.measure for o in asked if o.kind in INNER}
    clinical = read_endpoints(inputs.disease.folder).observables
    names = list(dict.fromkeys((*clinical, *sorted(inner))))
    days = 7.0 * np.array(branch.pool.weeks)
    last = 7.0 * max(o.week for o in asked)
    days = days[days <= last]
    data = simulate(
        branch.model,
        table,
        [branch.doses[i] for i in places],
        days,
        observables=names,
        threads=threads,
    )
    ratios = state_ratios(data, tuple(names), 7.0 * np.array(branch.pool.weeks).clip(max=last / 7))
    visits = [o for o in asked if o.kind not in INNER]
    by_patient = read(branch.pool, places, ratios, visits) if visits else np.empty((0, len(places)))
    rows = iter(by_patient)
    found = [_inner(branch, ratios, o) if o.kind in INNER else next(rows) for o in asked]
    sets = np.array(found).reshape(len(asked), -1, size)
    return np.asarray(np.nanmean(sets, axis=2).T)


def _inner(branch: Branch, ratios: dict[str, Array], item: Observation) -> Array:
    visit = branch.pool.weeks.index(item.week)
    return np.asarray(np.log(np.maximum(ratios[item.measure][:, visit], 1e-6)))
