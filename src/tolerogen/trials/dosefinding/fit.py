"""Fit a dose-response shape by least squares.

Linear effects are solved for exactly at every value of the parameters that bend the curve, so
that only one or two numbers are searched for: over a grid first, then by Newton's kind of steps.

References
----------
Golub GH, Pereyra V, Inverse Probl 2003;19:R1 (doi:10.1088/0266-5611/19/2/201), variable
projection.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.stats import t

from tolerogen.errors import AnalysisError
from tolerogen.trials.dosefinding.shapes import Shape, shape

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
GRID = 25  # values a parameter tried first


@dataclass(frozen=True, eq=False)
class DoseFit:
    """A fitted dose response.

    Attributes
    ----------
    shape
        What was fitted.
    linear
        ``e0``, ``e1`` (and the squared term of ``quadratic``).
    bent
        Parameters of the curve.
    variance, df
        Residual variance and its degrees of freedom.
    rss, count
        Residual sum of squares, number of values.
    doses
        Doses of the data, one a value.
    on_bound
        Whether a parameter ran to its bound: the data do not determine it.
    """

    shape: Shape
    linear: Array
    bent: Array
    variance: float
    df: int
    rss: float
    count: int
    doses: Array
    on_bound: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        effects = {"linear": ("delta",), "linear-log": ("delta",), "quadratic": ("b1", "b2")}
        return ("e0", *effects.get(self.shape.name, ("e1",)), *self.shape.parameters)

    @property
    def coefficients(self) -> dict[str, float]:
        """Estimates by name."""
        values = np.concatenate([self.linear, self.bent])
        return dict(zip(self.names, map(float, values), strict=True))

    @property
    def covariance(self) -> Array:
        """Covariance of the coefficients, in the order of `names`."""
        slopes = self._slopes(self.doses)
        return np.asarray(self.variance * np.linalg.pinv(slopes.T @ slopes))

    @property
    def aic(self) -> float:
        """Akaike's criterion, the variance counted as a parameter."""
        likelihood = self.count * (math.log(2 * math.pi * self.rss / self.count) + 1.0)
        return likelihood + 2.0 * (self.shape.count + 1)

    def curve(self, doses: Array | list[float]) -> Array:
        """Return the mean response at doses within those of the trial."""
        dose = np.asarray(doses, dtype=float)
        return np.asarray(self._columns(dose) @ self.linear)

    def predict(self, doses: Array | list[float], level: float = 0.95) -> pd.DataFrame:
        """Return dose, estimate, se, low, high of the mean response."""
        import pandas as pd

        dose = np.asarray(doses, dtype=float)
        slopes = self._slopes(dose)
        se = np.sqrt(np.einsum("dp,pq,dq->d", slopes, self.covariance, slopes))
        half = t.ppf(0.5 + level / 2, self.df) * se
        mean = self.curve(dose)
        return pd.DataFrame(
            {"dose": dose, "estimate": mean, "se": se, "low": mean - half, "high": mean + half}
        )

    def target_dose(self, effect: float) -> float | None:
        """Return the smallest dose whose mean differs from that of dose 0 by `effect`.

        Parameters
        ----------
        effect
            Signed: -2 is a fall of two points.

        Returns
        -------
        float or None
            None when no dose up to the largest of the trial has the effect.
        """
        none = self.curve(np.zeros(1))
        return first_dose(lambda d: self.curve(d) - none, effect, float(self.doses.max()))

    def _columns(self, dose: Array) -> Array:
        return np.column_stack([np.ones(len(dose)), self._curve(dose, self.bent)])

    def _curve(self, dose: Array, bent: Array) -> Array:
        # shapes that scale by the largest dose must see that of the trial
        full = np.append(dose, self.doses.max())
        return self.shape.curve(full, bent)[:-1]

    def _slopes(self, dose: Array) -> Array:
        columns = [self._columns(dose)]
        for k, value in enumerate(self.bent):
            step = np.zeros_like(self.bent)
            step[k] = 1e-5 * abs(value)
            ends = [self._curve(dose, self.bent + sign * step) for sign in (1.0, -1.0)]
            columns.append(((ends[0] - ends[1]) @ self.linear[1:] / (2 * step[k]))[:, None])
        return np.column_stack(columns)


def fit_dose_response(name: str, doses: Array, values: Array) -> DoseFit:
    """Fit a shape to values of patients.

    Parameters
    ----------
    name
        Shape: ``linear``, ``linear-log``, ``quadratic``, ``emax``, ``sigmoid-emax``,
        ``exponential``, ``logistic``, ``beta``.
    doses, values
        One a patient. Missing values are left out.

    Raises
    ------
    AnalysisError
        Fewer distinct doses than parameters of the mean.

    Notes
    -----
    Parameters of the curve are searched within the bounds of the R package DoseFinding
    (`defBnds`), given by the largest dose.
    """
    item = shape(name)
    dose, value = np.asarray(doses, dtype=float), np.asarray(values, dtype=float)
    known = np.isfinite(dose) & np.isfinite(value)
    dose, value = dose[known], value[known]
    distinct = len(np.unique(dose))
    if distinct < item.count:
        raise AnalysisError(
            f"'{name}' has {item.count} parameters and the data {distinct} distinct doses; fit a "
            "simpler shape."
        )
    bent, on_bound = _search(item, dose, value)
    linear, rss = _solve(item, dose, value, bent)
    df = len(value) - item.count
    if df < 1:
        raise AnalysisError(f"'{name}' cannot be fitted to {len(value)} values.")
    return DoseFit(item, linear, bent, rss / df, df, rss, len(value), dose, on_bound)


def first_dose(effect_of: object, effect: float, top: float) -> float | None:
    """Return the first dose at which a curve reaches `effect`; None when it does not."""
    grid = np.linspace(0.0, top, 2001)
    curve = effect_of(grid) * np.sign(effect)  # type: ignore[operator]
    reached = np.flatnonzero(curve >= abs(effect) * (1 - 1e-12))
    if effect == 0 or not len(reached):
        return None
    place = int(reached[0])
    if place == 0:
        return 0.0

    def gap(dose: float) -> float:
        value = effect_of(np.array([dose]))[0]  # type: ignore[operator]
        return float(value * np.sign(effect) - abs(effect))

    if gap(grid[place]) <= 0:
        return float(grid[place])
    return float(brentq(gap, grid[place - 1], grid[place], xtol=1e-9))


def _solve(item: Shape, dose: Array, value: Array, bent: Array) -> tuple[Array, float]:
    columns = np.column_stack([np.ones(len(dose)), item.curve(dose, bent)])
    linear = np.linalg.lstsq(columns, value, rcond=None)[0]
    return linear, float(((value - columns @ linear) ** 2).sum())


def _search(item: Shape, dose: Array, value: Array) -> tuple[Array, bool]:
    bounds = item.bounds(float(dose.max()))
    if not bounds:
        return np.empty(0), False
    axes = [np.geomspace(low, high, GRID) for low, high in bounds]
    starts = sorted(product(*axes), key=lambda p: _solve(item, dose, value, np.array(p))[1])[:3]
    total = float(((value - value.mean()) ** 2).sum()) or 1.0

    def loss(log_bent: Array) -> float:
        return _solve(item, dose, value, np.exp(log_bent))[1] / total

    limits = np.log(np.array(bounds))
    found = [
        minimize(
            loss,
            np.log(start),
            method="Nelder-Mead",
            bounds=limits,
            options={"xatol": 1e-10, "fatol": 1e-15, "maxiter": 2000},
        )
        for start in starts
    ]
    best = min(found, key=lambda result: float(result.fun))
    edge = np.isclose(best.x[:, None], limits, atol=1e-6).any()
    return np.exp(best.x), bool(edge)
