"""Crossing probabilities of a sequence of test statistics.

At look *k* with information ``I_k`` the statistic ``Z_k`` is normal with mean ``d sqrt(I_k)``, and
``Z sqrt(I)`` has independent increments. The density of a trial still running is carried from
look to look by Gauss-Legendre quadrature over the region of continuation, exact here to more
digits than anybody prints.

References
----------
Armitage P, McPherson CK, Rowe BC, J R Stat Soc A 1969;132:235 (doi:10.2307/2343787);
Jennison C, Turnbull BW, Group Sequential Methods, 2000, chapter 19.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

Array = np.ndarray
NODES, WEIGHTS = np.polynomial.legendre.leggauss(160)
TAIL = 9.0  # standard deviations beyond which nothing is left


@dataclass(frozen=True, eq=False)
class Running:
    """Density of the statistic at a look among trials that go on beyond it.

    Attributes
    ----------
    information
        Information at the look.
    z, mass
        Nodes and the probability each stands for; they sum to that of going on.
    """

    information: float
    z: Array
    mass: Array

    @property
    def probability(self) -> float:
        """Probability of going on."""
        return float(self.mass.sum())


@dataclass(frozen=True)
class Step:
    """From one look to the next under a drift.

    Attributes
    ----------
    before
        Trials still running; None at the first look.
    information
        At the next look; the largest of a design is 1 by custom here.
    drift
        Mean of the statistic at information 1.
    """

    before: Running | None
    information: float
    drift: float

    def above(self, bound: float) -> float:
        """Probability of running up to this look and of a statistic above `bound`."""
        return float(self.tail(np.array([bound]))[0])

    def below(self, bound: float) -> float:
        """Probability of running up to this look and of a statistic at or below `bound`."""
        arrived = 1.0 if self.before is None else self.before.probability
        return arrived - self.above(bound)

    def go_on(self, low: float, high: float) -> Running:
        """Return the density between two bounds."""
        mean = self.drift * np.sqrt(self.information)
        low, high = max(low, mean - TAIL), min(high, mean + TAIL)
        if high <= low:
            return Running(self.information, np.zeros(1), np.zeros(1))
        half = (high - low) / 2.0
        z = low + half * (NODES + 1.0)
        return Running(self.information, z, half * WEIGHTS * self._density(z))

    def tail(self, bound: Array) -> Array:
        """Probability of running up to this look and of a statistic above each of `bound`."""
        if self.before is None:
            return np.asarray(ndtr(self.drift * np.sqrt(self.information) - bound))
        return np.asarray(ndtr(-self._standard(bound)) @ self.before.mass)

    def _density(self, z: Array) -> Array:
        root = np.sqrt(self.information)
        if self.before is None:
            return np.asarray(_normal(z - self.drift * root))
        step = np.sqrt(self.information - self.before.information)
        return np.asarray(_normal(self._standard(z)) @ self.before.mass * root / step)

    def _standard(self, z: Array) -> Array:
        """Increment from every node of the previous look to every `z`, standardised."""
        before = self.before
        if before is None:
            raise AssertionError("the first look has no increment")
        gain = self.information - before.information
        score = z[:, None] * np.sqrt(self.information) - before.z * np.sqrt(before.information)
        return np.asarray((score - self.drift * gain) / np.sqrt(gain))


@dataclass(frozen=True, eq=False)
class Crossing:
    """Probability of leaving at each look, upwards (efficacy) and downwards (futility)."""

    upper: Array
    lower: Array


def crossing(
    information: Sequence[float], upper: Sequence[float], lower: Sequence[float], drift: float
) -> Crossing:
    """Return the probability of crossing each bound first.

    Parameters
    ----------
    information
        At each look, rising; in any unit that `drift` shares.
    upper, lower
        Bounds on the z scale; ``-inf`` for no futility bound.
    drift
        Mean of the statistic at information 1; 0 under the null hypothesis.
    """
    before: Running | None = None
    up, down = [], []
    for info, high, low in zip(information, upper, lower, strict=True):
        step = Step(before, info, drift)
        up.append(step.above(high))
        down.append(step.below(low) if np.isfinite(low) else 0.0)
        before = step.go_on(low, high)
    return Crossing(np.array(up), np.array(down))


def _normal(x: Array) -> Array:
    return np.asarray(np.exp(-0.5 * x**2) / np.sqrt(2.0 * np.pi))
