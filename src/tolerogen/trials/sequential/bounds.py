"""The bounds of a design, look by look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from tolerogen.errors import AnalysisError, choices
from tolerogen.trials.sequential.process import Running, Step, crossing
from tolerogen.trials.sequential.spending import NAMES, SHORT, Spending, spending

SHAPES = ("pocock", "obrien-fleming", "wang-tsiatis", "haybittle-peto")
SHORT_SHAPES = {"p": "pocock", "of": "obrien-fleming", "wt": "wang-tsiatis", "hp": "haybittle-peto"}
HIGHEST = 12.0  # z that stands for never
PETO = 3.0


@dataclass(frozen=True)
class Plan:
    """What the bounds must hold."""

    kind: str
    information: tuple[float, ...]
    alpha: float
    beta: float
    gamma: float | None
    binding: bool

    @property
    def shape(self) -> str | None:
        """Name of the shape of the bounds; None for a spending function."""
        key = SHORT_SHAPES.get(self.kind, self.kind)
        if key in SHAPES:
            return key
        if SHORT.get(key, key) not in NAMES:
            allowed = (*SHAPES, *NAMES)
            raise AnalysisError(f"there are no bounds '{self.kind}'; {choices(key, allowed)}")
        return None

    @property
    def label(self) -> str:
        """Full name."""
        return self.shape or SHORT.get(self.kind, self.kind)


def bounds(
    plan: Plan, drift: float, fixed: Sequence[float] | None, spend: Spending | None
) -> tuple[list[float], list[float]]:
    """Return efficacy bounds, and futility bounds of the interim looks.

    Parameters
    ----------
    drift
        Under which beta is spent.
    fixed
        Futility bounds given.
    spend
        Spending function of beta; None with `fixed` or without futility.
    """
    if plan.shape is not None:
        return _shaped(plan, drift, fixed, spend)
    function = spending(plan.kind, plan.gamma)
    targets = [function.spent(share, plan.alpha) for share in plan.information]
    null, effect = None, None
    upper: list[float] = []
    lower: list[float] = []
    for k, share in enumerate(plan.information):
        under = Step(null, share, 0.0)
        spent = targets[k] - (targets[k - 1] if k else 0.0)
        upper.append(_upper(under, spent))
        if k == len(plan.information) - 1:
            break
        lower.append(_lower(plan, k, Step(effect, share, drift), upper[-1], fixed, spend))
        null = under.go_on(lower[-1] if plan.binding else -math.inf, upper[-1])
        effect = Step(effect, share, drift).go_on(lower[-1], upper[-1])
    return upper, lower


def _upper(step: Step, spent: float) -> float:
    if spent <= step.above(HIGHEST):
        return HIGHEST
    if spent >= step.above(-HIGHEST):  # fewer trials are left than may be stopped
        return -HIGHEST
    return float(brentq(lambda z: step.above(z) - spent, -HIGHEST, HIGHEST, xtol=1e-11))


def _lower(
    plan: Plan,
    look: int,
    step: Step,
    upper: float,
    fixed: Sequence[float] | None,
    spend: Spending | None,
) -> float:
    if fixed is not None:
        if fixed[look] >= upper:
            raise AnalysisError(
                f"the futility bound {fixed[look]:g} of look {look + 1} is not below its efficacy "
                f"bound {upper:.3f}."
            )
        return float(fixed[look])
    if spend is None:
        return -math.inf
    shares = (0.0, *plan.information)
    spent = spend.spent(shares[look + 1], plan.beta) - spend.spent(shares[look], plan.beta)
    if step.below(-HIGHEST) >= spent:
        return -math.inf
    if step.below(upper) <= spent:  # more to spend than is left: end here
        return upper
    return float(brentq(lambda z: step.below(z) - spent, -HIGHEST, upper, xtol=1e-11))


def _shaped(
    plan: Plan, drift: float, fixed: Sequence[float] | None, spend: Spending | None
) -> tuple[list[float], list[float]]:
    """Scale a shape until the type I error is alpha; futility enters only where it binds."""

    def futility(upper: list[float]) -> list[float]:
        running: Running | None = None
        lower: list[float] = []
        for k, share in enumerate(plan.information[:-1]):
            step = Step(running, share, drift)
            lower.append(_lower(plan, k, step, upper[k], fixed, spend))
            running = step.go_on(lower[-1], upper[k])
        return lower

    def excess(scale: float) -> float:
        upper = _shape(plan, scale)
        lower = futility(upper) if plan.binding else [-math.inf] * (len(upper) - 1)
        left = crossing(plan.information, upper, [*lower, -math.inf], 0.0)
        return float(left.upper.sum() - plan.alpha)

    if excess(HIGHEST) > 0:
        raise AnalysisError(
            f"the bounds of '{plan.shape}' spend more than alpha {plan.alpha:g} before the last "
            "look; choose another kind or a larger alpha."
        )
    upper = _shape(plan, float(brentq(excess, 0.5, HIGHEST, xtol=1e-11)))
    return upper, futility(upper)


def _shape(plan: Plan, scale: float) -> list[float]:
    shares = np.array(plan.information)
    if plan.shape == "haybittle-peto":
        return [*([PETO] * (len(shares) - 1)), scale]
    power = {"pocock": 0.5, "obrien-fleming": 0.0}.get(str(plan.shape), plan.gamma)
    if power is None or not 0 <= power <= 0.5:
        raise AnalysisError("bounds 'wang-tsiatis' need gamma between 0 and 0.5, for example 0.25.")
    return [float(z) for z in scale * shares ** (power - 0.5)]
