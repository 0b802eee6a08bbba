"""The primary analysis by multiple imputation, where the trial file asks for it.

Values that nobody saw, or that a hypothetical strategy set aside, are imputed under the
assumption of ``[estimand] missing``; the completed visit of the endpoint is compared by analysis
of covariance and pooled by Rubin's rules.

References
----------
Carpenter JR, Roger JH, Kenward MG, J Biopharm Stat 2013;23:1352
(doi:10.1080/10543406.2013.834911).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.ancova import Ancova, Estimate
from tolerogen.trials.imputation import Imputed, Pooled, pool, reference_based
from tolerogen.trials.repeated import ORDER, varies

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.intercurrent import Estimand

Array = np.ndarray


def impute(
    data: pd.DataFrame,
    estimand: Estimand,
    *,
    reference: str,
    strata: Sequence[str],
    seed: int,
) -> Imputed:
    """Impute the visits after baseline, with the simplest covariance that is needed.

    Parameters
    ----------
    data
        From `tolerogen.trials.analysis.by_visit`: one row a patient and visit.
    estimand
        Says how, and how often.
    reference
        Arm that the others jump to.
    strata
        Covariates beside the baseline.
    seed
        Of all draws.

    Raises
    ------
    AnalysisError
        When no covariance can be fitted: too few patients, an arm without values.
    """
    used = data.dropna(subset=["baseline", *strata])
    seen = used.dropna(subset=["change"])
    missing = [arm for arm in used["arm"].unique() if not (seen["arm"] == arm).any()]
    if missing:
        raise AnalysisError(
            f"arm '{missing[0]}' has no value after baseline: nothing tells what to impute there."
        )
    varying = [name for name in strata if varies(seen[name])]
    visits = varies(seen["day"])
    formula = "change ~ baseline * C(day) + arm * C(day)" if visits else "change ~ baseline + arm"
    formula = " + ".join([formula, *varying])
    problem: AnalysisError | None = None
    for covariance in ORDER:
        try:
            return reference_based(
                formula, used, "patient", "day", "arm", reference, estimand.missing,
                estimand.imputations, seed, covariance,
            )  # fmt: skip
        except AnalysisError as error:
            problem = problem or error
    raise AnalysisError(f"imputation is impossible: {problem}")


def compare_imputed(
    imputed: Imputed,
    arms: Sequence[str],
    day: float,
    strata: Sequence[str],
    level: float,
    delta: float = 0.0,
) -> Ancova:
    """Compare the arms at a visit of completed data; as `ancova`, pooled.

    Parameters
    ----------
    imputed
        From `impute`.
    arms
        In the order wanted.
    day
        The visit.
    strata, level
        As in `ancova`.
    delta
        Added to what was imputed after leaving, outside the reference arm.
    """
    place = imputed.visits.index(day)
    belongs = imputed.patients["arm"].to_numpy()
    moved = imputed.after[:, place] & (belongs != imputed.reference)
    y = imputed.values[:, :, place].T + delta * moved[:, None]  # noqa: PD011  # no pandas
    present = [arm for arm in arms if (belongs == arm).any()]
    cells = np.column_stack([belongs == arm for arm in present]).astype(float)
    kept = [name for name in strata if name in imputed.patients]
    covariates = imputed.patients[["baseline", *kept]].to_numpy(float)
    x = np.column_stack([cells, covariates - covariates.mean(axis=0)])
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    beta = inverse @ (x.T @ y)
    df = len(x) - int(np.linalg.matrix_rank(x))
    if df < 1:
        raise AnalysisError("too few patients for an analysis of covariance of imputed values.")
    variance = ((y - x @ beta) ** 2).sum(axis=0) / df

    def estimate(weights: Array) -> Estimate:
        spread = variance * float(weights @ inverse @ weights)
        return _estimate(pool(weights @ beta, spread, df, level), level)

    rows = {arm: np.eye(x.shape[1])[k] for k, arm in enumerate(present)}
    base = rows[imputed.reference]
    nan = float("nan")
    gone = Estimate(nan, nan, nan, nan, nan, nan, level)
    return Ancova(
        {arm: estimate(rows[arm]) if arm in rows else gone for arm in arms},
        {
            arm: estimate(rows[arm] - base) if arm in rows else gone
            for arm in arms
            if arm != imputed.reference
        },
        imputed.reference,
    )


def _estimate(pooled: Pooled, level: float) -> Estimate:
    return Estimate(pooled.estimate, pooled.se, pooled.low, pooled.high, pooled.df, pooled.p, level)
