"""The primary analysis: change from baseline by analysis of covariance.

``change ~ arm + baseline + strata`` by ordinary least squares on the available cases, with
t-based intervals. Adjusting for baseline removes the chance imbalance between arms, and with
it most of the regression to the mean that a trial with a minimum score at entry brings along.

References
----------
Vickers AJ, Altman DG, BMJ 2001;323:1123 (doi:10.1136/bmj.323.7321.1123); computation:
statsmodels OLS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SimulationError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Estimate:
    """A mean or a difference of means, in the units of the measure.

    Attributes
    ----------
    estimate, se
        Estimate and its standard error; NaN where the data cannot give one.
    low, high
        Two-sided interval at `level`.
    df
        Residual degrees of freedom.
    p
        Two-sided p-value against zero.
    """

    estimate: float
    se: float
    low: float
    high: float
    df: float
    p: float
    level: float = 0.95


@dataclass(frozen=True)
class Ancova:
    """Adjusted mean change of every arm, and differences from the reference arm."""

    means: dict[str, Estimate]
    differences: dict[str, Estimate]
    reference: str | None


def ancova(
    data: pd.DataFrame,
    *,
    arms: Sequence[str],
    reference: str | None,
    strata: Sequence[str] = (),
    level: float = 0.95,
) -> Ancova:
    """Fit ``change ~ arm + baseline + strata`` and read off adjusted means and differences.

    Parameters
    ----------
    data
        One row a patient: columns ``arm``, ``baseline``, ``change`` and those in `strata`.
        Rows with a missing value are left out (available cases).
    arms
        Arms in the order wanted.
    reference
        Arm that the others are compared with; None for no comparison.
    strata
        Yes/no covariates, entered as main effects.
    level
        Two-sided confidence level.

    Returns
    -------
    Ancova
        Adjusted means at the mean baseline and mean strata of all patients analysed, and
        differences (arm minus reference). An arm that nobody completed has NaN.

    Raises
    ------
    SimulationError
        When `reference` is not among `arms`.
    """
    if reference is not None and reference not in arms:
        raise SimulationError(f"the reference arm '{reference}' is not among {', '.join(arms)}.")
    used = data.dropna(subset=["baseline", "change", *strata])
    present = [arm for arm in arms if (used["arm"] == arm).any()]
    design = _design(used, present, strata)
    fit = _fit(design, used["change"].to_numpy(float))
    means = {arm: _contrast(fit, _row(design, present, arm), level) for arm in arms}
    differences = {}
    if reference is not None:
        base = _row(design, present, reference)
        for arm in arms:
            if arm != reference:
                row = _row(design, present, arm)
                missing = row is None or base is None
                contrast = None if missing else np.subtract(row, base)  # type: ignore[arg-type]
                differences[arm] = _contrast(fit, contrast, level)
    return Ancova(means, differences, reference)


def _design(used: pd.DataFrame, present: Sequence[str], strata: Sequence[str]) -> np.ndarray:
    """One column an arm (cell means), then centred covariates that vary and are not redundant."""
    columns = [(used["arm"] == arm).to_numpy(float) for arm in present]
    for name in ("baseline", *strata):
        values = used[name].to_numpy(float)
        candidate = [*columns, values - values.mean()] if len(values) else columns
        # a stratum with a single value, or one that repeats another, carries no information
        if len(values) and np.linalg.matrix_rank(np.column_stack(candidate)) == len(candidate):
            columns = candidate
    return np.column_stack(columns) if columns else np.empty((len(used), 0))


def _row(design: np.ndarray, present: Sequence[str], arm: str) -> np.ndarray | None:
    if arm not in present:
        return None
    row = np.zeros(design.shape[1])
    row[list(present).index(arm)] = 1.0
    return row


def _fit(design: np.ndarray, change: np.ndarray) -> Any:
    if design.shape[1] == 0 or len(change) <= design.shape[1]:
        return None
    from statsmodels.regression.linear_model import OLS

    return OLS(change, design).fit()


def _contrast(fit: Any, row: np.ndarray | None, level: float) -> Estimate:
    if fit is None or row is None:
        nan = float("nan")
        return Estimate(nan, nan, nan, nan, nan, nan, level)
    test = fit.t_test(row)
    low, high = np.ravel(test.conf_int(alpha=1 - level))
    return Estimate(
        estimate=float(np.ravel(test.effect)[0]),
        se=float(np.ravel(test.sd)[0]),
        low=float(low),
        high=float(high),
        df=float(fit.df_resid),
        p=float(np.ravel(test.pvalue)[0]),
        level=level,
    )
