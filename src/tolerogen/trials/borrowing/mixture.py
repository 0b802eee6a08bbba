"""Mixtures of normal distributions: what a belief about a mean is, before and after data.

References
----------
Schmidli H, Gsteiger S, Roychoudhury S, O'Hagan A, Spiegelhalter D, Neuenschwander B, Biometrics
2014;70:1023 (doi:10.1111/biom.12242); Neuenschwander B, Weber S, Schmidli H, O'Hagan A, Biometrics
2020;76:578 (doi:10.1111/biom.13252), effective sample size by expected local information.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from tolerogen.errors import AnalysisError

Array = np.ndarray
POINTS = 4001  # of the integral of an effective sample size
REACH = 10.0  # standard deviations it covers


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of normal distributions.

    Attributes
    ----------
    weights, means, sds
        One a component; the weights sum to 1.
    """

    weights: Array
    means: Array
    sds: Array

    @property
    def mean(self) -> float:
        """Mean."""
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        second = self.weights @ (self.sds**2 + self.means**2)
        return math.sqrt(max(float(second) - self.mean**2, 0.0))

    def density(self, x: Array | float) -> Array:
        """Return the density at each of `x`."""
        z = (np.atleast_1d(x)[:, None] - self.means) / self.sds
        return np.asarray(
            (np.exp(-0.5 * z**2) / (self.sds * math.sqrt(2 * math.pi))) @ self.weights
        )

    def below(self, x: float) -> float:
        """Return the probability of a value below `x`."""
        return float(self.weights @ ndtr((x - self.means) / self.sds))

    def quantile(self, p: float) -> float:
        """Return the value below which the probability is `p`."""
        if not 0 < p < 1:
            raise AnalysisError(f"p is {p:g}; a quantile needs a probability between 0 and 1.")
        reach = REACH * self.sds
        low, high = float((self.means - reach).min()), float((self.means + reach).max())
        return float(brentq(lambda x: self.below(x) - p, low, high, xtol=1e-10))

    def robust(self, weight: float, sd: float, mean: float | None = None) -> Mixture:
        """Give part of the weight to a vague component.

        Parameters
        ----------
        weight
            Probability that history does not apply, often 0.1 to 0.5.
        sd
            Of the vague component; that of one patient is usual (unit information).
        mean
            Of it; that of the mixture when None.
        """
        if not 0 <= weight <= 1 or not sd > 0:
            raise AnalysisError(
                f"a robust prior needs a weight between 0 and 1 and sd above 0; they are "
                f"{weight:g} and {sd:g}."
            )
        centre = self.mean if mean is None else mean
        return Mixture(
            np.append((1 - weight) * self.weights, weight),
            np.append(self.means, centre),
            np.append(self.sds, sd),
        )

    def update(self, mean: float, se: float) -> Mixture:
        """Return the distribution after a mean was observed with its standard error."""
        if not se > 0:
            raise AnalysisError(f"se is {se:g}; a standard error must be above 0.")
        total = self.sds**2 + se**2
        # logarithms: far from every component all likelihoods are zero to the computer
        logs = np.log(np.maximum(self.weights, 1e-300)) - 0.5 * np.log(total)
        logs -= 0.5 * (mean - self.means) ** 2 / total
        weights = np.exp(logs - logs.max())
        share = self.sds**2 / total
        return Mixture(
            weights / weights.sum(),
            self.means + share * (mean - self.means),
            self.sds * np.sqrt(se**2 / total),
        )

    def less_from(self, mean: float, se: float) -> Mixture:
        """Return the distribution of a normal estimate less this mean: active less placebo."""
        return Mixture(self.weights, mean - self.means, np.sqrt(self.sds**2 + se**2))

    def patients(self, sd: float) -> float:
        """Return the effective sample size: how many patients the belief is worth.

        Parameters
        ----------
        sd
            Standard deviation of one patient.
        """
        reach = REACH * self.sds
        x = np.linspace(
            float((self.means - reach).min()), float((self.means + reach).max()), POINTS
        )
        z = (x[:, None] - self.means) / self.sds
        parts = self.weights * np.exp(-0.5 * z**2) / (self.sds * math.sqrt(2 * math.pi))
        density = np.maximum(parts.sum(axis=1), 1e-300)
        slope = (-z / self.sds * parts).sum(axis=1) / density
        bend = ((z**2 - 1) / self.sds**2 * parts).sum(axis=1) / density
        information = slope**2 - bend
        return float(np.trapezoid(density * information, x) * sd**2)
