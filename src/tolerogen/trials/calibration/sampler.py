"""Markov chains over the free parameters, and how many independent draws they are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.calibration.emulator import Emulator
from tolerogen.trials.calibration.inputs import Likelihood, Observation, Sampling
from tolerogen.trials.calibration.likelihood import log_likelihoods
from tolerogen.trials.calibration.threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TOLD = 50  # steps between two words on the progress
FURTHEST = 4.0  # prior SDs: beyond, a polynomial is not to be trusted


@dataclass(frozen=True, eq=False)
class Chains:
    """Draws of the posterior.

    Attributes
    ----------
    draws
        Scores of the free parameters, equal weight, shape (draws, free).
    effective
        Effective sample size of the chains (the least over the parameters).
    accepted
        Mean share of accepted moves.
    """

    draws: Array
    effective: float
    accepted: float


def sample(
    emulator: Emulator,
    observations: Sequence[Observation],
    likelihood: Likelihood,
    sampling: Sampling,
    free: int,
    *,
    seed: int,
    without: str = "",
    done: Callable[[int, int], None] | None = None,
) -> Chains:
    """Sample the posterior with emcee (affine-invariant ensemble, differential evolution moves).

    Parameters
    ----------
    without
        Mechanism whose observations are left out.
    done
        Called with (steps done, steps in all).

    References
    ----------
    Foreman-Mackey et al., PASP 2013;125:306; ter Braak and Vrugt, Stat Comput 2008;18:435.
    """
    counted = np.array([item.mechanism != without for item in observations])

    def log_posterior(scores: Array) -> Array:
        fit = log_likelihoods(emulator(scores), observations, likelihood)[:, counted].sum(axis=1)
        far = np.abs(scores).max(axis=1) > FURTHEST
        return np.where(far, -np.inf, fit - 0.5 * (scores**2).sum(axis=1))

    rng = np.random.default_rng(seed)
    start = np.clip(rng.standard_normal((sampling.walkers, free)), -2.0, 2.0)
    chain, accepted = walk(
        log_posterior, start, sampling.steps, sampling.burn_in, seed=seed, many=True, done=done
    )
    flat = chain.reshape(-1, free)
    kept = flat[rng.choice(len(flat), size=sampling.draws, replace=False)]
    return Chains(kept, effective_size(chain), accepted)


def walk(
    log_posterior: Callable[[Array], Array],
    start: Array,
    steps: int,
    burn_in: int,
    *,
    seed: int,
    many: bool = False,
    done: Callable[[int, int], None] | None = None,
) -> tuple[Array, float]:
    """Run an ensemble of walkers.

    Parameters
    ----------
    log_posterior
        Of scores (sets, parameters), shape (sets,).
    start
        Where the walkers start, shape (walkers, parameters).
    steps, burn_in
        Steps of each; those that are dropped from the front.
    many
        Whether there are many parameters: moves of differential evolution beside the stretch move.
    done
        Called with (steps done, steps in all).

    Returns
    -------
    chain, accepted
        Shape (steps, walkers, parameters); mean share of accepted moves.
    """
    import emcee

    moves = [
        (emcee.moves.DEMove(), 0.6),
        (emcee.moves.DESnookerMove(), 0.1),
        (emcee.moves.StretchMove(), 0.3),
    ]
    sampler = emcee.EnsembleSampler(
        *start.shape, log_posterior, moves=moves if many else None, vectorize=True
    )
    sampler.random_state = np.random.RandomState(seed).get_state()
    with one_thread():
        for step, _ in enumerate(sampler.sample(start, iterations=steps), start=1):
            if done is not None and (step % TOLD == 0 or step == steps):
                done(step, steps)
    return sampler.get_chain(discard=burn_in), float(np.mean(sampler.acceptance_fraction))


def effective_size(chain: Array) -> float:
    """Return how many independent draws chains are worth, by their worst parameter."""
    import logging

    import emcee

    logging.getLogger("emcee.autocorr").setLevel(logging.ERROR)  # the size is reported anyway
    longest = float(np.max(emcee.autocorr.integrated_time(chain, quiet=True)))
    return float(chain.shape[0] * chain.shape[1] / longest)
