"""Standard errors, degrees of freedom and tests of linear combinations of the effects.

*Satterthwaite*: the variance of an estimate is itself estimated; its own variance, by the delta
method from the curvature of the likelihood in the covariance parameters, gives the degrees of
freedom. *Kenward-Roger*: the standard error is raised as well, for the covariance having been
estimated, and a test of several rows at once is scaled. Both take the covariance of the
parameters from the observed information, as PROC MIXED does.

References
----------
Satterthwaite FE, Biometrics Bull 1946;2:110 (doi:10.2307/3002019); Fai AHT, Cornelius PL,
J Stat Comput Simul 1996;54:363 (doi:10.1080/00949659608811740); Kenward MG, Roger JH,
Biometrics 1997;53:983 (doi:10.2307/2533558).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from tolerogen.errors import AnalysisError, choices
from tolerogen.trials.mmrm.likelihood import second_order

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.mmrm.design import Design
    from tolerogen.trials.mmrm.newton import Optimum
    from tolerogen.trials.mmrm.structures import Structure

Array = np.ndarray
METHODS = ("satterthwaite", "kenward-roger", "residual")
COLUMNS = ("estimate", "se", "df", "t", "p", "low", "high")


@dataclass(frozen=True, eq=False)
class Inference:
    """What tests need.

    Attributes
    ----------
    method
        One of `METHODS`.
    beta
        Estimates of the effects.
    model
        Their covariance, with the covariance of the visits taken as known.
    adjusted
        The covariance that standard errors come from; differs from `model` with Kenward-Roger.
    derivative
        Of ``model`` inverted by each covariance parameter.
    spread
        Covariance of the covariance parameters.
    residual
        Rows less effects.
    """

    method: str
    beta: Array
    model: Array
    adjusted: Array
    derivative: Array
    spread: Array
    residual: int

    def rows(self, weights: Array, level: float = 0.95) -> dict[str, Array]:
        """Estimate, se, df, t, p and interval of each row of `weights`.

        Parameters
        ----------
        weights
            Shape (row, effect).
        level
            Two-sided level of the interval.
        """
        check_level(level)
        estimate = weights @ self.beta
        se = np.sqrt(np.einsum("rp,pq,rq->r", weights, self.adjusted, weights))
        df = self.degrees(weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = estimate / se
        half = stdtrit(df, 0.5 + level / 2) * se
        p = 2.0 * stdtr(df, -np.abs(t))
        values = (estimate, se, df, t, p, estimate - half, estimate + half)
        return dict(zip(COLUMNS, values, strict=True))

    def degrees(self, weights: Array) -> Array:
        """Degrees of freedom of each row of `weights`."""
        if self.method == "residual":
            return np.full(len(weights), float(self.residual))
        turned = weights @ self.model
        variance = np.einsum("rp,rp->r", turned, weights)
        slope = -np.einsum("krq,rq->rk", turned @ self.derivative, turned)
        spread = np.einsum("rk,kl,rl->r", slope, self.spread, slope)
        return np.asarray(2.0 * variance**2 / spread)

    def joint(self, weights: Array) -> dict[str, float]:
        """F test of all rows of `weights` at once: ``df1``, ``df2``, ``f``, ``p``."""
        rank = int(np.linalg.matrix_rank(weights))
        if rank < len(weights):  # keep independent rows: the hypothesis is the same
            weights = np.linalg.svd(weights, full_matrices=False)[2][:rank]
        estimate = weights @ self.beta
        covariance = weights @ self.adjusted @ weights.T
        f = float(estimate @ np.linalg.solve(covariance, estimate)) / rank
        scale, df2 = 1.0, float(self.residual)
        if self.method == "satterthwaite":
            df2 = self._fai_cornelius(weights, covariance)
        elif self.method == "kenward-roger":
            scale, df2 = self._kenward_roger(weights)
        f *= scale
        return {"df1": float(rank), "df2": df2, "f": f, "p": float(fdtrc(rank, df2, f))}

    def _fai_cornelius(self, weights: Array, covariance: Array) -> float:
        vectors = np.linalg.eigh(covariance)[1]
        degrees = self.degrees(vectors.T @ weights)
        if len(degrees) == 1:
            return float(degrees[0])
        big = degrees[degrees > 2]
        expected = float(np.sum(big / (big - 2.0)))
        # a row of two degrees or fewer has no mean of F; the test then has no more than two
        return 2.0 * expected / (expected - len(degrees)) if len(big) == len(degrees) else 2.0

    def _kenward_roger(self, weights: Array) -> tuple[float, float]:
        """Scale of F and denominator degrees of freedom; section 5 of the paper."""
        rank = len(weights)
        inner = weights.T @ np.linalg.solve(weights @ self.model @ weights.T, weights)
        moved = np.einsum(
            "ab,bc,kcd,de->kae", inner, self.model, self.derivative, self.model, optimize=True
        )
        traces = np.einsum("kaa->k", moved)
        a1 = float(traces @ self.spread @ traces)
        a2 = float(np.einsum("kl,kab,lba->", self.spread, moved, moved, optimize=True))
        b = (a1 + 6.0 * a2) / (2.0 * rank)
        g = ((rank + 1) * a1 - (rank + 4) * a2) / ((rank + 2) * a2)
        below = 3.0 * rank + 2.0 * (1.0 - g)
        c1, c2, c3 = g / below, (rank - g) / below, (rank + 2.0 - g) / below
        mean = 1.0 / (1.0 - a2 / rank)
        variance = 2.0 / rank * (1.0 + c1 * b) / ((1.0 - c2 * b) ** 2 * (1.0 - c3 * b))
        ratio = variance / (2.0 * mean**2)
        df2 = 4.0 + (rank + 2.0) / (rank * ratio - 1.0)
        return df2 / (mean * (df2 - 2.0)), df2


def infer(design: Design, structure: Structure, best: Optimum, method: str) -> Inference:
    """Prepare tests at the optimum."""
    model = best.point.covariance
    spread = 2.0 * np.linalg.inv(best.slopes.hessian)
    derivative = best.slopes.information
    adjusted = model
    if method == "kenward-roger":
        products, bends = second_order(design, structure, best.point, spread)
        mixed = np.tensordot(spread, derivative, axes=1)
        crossed = np.einsum("kab,kbc->ac", derivative @ model, mixed, optimize=True)
        adjusted = model + 2.0 * model @ (products - crossed - bends / 4.0) @ model
    return Inference(
        method,
        best.point.beta,
        model,
        (adjusted + adjusted.T) / 2,
        derivative,
        spread,
        design.observations - len(best.point.beta),
    )


def frame(values: dict[str, Array], labels: pd.Index | pd.DataFrame) -> pd.DataFrame:
    """Lay rows out as a table: `labels` as its index, or as its first columns."""
    import pandas as pd

    table = pd.DataFrame(values, columns=list(COLUMNS))
    if isinstance(labels, pd.Index):
        table.index = labels
        return table
    return pd.concat([labels.reset_index(drop=True), table], axis=1)


def check_level(level: float) -> None:
    """Refuse a level that is no probability."""
    if not 0 < level < 1:
        raise AnalysisError(f"level is {level}; it must lie between 0 and 1, for example 0.95.")


def check_method(method: str, reml: bool) -> str:
    """Return the method by its full name, or say what is allowed."""
    short = {"kr": "kenward-roger", "sw": "satterthwaite"}
    key = short.get(method.lower(), method.lower())
    if key not in METHODS:
        raise AnalysisError(f"mmrm: df '{method}' is unknown; {choices(key, METHODS)}")
    if key == "kenward-roger" and not reml:
        raise AnalysisError(
            "mmrm: Kenward-Roger's adjustment is defined for REML. Set reml=True, or choose "
            "df='satterthwaite'."
        )
    return key
