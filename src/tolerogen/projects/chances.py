"""Probability of success: public base rates, moved by what was simulated, shown as both.

A base rate is a count: s of n programmes went on. Its uncertainty is the Beta distribution with
Jeffreys' prior, Beta(s + 1/2, n - s + 1/2). A simulated trial says how often it would succeed if
the model were right; how far it is right is another question. So both are pooled in log odds,
logit p = (1 - w) logit p_base + w logit p_simulated (logarithmic opinion pool: Genest C, Zidek JV,
Stat Sci 1986;1:114-135, doi:10.1214/ss/1177013825). The weight w is the project's: 0 leaves the
base rate as it is, 1 believes the model alone.

However many trials are simulated, they are of one model, which was held against 12 arms it did not
know. So they count as 12 at most: more replicates do not make the model surer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tolerogen.projects.evidence import Evidence
from tolerogen.projects.project import Project
from tolerogen.projects.stages import Stage

Floats = npt.NDArray[np.float64]
DRAWS = 20_000
SIMULATED = "phase_2"
"""The transition that a simulated trial speaks about."""
MOST_TRIALS = 12.0
"""Simulated trials count as so many at most: the arms that were predicted (docs/credibility.md)."""
EDGE = 1e-6


@dataclass(frozen=True)
class Step:
    """A transition to the next stage: mean and 90 % interval before and after the simulation.

    Attributes
    ----------
    stage
        Which is left.
    prior, posterior
        Mean, 5 % and 95 %.
    status, source
        Of the base rate.
    simulated
        Successful trials and trials, where there are any; None otherwise.
    """

    stage: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    status: str
    source: str
    simulated: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Chance:
    """From a candidate's stage to launch.

    Attributes
    ----------
    steps
        Each transition that is still to come.
    prior, posterior
        Of a launch: mean, 5 % and 95 %.
    draws
        Posterior draws: steps by draws.
    weight
        Of the simulation.
    """

    steps: tuple[Step, ...]
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    draws: Floats
    weight: float


def chances(
    project: Project,
    stages: Sequence[Stage],
    stage: str,
    evidence: Sequence[Evidence],
    *,
    seed: int = 1,
    draws: int = DRAWS,
) -> Chance:
    """Return the chances of a candidate.

    Parameters
    ----------
    project, stages
        The project's weight, and the base rates.
    stage
        Where the candidate stands.
    evidence
        About it: of the kind ``trial`` the figures ``favourable`` (share of simulated trials whose
        interval excludes no effect on the good side) and ``replicates`` are used.
    seed
        The same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    at = [one.id for one in stages].index(stage)
    steps, before, after = [], [], []
    for one in stages[at:-1]:
        assert one.success is not None  # noqa: S101  # `stages_of` checked it
        rate = one.success
        base = rng.beta(rate.passed + 0.5, rate.of - rate.passed + 0.5, draws)
        drawn = rng.random(draws)  # used or not, so that evidence moves nothing but its own step
        seen = _simulated(evidence) if one.id == SIMULATED else None
        moved = base
        if seen is not None:
            from scipy import stats

            wins, trials = (number * min(1.0, MOST_TRIALS / seen[1]) for number in seen)
            shown = stats.beta.ppf(drawn, wins + 0.5, trials - wins + 0.5)
            moved = pooled(base, shown, project.weight)
        steps.append(Step(one.id, _told(base), _told(moved), rate.status, rate.source, seen))
        before.append(base)
        after.append(moved)
    shape = (len(steps), draws)
    prior = np.prod(np.reshape(before, shape), axis=0)
    posterior = np.reshape(after, shape)
    return Chance(
        tuple(steps), _told(prior), _told(np.prod(posterior, axis=0)), posterior, project.weight
    )


def pooled(base: Floats, simulated: Floats, weight: float) -> Floats:
    """Pool probabilities in log odds.

    Examples
    --------
    >>> float(pooled(np.array([0.4]), np.array([0.9]), 0.0).round(3)[0])
    0.4
    >>> float(pooled(np.array([0.5]), np.array([0.9]), 0.5).round(3)[0])
    0.75
    """
    from scipy.special import expit, logit

    first, second = (logit(np.clip(p, EDGE, 1 - EDGE)) for p in (base, simulated))
    return np.asarray(expit((1 - weight) * first + weight * second))


def _simulated(evidence: Sequence[Evidence]) -> tuple[float, float] | None:
    for one in evidence:
        share, trials = one.figures.get("favourable"), one.figures.get("replicates")
        if one.kind == "trial" and share is not None and trials:
            return share * trials, trials
    return None


def _told(draws: Floats) -> tuple[float, float, float]:
    low, high = np.quantile(draws, [0.05, 0.95])
    return float(draws.mean()), float(low), float(high)
