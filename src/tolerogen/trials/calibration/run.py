"""The calibration from start to posterior.

1. Parameter sets that fill the prior evenly (scrambled Sobol points) go through all trials.
2. Emulators are fitted; chains find roughly where the posterior lies; more sets follow there.
3. Emulators are fitted again on all sets; chains give the posterior.
4. Weights on the sets of the prior, with the simulated outcomes, are a second way to it.
5. The chains are run again without each mechanism in turn, and predict what was left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.calibration.emulator import Emulator, fit
from tolerogen.trials.calibration.forward import Branch, branches
from tolerogen.trials.calibration.inputs import Inputs, Sampling, read_inputs
from tolerogen.trials.calibration.plausible import even_scores
from tolerogen.trials.calibration.result import Calibration, LeftOut
from tolerogen.trials.calibration.sampler import Chains, sample
from tolerogen.trials.calibration.simulated import content, simulate_sets
from tolerogen.trials.calibration.weighting import Proposal, around, weigh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Progress = Callable[[str, int, int], None]
WIDEST = 3.0  # prior SDs of the simulated sets


def calibrate(
    disease: str | Path = "sjogren",
    *,
    folder: str | Path,
    seed: int = 1,
    sets: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Find the posterior of the free parameters of a disease.

    Parameters
    ----------
    disease
        Name or folder; its folder ``calibration`` holds what is free and what was observed.
    folder
        Where simulated sets are kept; a run that was cut goes on from there.
    seed
        Of everything random.
    sets
        Parameter sets from the prior, instead of those of ``settings.toml``; a quarter as many
        again follow around the posterior.
    threads
        Of the engine; never changes a number.
    progress
        Called with (what is being done, done, of).

    Returns
    -------
    Calibration

    Raises
    ------
    SpecError
        Inputs that cannot be read, or do not fit the disease.
    """
    from tolerogen.diseases import load_disease

    inputs = read_inputs(load_disease(disease))
    if sets is not None:
        sizes = replace(inputs.settings.simulation, sets=sets, again=max(sets // 4, 1))
        inputs = replace(inputs, settings=replace(inputs.settings, simulation=sizes))
    tell = progress or (lambda *_: None)
    scores, outcomes, first, proposal = _simulated(inputs, Path(folder), seed, threads, tell)
    emulator = fit(scores, outcomes, seed)
    chains = _sample(inputs, emulator, inputs.settings.sampling, seed, tell, "posterior")
    weighted = weigh(
        scores,
        outcomes,
        emulator.noise,
        inputs.observations,
        inputs.settings.likelihood,
        proposal,
    )
    return Calibration(
        inputs=inputs,
        seed=seed,
        content=content(inputs, seed),
        scores=scores,
        outcomes=outcomes,
        prior_sets=first,
        emulator=emulator,
        chains=chains,
        weighted=weighted,
        left_out=_leave_out(inputs, emulator, seed, tell),
    )


def _simulated(
    inputs: Inputs, folder: Path, seed: int, threads: int | None, tell: Progress
) -> tuple[Array, Array, int, Proposal]:
    sizes = inputs.settings.simulation
    key = content(_any_number(inputs), seed)[:12]
    arms = _once(inputs, seed, tell)
    total = sizes.sets + sizes.again

    def report(before: int) -> Callable[[int], None]:
        return lambda done: tell("simulated sets", before + done, total)

    prior = even_scores(sizes.sets, len(inputs.free), seed, WIDEST)
    found = simulate_sets(
        inputs, arms, prior, folder, key, first=0, threads=threads, done=report(0)
    )
    short = replace(inputs.settings.sampling, steps=1200, burn_in=500)
    rough = _sample(inputs, fit(prior, found, seed), short, seed, tell, "first chains")
    proposal = around(rough.draws, sizes.again / total)
    near = proposal.draw(sizes.again, seed)
    more = simulate_sets(
        inputs, arms, near, folder, key, first=sizes.sets, threads=threads, done=report(sizes.sets)
    )
    return np.concatenate([prior, near]), np.concatenate([found, more]), sizes.sets, proposal


def _any_number(inputs: Inputs) -> Inputs:
    """Return the inputs without the number of sets: a longer run uses the sets of a shorter."""
    sizes = replace(inputs.settings.simulation, sets=0, again=0)
    return replace(inputs, settings=replace(inputs.settings, simulation=sizes))


def _once(inputs: Inputs, seed: int, tell: Progress) -> Callable[[], tuple[Branch, ...]]:
    built: list[tuple[Branch, ...]] = []

    def arms() -> tuple[Branch, ...]:
        if not built:
            tell("recruiting patients", 0, 1)
            built.append(branches(inputs, seed))
            tell("recruiting patients", 1, 1)
        return built[0]

    return arms


def _sample(
    inputs: Inputs,
    emulator: Emulator,
    sampling: Sampling,
    seed: int,
    tell: Progress,
    what: str,
    without: str = "",
) -> Chains:
    return sample(
        emulator,
        inputs.observations,
        inputs.settings.likelihood,
        sampling,
        len(inputs.free),
        seed=seed,
        without=without,
        done=lambda done, total: tell(what, done, total),
    )


def _leave_out(
    inputs: Inputs, emulator: Emulator, seed: int, tell: Progress
) -> tuple[LeftOut, ...]:
    usual = inputs.settings.sampling
    short = replace(usual, steps=max(usual.steps // 2, 2), burn_in=usual.burn_in // 2)
    found = []
    for mechanism in sorted({o.mechanism for o in inputs.observations}):
        chains = _sample(
            inputs, emulator, short, seed, tell, f"without {mechanism}", without=mechanism
        )
        predicted = emulator(chains.draws)
        for i, item in enumerate(inputs.observations):
            if item.mechanism == mechanism and item.kind == "difference":
                mean, sd = float(predicted[:, i].mean()), float(predicted[:, i].std(ddof=1))
                found.append(LeftOut(item, mean, sd))
    return tuple(found)
