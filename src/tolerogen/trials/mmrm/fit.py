"""Fit a mixed model for repeated measures."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from threadpoolctl import ThreadpoolController

from tolerogen.errors import AnalysisError
from tolerogen.trials.mmrm.design import read_design
from tolerogen.trials.mmrm.inference import check_method, infer
from tolerogen.trials.mmrm.newton import maximise
from tolerogen.trials.mmrm.result import MmrmResult
from tolerogen.trials.mmrm.structures import structure

if TYPE_CHECKING:
    import pandas as pd


def mmrm(
    formula: str,
    data: pd.DataFrame,
    subject: str,
    visit: str,
    covariance: str = "us",
    group: str | None = None,
    weights: str | None = None,
    reml: bool = True,
    df: Literal["satterthwaite", "kenward-roger", "residual"] | str = "satterthwaite",
) -> MmrmResult:
    """Fit a mixed model for repeated measures, the usual analysis of a trial with visits.

    Fixed effects by the formula, and a covariance between the visits of a patient without
    random effects. Rows with a missing value are left out; estimates are valid when values are
    missing at random.

    Parameters
    ----------
    formula
        Wilkinson notation, read by formulaic: ``"change ~ baseline + arm * visit"``. Text and
        categorical columns are factors; ``C(name)`` makes a factor of a number.
    data
        One row a patient and visit. Not changed.
    subject, visit
        Columns that name the patient and the visit. Visits are ordered as the categories of a
        categorical column, sorted otherwise; the order matters to all structures but ``us``,
        ``cs`` and ``csh``.
    covariance
        ``us`` (unstructured), ``cs``, ``csh``, ``ar1``, ``ar1h``, ``toep``, ``toeph``,
        ``ante``, ``anteh``; the ``h`` gives every visit its own variance.
    group
        Column of groups with a covariance each, constant within a patient.
    weights
        Column of weights: the variance of a row is divided by its weight.
    reml
        Restricted maximum likelihood; False for maximum likelihood.
    df
        ``satterthwaite``, ``kenward-roger`` (REML only) or ``residual``: rows less effects.

    Returns
    -------
    MmrmResult
        Estimates with standard errors, degrees of freedom and intervals; LS-means, contrasts.

    Raises
    ------
    AnalysisError
        A column or structure that does not exist, two rows of a patient at a visit, redundant
        effects, too few patients, a singular covariance, no convergence.

    References
    ----------
    Mallinckrodt CH et al., Drug Inf J 2008;42:303 (doi:10.1177/009286150804200402).

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({
    ...     "who": ["a", "a", "b", "b", "c", "c", "d", "d"],
    ...     "week": [4, 8] * 4,
    ...     "arm": ["drug"] * 4 + ["placebo"] * 4,
    ...     "change": [-3.0, -4.0, -1.0, -3.5, 0.5, -1.0, -1.5, -0.5],
    ... })
    >>> fit = mmrm("change ~ arm", data, subject="who", visit="week", covariance="cs")
    >>> fit.contrast("arm", reference="placebo")["estimate"].round(2).tolist()
    [-2.25]
    """
    method = check_method(df, reml)
    if not hasattr(data, "columns"):
        raise AnalysisError("mmrm: data must be a pandas DataFrame with a row a visit.")
    design = read_design(formula, data, subject, visit, group, weights)
    shape = structure(covariance, len(design.visits))
    with single_thread():
        best = maximise(design, shape, reml)
        inference = infer(design, shape, best, method)
    return MmrmResult(design=design, structure=shape, reml=reml, optimum=best, inference=inference)


def single_thread() -> AbstractContextManager[Any]:
    """Keep linear algebra to one thread: the matrices are small, and the bits stay the same."""
    limited: AbstractContextManager[Any] = _threads().limit(limits=1, user_api="blas")
    return limited


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()
