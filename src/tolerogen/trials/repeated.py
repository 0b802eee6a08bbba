"""The primary analysis by a mixed model: every visit up to the endpoint, in every patient.

``change ~ baseline * visit + arm * visit + strata``, restricted maximum likelihood, unstructured
covariance, degrees of freedom by Kenward and Roger. Where the data cannot carry an unstructured
covariance, simpler ones are tried in an order fixed beforehand, as protocols have it.

References
----------
Mallinckrodt CH, Lane PW, Schnell D, Peng Y, Mancuso JP, Drug Inf J 2008;42:303
(doi:10.1177/009286150804200402).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.ancova import Ancova, Estimate
from tolerogen.trials.mmrm.design import Design, arrange
from tolerogen.trials.mmrm.fit import single_thread
from tolerogen.trials.mmrm.inference import Inference, infer
from tolerogen.trials.mmrm.newton import maximise
from tolerogen.trials.mmrm.structures import structure

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

SMALLEST = 1e-6  # of a covariate that is told from the others, in its own spread
ORDER = ("us", "toeph", "ar1h", "cs")


def repeated(
    data: pd.DataFrame,
    *,
    arms: Sequence[str],
    reference: str | None,
    day: float,
    strata: Sequence[str] = (),
    level: float = 0.95,
) -> Ancova:
    """Fit a mixed model for repeated measures and read off one visit.

    Parameters
    ----------
    data
        One row a patient and visit after baseline: ``patient``, ``arm``, ``day``, ``baseline``,
        ``change`` and the strata. Missing changes are missing at random.
    arms, reference, strata, level
        As in `ancova`.
    day
        Visit of the endpoint.

    Returns
    -------
    Ancova
        LS-means and differences at `day`; NaN where the data cannot give them.
    """
    import pandas as pd

    used = data.dropna(subset=["baseline", "change", *strata])
    present = [arm for arm in arms if ((used["arm"] == arm) & (used["day"] == day)).any()]
    used = used[used["arm"].isin(present)]
    fit = None
    if present:
        with single_thread():
            cells = _cells(used.assign(arm=pd.Categorical(used["arm"], present)), strata)
            fit = _fit(cells)
    means, differences = {}, {}
    for arm in arms:
        row = None if fit is None or arm not in present else cells.row(arm, day)
        means[arm] = _estimate(fit, row, level)
        if reference is not None and arm != reference:
            known = row is not None and reference in present
            gap = row - cells.row(reference, day) if known else None  # type: ignore[operator]
            differences[arm] = _estimate(fit, gap, level)
    return Ancova(means, differences, reference)


@dataclass(frozen=True, eq=False)
class _Cells:
    """The model with a mean for every arm and visit, and covariates that are centred.

    The same model as ``change ~ baseline * visit + arm * visit + strata``; an effect is an
    LS-mean, so that nothing has to be averaged over a grid afterwards.
    """

    design: Design
    places: dict[tuple[Any, float], int]

    def row(self, arm: str, day: float) -> Array | None:
        """Weights of an LS-mean."""
        if (arm, day) not in self.places:
            return None
        weights = np.zeros(len(self.design.columns))
        weights[self.places[arm, day]] = 1.0
        return weights


def varies(column: pd.Series[Any]) -> bool:
    """Tell whether a column holds more than one value."""
    return bool((column != column.iloc[0]).any())


def _cells(used: pd.DataFrame, strata: Sequence[str]) -> _Cells:
    import pandas as pd

    who, patients = pd.factorize(used["patient"], sort=True)
    days, place = np.unique(used["day"].to_numpy(float), return_inverse=True)
    arms = used["arm"].cat
    cell = arms.codes.to_numpy() * len(days) + place
    filled, column = np.unique(cell, return_inverse=True)
    x = np.zeros((len(used), len(filled)))
    x[np.arange(len(used)), column] = 1.0
    centred = used[["baseline", *strata]].to_numpy(float)
    centred = centred - centred.mean(axis=0)
    slopes = np.zeros((len(used), len(days)))
    slopes[np.arange(len(used)), place] = centred[:, 0]
    x = _independent(x, slopes, *(centred[:, [k + 1]] for k in range(len(strata))))
    shape = (len(patients), len(days))
    wide_x, wide_y, seen = np.zeros((*shape, x.shape[1])), np.zeros(shape), np.zeros(shape, bool)
    wide_x[who, place], wide_y[who, place] = x, used["change"].to_numpy(float)
    seen[who, place] = True
    design = Design(
        formula="change ~ baseline * day + arm * day + strata",
        frame=used,
        spec=None,
        columns=tuple(f"effect {k + 1}" for k in range(x.shape[1])),
        visits=tuple(days),
        groups=(None,),
        x=wide_x,
        y=wide_y,
        seen=seen,
        group=np.zeros(shape[0], int),
        patterns=(np.empty(0, int), np.empty((0, shape[1]), bool)),
        pattern=np.zeros(shape[0], int),
        order=np.arange(shape[0]),
        log_weights=0.0,
        dropped=0,
    )
    names = [(arms.categories[code // len(days)], days[code % len(days)]) for code in filled]
    return _Cells(arrange(design), {name: k for k, name in enumerate(names)})


def _independent(x: Array, *blocks: Array) -> Array:
    """Add covariates that carry information beside what is there already."""
    for block in blocks:
        tried = np.column_stack([x, block])
        products = tried.T @ tried  # small, unlike the rows; a constant column has norm zero
        norms = np.sqrt(np.maximum(np.diag(products), 1e-300))
        values = np.linalg.eigvalsh(products / np.outer(norms, norms))
        if norms.min() > SMALLEST and values[0] > SMALLEST**2 * values[-1]:
            x = tried
            continue
        # a baseline with one value at some visit keeps its slopes at the others
        if block.shape[1] > 1:
            x = _independent(x, *(block[:, [k]] for k in range(block.shape[1])))
    return x


def _fit(cells: _Cells) -> Inference | None:
    design = cells.design
    for covariance in ORDER:
        try:
            shape = structure(covariance, len(design.visits))
            best = maximise(design, shape, True)
            return infer(design, shape, best, "kenward-roger")
        except AnalysisError:
            continue
    return None


def _estimate(fit: Inference | None, row: Array | None, level: float) -> Estimate:
    if fit is None or row is None:
        nan = float("nan")
        return Estimate(nan, nan, nan, nan, nan, nan, level)
    found = fit.rows(row[None, :], level)
    names = ("estimate", "se", "low", "high", "df", "p")
    return Estimate(**{name: float(found[name][0]) for name in names}, level=level)
