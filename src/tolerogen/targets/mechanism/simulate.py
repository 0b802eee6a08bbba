"""Effects of every intervention: what each molecule achieves, against no drug."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.patients.streams import normals
from tolerogen.targets.endotypes import with_endotypes
from tolerogen.targets.mechanism.arms import Progress, Run, Setup, run_arms
from tolerogen.targets.mechanism.effects import CHANGES, Effects
from tolerogen.targets.mechanism.interventions import Intervention, Refused, settings
from tolerogen.targets.mechanism.margins import MARGINS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.trials.validation.posterior import Posterior

    Array = NDArray[np.float64]

LEVELS = ("igg_level", "lymphocytes")


def simulate_effects(
    disease: Disease,
    items: Sequence[Intervention],
    draws: Posterior,
    setup: Setup | None = None,
    *,
    refused: Sequence[Refused] = (),
    progress: Progress | None = None,
) -> Effects:
    """Simulate interventions in the same patients under every parameter set.

    Parameters
    ----------
    disease
        The disease, with the handles that the interventions turn.
    items
        From `interventions`.
    draws
        Parameter sets. Each has its own molecules too: what one achieves is drawn from the range
        of the intervention; the first draw has the typical ones.
    setup
        Who is treated, and when they are seen.
    refused
        Kept in the result.
    progress
        Called with (patient courses done, all).

    Raises
    ------
    SpecError
        Nothing to simulate, or a draw names an unknown parameter.
    """
    setup = setup or Setup()
    levels = achieved_levels(items, len(draws.draws), setup.seed)
    arms = [
        [settings(item, level) for item, level in zip(items, row, strict=True)] for row in levels
    ]
    run = run_arms(disease, draws, arms, setup, progress)
    return Effects(
        interventions=tuple(items),
        refused=tuple(refused),
        measures={name: run.changes(name) for name in CHANGES}
        | {name: run.measures[name][:, 1:] for name in LEVELS},
        untreated={name: values[:, 0] for name, values in run.measures.items()},
        margins=_margins(run),
        patients=with_endotypes(disease, run.people, setup.seed),
        day=setup.day,
        draws=draws.source,
        criteria=tuple(str(c) for c in setup.criteria),
        seed=setup.seed,
        failed=run.failed,
    )


def achieved_levels(items: Sequence[Intervention], draws: int, seed: int) -> Array:
    """Draw what molecules achieve, shape (draws, interventions); the first row is typical."""
    indices = np.arange(draws, dtype=np.int64)
    columns = [item.levels(normals(seed, f"level/{item.id}", indices)[:, 0]) for item in items]
    levels = np.stack(columns, axis=1)
    levels[0] = [item.level for item in items]
    return levels


def _margins(run: Run) -> dict[str, Array]:
    found = {}
    for name, margin in MARGINS.items():
        values = run.measures[margin.measure]
        below = np.where(np.isnan(values), np.nan, values < margin.below)
        share = np.nanmean(below, axis=2)
        found[name] = np.asarray(share[:, 1:] - share[:, :1])
    return found
