"""From a table and a formula to arrays with a row a patient and a column a visit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import AnalysisError, choices

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Design:
    """Data of a mixed model for repeated measures, patient by patient.

    Attributes
    ----------
    formula
        As the user wrote it.
    frame
        Rows that were used: those with every value present.
    spec
        Model specification of formulaic for the right-hand side; builds rows for new data.
    columns
        Names of the fixed effects.
    visits, groups
        Labels in order; one group named None when the covariance is shared.
    x, y
        Shapes (patient, visit, effect) and (patient, visit), each row times the square root of
        its weight; zero where a visit is missing.
    seen
        Which visits are there, shape (patient, visit).
    group
        Index of the covariance group of each patient.
    patterns, pattern
        Distinct (group, visits seen) combinations, and which of them each patient has; patients
        are in the order of their patterns.
    order
        Row of each patient, patients counted in the order of their names.
    log_weights
        Sum of the logarithms of the weights.
    dropped
        Rows left out because something was missing.
    """

    formula: str
    frame: pd.DataFrame
    spec: Any
    columns: tuple[str, ...]
    visits: tuple[Any, ...]
    groups: tuple[Any, ...]
    x: Array
    y: Array
    seen: Array
    group: Array
    patterns: tuple[Array, Array]
    pattern: Array
    order: Array
    log_weights: float
    dropped: int

    @property
    def observations(self) -> int:
        """Number of rows used."""
        return int(self.seen.sum())


def read_design(
    formula: str,
    data: pd.DataFrame,
    subject: str,
    visit: str,
    group: str | None,
    weights: str | None,
) -> Design:
    """Build the arrays of a model.

    Raises
    ------
    AnalysisError
        A column is missing, a patient has two rows at a visit, a weight is not positive, the
        formula cannot be read, no row is complete, or effects are redundant.
    """
    _known(data, {"subject": subject, "visit": visit, "group": group, "weights": weights})
    frame, y, matrix = _matrices(formula, data, [subject, visit, group, weights])
    x, columns = np.asarray(matrix, dtype=float), tuple(str(c) for c in matrix.columns)
    _full_rank(x, columns)
    patient, _ = _codes(frame[subject])
    place, visits = _codes(frame[visit])
    _once(frame, patient, place, subject, visit)
    count, size = int(patient.max()) + 1, len(visits)
    belongs, groups = _groups(frame, group, patient, count, subject)
    root = _root_weights(frame, weights)

    shape = (count, size)
    wide_x, wide_y, seen = np.zeros((*shape, x.shape[1])), np.zeros(shape), np.zeros(shape, bool)
    wide_x[patient, place] = x * root[:, None]
    wide_y[patient, place] = y * root
    seen[patient, place] = True
    return arrange(
        Design(
            formula=formula,
            frame=frame,
            spec=matrix.model_spec,
            columns=columns,
            visits=visits,
            groups=groups,
            x=wide_x,
            y=wide_y,
            seen=seen,
            group=belongs,
            patterns=(np.empty(0, int), np.empty((0, size), bool)),
            pattern=np.zeros(count, int),
            order=np.arange(count),
            log_weights=float(2.0 * np.log(root).sum()),
            dropped=len(data) - len(frame),
        )
    )


def arrange(design: Design) -> Design:
    """Put patients who were seen at the same visits side by side."""
    keys, pattern = np.unique(
        np.column_stack([design.group, design.seen]), axis=0, return_inverse=True
    )
    pattern = np.ravel(pattern)
    order = np.argsort(pattern, kind="stable")
    return replace(
        design,
        x=design.x[order],
        y=design.y[order],
        seen=design.seen[order],
        group=design.group[order],
        patterns=(keys[:, 0].astype(int), keys[:, 1:].astype(bool)),
        pattern=pattern[order],
        order=np.argsort(order),
    )


def _known(data: pd.DataFrame, wanted: dict[str, str | None]) -> None:
    names = [str(name) for name in data.columns]
    for role, name in wanted.items():
        if name is not None and name not in names:
            raise AnalysisError(
                f"mmrm: the data have no column '{name}' ({role}); {choices(name, names)}"
            )


def _matrices(
    formula: str, data: pd.DataFrame, besides: list[str | None]
) -> tuple[pd.DataFrame, Array, Any]:
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    try:
        parsed = Formula(formula)
        if not hasattr(parsed, "lhs"):
            raise AnalysisError(
                f"mmrm: the formula '{formula}' has no left side. Write for example "
                "'change ~ baseline + arm * visit'."
            )
        names = sorted(str(v) for v in parsed.required_variables)
        _known(data, {f"formula, name {number}": n for number, n in enumerate(names, 1)})
        needed = list(dict.fromkeys([*names, *(name for name in besides if name)]))
        frame = _complete(data, needed)
        parts = parsed.get_model_matrix(frame, na_action="ignore")
    except FormulaicError as error:
        raise AnalysisError(f"mmrm: the formula '{formula}' cannot be used: {error}") from None
    y = np.asarray(parts.lhs, dtype=float)
    if y.ndim == 2 and y.shape[1] != 1:
        raise AnalysisError(
            f"mmrm: the left side of '{formula}' makes {y.shape[1]} columns; the response must "
            "be one numeric column."
        )
    finite = np.isfinite(y).all() and np.isfinite(np.asarray(parts.rhs, dtype=float)).all()
    if not finite:
        raise AnalysisError(
            f"mmrm: '{formula}' gives infinite or missing values, for example the logarithm of "
            "zero. Correct the data or leave out those rows."
        )
    return frame, np.ravel(y), parts.rhs


def _complete(data: pd.DataFrame, needed: list[str]) -> pd.DataFrame:
    import pandas as pd

    frame = data[needed].dropna()
    if frame.empty:
        raise AnalysisError(
            f"mmrm: no row has all of {', '.join(needed)}; there is nothing to analyse."
        )
    frame = frame.reset_index(drop=True)
    for name in needed:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.remove_unused_categories()
    return frame


def _full_rank(x: Array, columns: tuple[str, ...]) -> None:
    scale = np.sqrt((x**2).mean(axis=0))
    scaled = x / np.where(scale > 0, scale, 1.0)
    # the triangle has the singular values of the whole, and a hundredth of its rows
    if np.linalg.matrix_rank(np.linalg.qr(scaled, mode="r")) == len(columns):
        return
    kept: list[int] = []
    redundant = []
    for place, name in enumerate(columns):
        if np.linalg.matrix_rank(scaled[:, [*kept, place]]) == len(kept) + 1:
            kept.append(place)
        else:
            redundant.append(name)
    raise AnalysisError(
        f"mmrm: the data cannot tell these effects from the others: {', '.join(redundant)}. "
        "An arm may have no patient at a visit, or a covariate may have one value only or "
        "repeat another. Drop the term, or the level, from the formula or the data."
    )


def _codes(column: pd.Series[Any]) -> tuple[Array, tuple[Any, ...]]:
    """Return the place of each value among the levels, and the levels in order."""
    import pandas as pd

    levels = pd.Categorical(column).remove_unused_categories()
    return np.asarray(levels.codes, dtype=int), tuple(levels.categories)


def _once(frame: pd.DataFrame, patient: Array, place: Array, subject: str, visit: str) -> None:
    keys, first, counts = np.unique(
        np.column_stack([patient, place]), axis=0, return_index=True, return_counts=True
    )
    if len(keys) < len(frame):
        row = frame.iloc[first[counts > 1][0]]
        raise AnalysisError(
            f"mmrm: '{row[subject]}' has more than one row at visit '{row[visit]}'. Every "
            f"{subject} may have one row a {visit}: keep the row that counts."
        )


def _groups(
    frame: pd.DataFrame, group: str | None, patient: Array, count: int, subject: str
) -> tuple[Array, tuple[Any, ...]]:
    if group is None:
        return np.zeros(count, dtype=int), (None,)
    codes, labels = _codes(frame[group])
    belongs = np.zeros(count, dtype=int)
    belongs[patient] = codes
    if np.any(belongs[patient] != codes):
        row = frame.iloc[int(np.argmax(belongs[patient] != codes))]
        raise AnalysisError(
            f"mmrm: '{row[subject]}' is in more than one group of '{group}'; a {subject} must "
            "stay in one covariance group."
        )
    return belongs, labels


def _root_weights(frame: pd.DataFrame, weights: str | None) -> Array:
    if weights is None:
        return np.ones(len(frame))
    values = frame[weights].to_numpy(float)
    if not (np.isfinite(values) & (values > 0)).all():
        raise AnalysisError(f"mmrm: '{weights}' holds weights that are not above zero.")
    return np.asarray(np.sqrt(values))
