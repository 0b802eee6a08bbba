"""Three likelihoods of the counts under the prior, with exact gradients.

Given the prior, a count is a mixture of two negative binomials. They differ in what is done about
the cells nobody reported:

``zeros``
    They are data: a cell with expected count E and no report says that λ is not large. The default.
``joint``
    Only cells with a report are data, and the whole mixture is conditioned on that (vigipy).
``component``
    Each component is conditioned by itself and then mixed (openEBGM, PhViD). The share p then is
    the share among reported pairs, and what is fitted is another prior than the one that scores.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special

from tolerogen.errors import SpecError, choices
from tolerogen.safety.signals.counts import Floats

Form = Literal["zeros", "component", "joint"]
FORMS: tuple[Form, ...] = get_args(Form)

Objective = Callable[[Floats], tuple[float, Floats]]


def check_form(form: str) -> Form:
    """Return `form` if there is such a likelihood.

    Raises
    ------
    SpecError
        When there is not.
    """
    for known in FORMS:
        if form == known:
            return known
    raise SpecError(f"EBGM form '{form}': {choices(form, FORMS)}")


@dataclass(frozen=True)
class Points:
    """What a prior is fitted to: counts and expected counts, with weights.

    Attributes
    ----------
    n, expected
        Count and expected count of each point. A squashed point may have a count that is a mean.
    weight
        How many cells the point stands for.
    exact
        Whether the points are the cells themselves, none merged with a neighbour.
    """

    n: Floats
    expected: Floats
    weight: Floats
    exact: bool = True

    def __len__(self) -> int:
        return len(self.n)

    @property
    def cells(self) -> float:
        """Return how many cells the points stand for."""
        return float(self.weight.sum())


def negative_log_likelihood(points: Points, form: Form) -> Objective:
    """Give the function of the free parameters (`prior.to_free`) that a fit minimises.

    Returns
    -------
    Callable
        Free parameters to value and gradient.
    """
    counts, which = np.unique(points.n, return_inverse=True)
    constant = -special.gammaln(points.n + 1) + points.n * np.log(points.expected)
    truncate = form == "component"

    def objective(free: Floats) -> tuple[float, Floats]:
        shape = np.exp(np.clip(free[:4], -300, 300))
        log_p, log_q = -np.logaddexp(0, -free[4]), -np.logaddexp(0, free[4])
        one = _component(points, counts, which, constant, shape[0], shape[1], truncate)
        two = _component(points, counts, which, constant, shape[2], shape[3], truncate)
        mixed = np.logaddexp(log_p + one[0], log_q + two[0])
        share = np.exp(log_p + one[0] - mixed)
        p = np.exp(log_p)
        slope = np.array(
            [share * one[1], share * one[2], (1 - share) * two[1], (1 - share) * two[2], share - p]
        )
        if form == "joint":
            mixed, slope = _condition(points, shape, p, mixed, slope)
        return -float(points.weight @ mixed), -(slope @ points.weight)

    return objective


def _component(
    points: Points,
    counts: Floats,
    which: np.ndarray,
    constant: Floats,
    a: float,
    b: float,
    truncate: bool,
) -> tuple[Floats, Floats, Floats]:
    """Log density of one component, and its slopes in log a and log b."""
    total = b + points.expected
    log_odds = -np.log1p(points.expected / b)  # log of b / (b + E)
    steps = (special.gammaln(a + counts) - special.gammaln(a))[which]
    log_f = constant + steps + a * log_odds - points.n * np.log(total)
    by_a = a * ((special.psi(a + counts) - special.psi(a))[which] + log_odds)
    by_b = (a * points.expected - points.n * b) / total
    if truncate:
        log_zero = a * log_odds
        odds = np.exp(log_zero) / -np.expm1(log_zero)  # f(0) / (1 - f(0))
        log_f = log_f - np.log(-np.expm1(log_zero))
        by_a = by_a + odds * log_zero
        by_b = by_b + odds * a * points.expected / total
    return log_f, by_a, by_b


def _condition(
    points: Points, shape: Floats, p: float, mixed: Floats, slope: Floats
) -> tuple[Floats, Floats]:
    """Condition the mixture on a count above zero."""
    a1, b1, a2, b2 = shape
    e = points.expected
    log1, log2 = -a1 * np.log1p(e / b1), -a2 * np.log1p(e / b2)
    seen1, seen2 = -np.expm1(log1), -np.expm1(log2)
    seen = p * seen1 + (1 - p) * seen2
    one, two = p * np.exp(log1) / seen, (1 - p) * np.exp(log2) / seen
    extra = np.array(
        [
            one * log1,
            one * a1 * e / (b1 + e),
            two * log2,
            two * a2 * e / (b2 + e),
            -p * (1 - p) * (seen1 - seen2) / seen,
        ]
    )
    return mixed - np.log(seen), slope + extra
