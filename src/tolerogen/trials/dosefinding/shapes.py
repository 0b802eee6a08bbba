"""Dose-response shapes: ``e0 + e1 * f(dose; parameters)``.

Only the parameters inside ``f`` bend the curve; ``e0`` and ``e1`` are linear. A candidate for
MCP-Mod is a shape with its parameters guessed; fitting estimates all of them.

References
----------
Pinheiro J, Bornkamp B, Bretz F, J Biopharm Stat 2006;16:639 (doi:10.1080/10543400600860428),
where the shapes and their usual bounds are tabulated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tolerogen.errors import AnalysisError, choices

Array = np.ndarray


@dataclass(frozen=True)
class Shape:
    """A dose-response shape.

    Attributes
    ----------
    name
        For example ``emax``.
    parameters
        Names of the parameters inside ``f``.
    curve
        ``curve(dose, parameters)``: columns that ``e1`` (and further linear effects) multiply,
        shape (dose, column).
    bounds
        Smallest and largest value of each parameter in a fit, given the largest dose.
    linear
        Linear effects beside ``e0``.
    """

    name: str
    parameters: tuple[str, ...]
    curve: Callable[[Array, Array], Array]
    bounds: Callable[[float], tuple[tuple[float, float], ...]]
    linear: int = 1

    @property
    def count(self) -> int:
        """Number of parameters of the mean, linear and not."""
        return 1 + self.linear + len(self.parameters)


def shape(name: str) -> Shape:
    """Return a shape by name.

    Raises
    ------
    AnalysisError
        When there is none.
    """
    key = {"sigemax": "sigmoid-emax", "betamod": "beta", "linlog": "linear-log"}.get(
        name.lower(), name.lower()
    )
    if key not in SHAPES:
        raise AnalysisError(f"there is no dose-response shape '{name}'; {choices(key, SHAPES)}")
    return SHAPES[key]


@dataclass(frozen=True)
class Candidate:
    """A shape with guesses of its parameters: what the dose response may look like.

    Attributes
    ----------
    shape
        Name of the shape.
    guess
        Its parameters, doses in the unit of the trial; for ``quadratic`` the ratio of the
        squared to the linear coefficient.
    label
        Name in tables; made of shape and guess when empty.
    """

    shape: str
    guess: tuple[float, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        wanted = QUADRATIC_GUESS if self.shape == "quadratic" else shape(self.shape).parameters
        if len(self.guess) != len(wanted):
            raise AnalysisError(
                f"candidate '{self.shape}' needs {len(wanted)} guess(es)"
                f"{': ' + ', '.join(wanted) if wanted else ''}; {len(self.guess)} given."
            )

    @property
    def name(self) -> str:
        """Label, or shape and guess."""
        guess = ", ".join(f"{value:g}" for value in self.guess)
        return self.label or (f"{self.shape}({guess})" if guess else self.shape)

    def means(self, doses: Array) -> Array:
        """Return the standardised response, 0 at dose 0 and 1 at its largest."""
        dose = np.asarray(doses, dtype=float)
        if self.shape == "quadratic":
            raw = dose + self.guess[0] * dose**2
        else:
            raw = shape(self.shape).curve(dose, np.array(self.guess))[:, 0]
        raw = raw - raw[np.argmin(dose)]
        top = raw[np.argmax(np.abs(raw))]
        if top == 0 or not np.isfinite(raw).all():
            raise AnalysisError(
                f"candidate '{self.name}' does not change over doses {dose.min():g} to "
                f"{dose.max():g}; guess other parameters."
            )
        return np.asarray(raw / top)


QUADRATIC_GUESS = ("delta",)


def _column(values: Array) -> Array:
    return np.asarray(values, dtype=float)[:, None]


def _sigmoid(dose: Array, par: Array) -> Array:
    ed50, h = par
    share = np.where(dose > 0, dose, 1.0) / ed50
    with np.errstate(over="ignore"):  # far below ed50 the response is zero
        return _column(np.where(dose > 0, 1.0 / (1.0 + share**-h), 0.0))


def _beta(dose: Array, par: Array) -> Array:
    first, second = par
    scale = 1.2 * float(dose.max())
    share = dose / scale
    top = np.exp(
        (first + second) * np.log(first + second) - first * np.log(first) - second * np.log(second)
    )
    return _column(top * share**first * (1 - share) ** second)


def _none(top: float) -> tuple[tuple[float, float], ...]:
    del top
    return ()


SHAPES = {
    item.name: item
    for item in (
        Shape("linear", (), lambda d, _: _column(d), _none),
        Shape("linear-log", (), lambda d, _: _column(np.log(d + 0.01 * d.max())), _none),
        Shape("quadratic", (), lambda d, _: np.column_stack([d, d**2]), _none, linear=2),
        Shape(
            "emax",
            ("ed50",),
            lambda d, p: _column(d / (p[0] + d)),
            lambda top: ((0.001 * top, 1.5 * top),),
        ),
        Shape(
            "sigmoid-emax",
            ("ed50", "h"),
            _sigmoid,
            lambda top: ((0.001 * top, 1.5 * top), (0.5, 10.0)),
        ),
        Shape(
            "exponential",
            ("delta",),
            lambda d, p: _column(np.expm1(np.minimum(d / p[0], 700.0))),
            lambda top: ((0.1 * top, 2.0 * top),),
        ),
        Shape(
            "logistic",
            ("ed50", "delta"),
            lambda d, p: _column(1.0 / (1.0 + np.exp((p[0] - d) / p[1]))),
            lambda top: ((0.001 * top, 1.5 * top), (0.01 * top, 0.5 * top)),
        ),
        Shape("beta", ("delta1", "delta2"), _beta, lambda _: ((0.05, 4.0), (0.05, 4.0))),
    )
}
