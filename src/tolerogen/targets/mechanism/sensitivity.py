"""Which nodes, and which uncertain strengths, move the score: Sobol' and Morris through SALib.

Sobol' indices split the variance of the mean ESSDAI among inputs: the first-order index is what an
input explains alone, the total index what it explains with all its company. Morris' elementary
effects rank many inputs for little money: mu* is the mean size of an effect, sigma its
unevenness. Intervals are SALib's bootstrap.

Sobol 2001 (doi:10.1016/S0378-4754(00)00270-6); Saltelli 2010 (doi:10.1016/j.cpc.2009.09.018);
Morris 1991 (doi:10.1080/00401706.1991.10484804).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.patients import screen
from tolerogen.targets.mechanism.arms import Setting, Setup, run_arms
from tolerogen.targets.mechanism.draws import arrow_range, arrows
from tolerogen.targets.mechanism.interventions import Intervention, settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease

    Array = NDArray[np.float64]
    Evaluate = Callable[[Array], Array]

BATCH = 400  # arms that go to the engine at once


@dataclass(frozen=True)
class Index:
    """Sensitivity of the mean change of ESSDAI to one input.

    Attributes
    ----------
    first, total
        Sobol' indices.
    first_half, total_half
        Half-widths of their 95 % bootstrap intervals.
    """

    name: str
    first: float
    first_half: float
    total: float
    total_half: float


@dataclass(frozen=True)
class Elementary:
    """Morris' measures of one input, points of ESSDAI over its range.

    Attributes
    ----------
    mu_star
        Mean size of the elementary effects; `half` is half of its 95 % bootstrap interval.
    mu
        Their mean with sign: positive raises the score.
    sigma
        Their standard deviation: bends and company.
    """

    name: str
    mu_star: float
    half: float
    mu: float
    sigma: float


def sobol_indices(
    names: Sequence[str],
    bounds: Sequence[tuple[float, float]],
    evaluate: Evaluate,
    base: int = 64,
    seed: int = 1,
) -> tuple[Index, ...]:
    """Estimate Sobol' indices of a function of independent uniform inputs.

    Parameters
    ----------
    names, bounds
        Of the inputs.
    evaluate
        Takes inputs of shape (runs, inputs), returns outputs of shape (runs,).
    base
        Size of the base sample, a power of 2; ``base * (inputs + 2)`` runs are made.
    seed
        Of the sample and the bootstrap.

    Returns
    -------
    tuple of Index
        The largest total index first.

    Raises
    ------
    SpecError
        `base` is not a power of 2.
    """
    if base < 2 or base & (base - 1):
        raise SpecError(f"the base sample of Sobol' indices is {base}; give a power of 2.")
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    problem = _problem(names, bounds)
    sample = sampling.sample(problem, base, calc_second_order=False, seed=seed)
    outputs = evaluate(sample)
    if np.ptp(outputs) == 0:
        return tuple(Index(name, 0.0, 0.0, 0.0, 0.0) for name in names)
    found = analysis.analyze(problem, outputs, calc_second_order=False, seed=seed)
    columns = (found[k] for k in ("S1", "S1_conf", "ST", "ST_conf"))
    rows = [Index(n, *map(float, values)) for n, *values in zip(names, *columns, strict=True)]
    return tuple(sorted(rows, key=lambda row: -row.total))


def morris_effects(
    names: Sequence[str],
    bounds: Sequence[tuple[float, float]],
    evaluate: Evaluate,
    trajectories: int = 10,
    seed: int = 1,
) -> tuple[Elementary, ...]:
    """Estimate Morris' elementary effects on four levels.

    Parameters
    ----------
    names, bounds, evaluate, seed
        As for `sobol_indices`.
    trajectories
        Walks through the inputs; each costs ``inputs + 1`` runs.

    Returns
    -------
    tuple of Elementary
        The largest mu* first.
    """
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    problem = _problem(names, bounds)
    sample = sampling.sample(problem, trajectories, num_levels=4, seed=seed)
    found = analysis.analyze(problem, sample, evaluate(sample), num_levels=4, seed=seed)
    columns = (found[k] for k in ("mu_star", "mu_star_conf", "mu", "sigma"))
    rows = [Elementary(n, *map(float, values)) for n, *values in zip(names, *columns, strict=True)]
    return tuple(sorted(rows, key=lambda row: -row.mu_star))


def node_sensitivity(
    disease: Disease, items: Sequence[Intervention], setup: Setup, base: int = 64
) -> tuple[Index, ...]:
    """Ask which nodes matter when all are held to some share at once.

    Each intervention's level runs evenly from nothing to what it achieves; inputs are the
    levels, the output is the mean change of ESSDAI.

    Returns
    -------
    tuple of Index
        Named by intervention.
    """
    from tolerogen.trials.validation.posterior import Posterior

    people = screen(disease, setup.patients, seed=setup.seed, criteria=list(setup.criteria))
    typical = Posterior()

    def evaluate(sample: Array) -> Array:
        parts = []
        for start in range(0, len(sample), BATCH):
            arms = [_together(items, row) for row in sample[start : start + BATCH]]
            run = run_arms(disease, typical, [arms], setup, people=people)
            parts.append(np.nanmean(run.changes("essdai")[0], axis=1))
        return np.concatenate(parts)

    names = [item.id for item in items]
    bounds = [(0.0, item.level) for item in items]
    return sobol_indices(names, bounds, evaluate, base, setup.seed)


def strength_sensitivity(
    disease: Disease,
    item: Intervention,
    setup: Setup,
    trajectories: int = 10,
    strengths: Sequence[str] | None = None,
) -> tuple[Elementary, ...]:
    """Ask which uncertain arrow strengths the effect of an intervention hangs on.

    Each strength runs over the central 90 % of the prior (`draws.prior`); what the molecule
    achieves runs over its own range.

    Parameters
    ----------
    strengths
        Only these parameters; every arrow that was not measured by default.

    Returns
    -------
    tuple of Elementary
        Named by parameter; the molecule is ``level``.
    """
    from tolerogen.trials.validation.posterior import Posterior

    varied = [p for p in arrows(disease) if strengths is None or p.id in strengths]
    people = screen(disease, setup.patients, seed=setup.seed, criteria=list(setup.criteria))
    names = [*(p.id for p in varied), "level"]
    bounds = [*(arrow_range(p) for p in varied), (item.low, item.high)]

    def evaluate(sample: Array) -> Array:
        draws = Posterior(
            tuple(dict(zip(names[:-1], map(float, row[:-1]), strict=True)) for row in sample)
        )
        arms = [[settings(item, float(row[-1]))] for row in sample]
        run = run_arms(disease, draws, arms, setup, people=people)
        return np.asarray(np.nanmean(run.changes("essdai")[:, 0], axis=1))

    return morris_effects(names, bounds, evaluate, trajectories, setup.seed)


def _together(items: Sequence[Intervention], levels: Array) -> Setting:
    """Hold all nodes at once; interventions that share a handle act independently on it."""
    joined: dict[str, float] = {}
    for item, level in zip(items, levels, strict=True):
        for name, value in settings(item, float(level)).items():
            if item.scale == "rate" and name in item.handles:
                joined[name] = joined.get(name, 0.0) + value
            else:
                joined[name] = 1.0 - (1.0 - joined.get(name, 0.0)) * (1.0 - value)
    return joined


def _problem(names: Sequence[str], bounds: Sequence[tuple[float, float]]) -> Mapping[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [list(b) for b in bounds]}
