"""Two interventions together: against their better half, and against independence (Bliss).

Bliss independence asks what two drugs would do that know nothing of each other: of the activity
that the first leaves, the second takes its own share. ``F = 1 - (1 - f_a)(1 - f_b)``, with f the
share of the untreated mean score that a drug takes away. More is synergy, less is overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.targets.mechanism.arms import Progress, Setup, run_arms
from tolerogen.targets.mechanism.interventions import Intervention, settings
from tolerogen.targets.mechanism.margins import MARGINS
from tolerogen.targets.mechanism.simulate import achieved_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.trials.validation.posterior import Posterior

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Between:
    """A mean over parameter sets and its 90 % interval; None with a single set."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Pair:
    """Two interventions together, over parameter sets.

    Attributes
    ----------
    a, b
        Ids of the interventions.
    essdai
        Change of ESSDAI against no drug, points.
    best_single
        The same for the better of the two alone.
    gain
        Pair less better single: negative is a benefit.
    bliss
        Change that independence would give.
    excess
        Pair less Bliss, points: negative is synergy, positive overlap.
    p_better, p_synergy
        Share of parameter sets in which the pair beats its better half, and Bliss.
    esspri, flow
        As `essdai`: points; share of own baseline.
    igg_low, lymphopenia
        Patients pushed below the safety threshold, share.
    """

    a: str
    b: str
    essdai: Between
    best_single: Between
    gain: Between
    bliss: Between
    excess: Between
    p_better: float
    p_synergy: float
    esspri: Between
    flow: Between
    igg_low: Between
    lymphopenia: Between


def combine(
    disease: Disease,
    items: Sequence[Intervention],
    draws: Posterior,
    setup: Setup | None = None,
    *,
    pairs: Sequence[tuple[int, int]] | None = None,
    progress: Progress | None = None,
) -> tuple[Pair, ...]:
    """Simulate pairs of interventions beside the singles, in the same patients.

    Parameters
    ----------
    disease, draws, setup, progress
        As for `simulate_effects`.
    items
        The singles.
    pairs
        Places in `items`; all pairs that turn different handles by default.

    Returns
    -------
    tuple of Pair
        The largest fall of ESSDAI first.

    Raises
    ------
    SpecError
        No pair is left.
    """
    setup = setup or Setup()
    chosen = [
        (i, j)
        for i, j in (pairs if pairs is not None else combinations(range(len(items)), 2))
        if not _handles(items[i]) & _handles(items[j])
    ]
    if not chosen:
        from tolerogen.errors import SpecError

        raise SpecError("no pair is left: the interventions turn the same handles of the model.")
    levels = achieved_levels(items, len(draws.draws), setup.seed)
    arms = []
    for row in levels:
        single = [settings(item, level) for item, level in zip(items, row, strict=True)]
        arms.append([*single, *(single[i] | single[j] for i, j in chosen)])
    run = run_arms(disease, draws, arms, setup, progress)
    means = {name: np.nanmean(values, axis=2) for name, values in run.measures.items()}
    below = {
        name: np.nanmean(run.measures[MARGINS[name].measure] < MARGINS[name].below, axis=2)
        for name in ("igg_low", "lymphopenia")
    }
    found = [
        _pair(items, i, j, 1 + len(items) + place, means, below)
        for place, (i, j) in enumerate(chosen)
    ]
    return tuple(sorted(found, key=lambda pair: pair.essdai.mean))


def _handles(item: Intervention) -> set[str]:
    return {*item.handles, *item.held}


def _pair(
    items: Sequence[Intervention],
    i: int,
    j: int,
    at: int,
    means: dict[str, Array],
    below: dict[str, Array],
) -> Pair:
    score = means["essdai"]
    none, one, other, both = (score[:, place] for place in (0, 1 + i, 1 + j, at))
    independent = none * (one / none) * (other / none)
    best = np.minimum(one, other)
    rest = {name: between(means[name][:, at] - means[name][:, 0]) for name in ("esspri", "flow")}
    risk = {name: between(share[:, at] - share[:, 0]) for name, share in below.items()}
    return Pair(
        a=items[i].id,
        b=items[j].id,
        essdai=between(both - none),
        best_single=between(best - none),
        gain=between(both - best),
        bliss=between(independent - none),
        excess=between(both - independent),
        p_better=float(np.mean(both < best)),
        p_synergy=float(np.mean(both < independent)),
        **rest,
        **risk,
    )


def between(values: Array) -> Between:
    """Summarise a number a parameter set.

    Examples
    --------
    >>> between(np.array([1.0]))
    Between(mean=1.0, low=None, high=None)
    """
    if len(values) < 2:
        return Between(float(values[0]), None, None)
    low, high = np.quantile(values, [0.05, 0.95])
    return Between(float(np.mean(values)), float(low), float(high))
