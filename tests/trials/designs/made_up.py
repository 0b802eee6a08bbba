"""Readings drawn from a normal distribution, so that designs can be held against theory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tolerogen.trials.designs import Plan, Stage, Verdict
from tolerogen.trials.designs.reading import Readings


def readings(
    random: np.random.Generator,
    patients: int,
    arms: Sequence[str] = ("drug", "placebo"),
    effects: dict[str, float] | None = None,
    inside: float = 1.0,
    inside_effect: float = 0.0,
) -> Readings:
    """Return patients in turn on each arm, standard deviation 1."""
    arm = np.resize(np.arange(len(arms)), patients)
    member = random.random(patients) < inside
    shift = np.array([(effects or {}).get(name, 0.0) for name in arms])[arm]
    shift = shift + inside_effect * member * (arm != len(arms) - 1)
    value = random.normal(size=patients) + shift
    return Readings(
        arms=tuple(arms),
        reference=arms[-1],
        arm=arm,
        value=value,
        whole=value,
        covariates=np.empty((patients, 0)),
        share=False,
        inside=member,
        visits=None,
        day=84.0,
        better=1,
    )


def play(plan: Plan, size: int, draw: Callable[[Stage], Readings]) -> Verdict:
    """Run one trial."""
    seen: list[Readings] = []
    step: Stage | Verdict = plan.first(size)
    while isinstance(step, Stage):
        seen.append(draw(step))
        step = plan.then(size, seen)
    return step
