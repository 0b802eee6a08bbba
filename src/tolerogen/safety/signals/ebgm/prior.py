"""The prior of the gamma-Poisson shrinker: a mixture of two gamma distributions.

The true relative reporting ratio λ of a pair is drawn from gamma(α₁, β₁) with probability p and
from gamma(α₂, β₂) otherwise (β a rate); the count is Poisson with mean λE. DuMouchel W, Am Stat
1999;53:177-190, doi:10.1080/00031305.1999.10474456.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.safety.signals.counts import Floats


@dataclass(frozen=True)
class Prior:
    """Hyperparameters. Component 1 is the one with the larger mean, after a fit.

    Attributes
    ----------
    alpha1, beta1, alpha2, beta2
        Shape and rate of each gamma component, positive.
    p
        Share of component 1, between 0 and 1.
    """

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    p: float

    def __post_init__(self) -> None:
        shapes = np.array(astuple(self)[:4])
        if not (np.isfinite(shapes).all() and (shapes > 0).all() and 0 <= self.p <= 1):
            raise SpecError(
                f"Hyperparameters must be alpha1, beta1, alpha2, beta2 > 0 and 0 <= p <= 1, "
                f"in this order; they are {', '.join(f'{x:g}' for x in astuple(self))}."
            )

    @property
    def mean(self) -> float:
        """Return the mean of λ."""
        return self.p * self.alpha1 / self.beta1 + (1 - self.p) * self.alpha2 / self.beta2

    def ordered(self) -> Prior:
        """Put the component with the larger mean first."""
        if self.alpha1 / self.beta1 >= self.alpha2 / self.beta2:
            return self
        return Prior(self.alpha2, self.beta2, self.alpha1, self.beta1, 1 - self.p)


def read_prior(text: str) -> Prior:
    """Read ``a1,b1,a2,b2,p``.

    Raises
    ------
    SpecError
        When there are not five numbers, or they are out of range.

    Examples
    --------
    >>> read_prior("0.2,0.1,2,4,0.33").alpha2
    2.0
    """
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 5:
        raise SpecError(f"hyperparameters: '{text}' must be five numbers: a1,b1,a2,b2,p.")
    return Prior(*numbers)


def to_free(prior: Prior) -> Floats:
    """Map a prior to five unbounded numbers: logs, and the log-odds of p."""
    p = min(max(prior.p, 1e-15), 1 - 1e-15)
    shapes = np.log([prior.alpha1, prior.beta1, prior.alpha2, prior.beta2])
    return np.append(shapes, np.log(p) - np.log1p(-p))


def from_free(free: Floats) -> Prior:
    """Map five unbounded numbers back to a prior."""
    a1, b1, a2, b2 = (float(x) for x in np.exp(np.clip(free[:4], -300, 300)))
    return Prior(a1, b1, a2, b2, float(1 / (1 + np.exp(-free[4]))))
