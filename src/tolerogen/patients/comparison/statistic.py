"""Statistics that published tables report, of virtual patients, by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MARGINS = {
    "share": 0.05,
    "mean": 0.10,
    "median": 0.10,
    "q25": 0.15,
    "q75": 0.10,
    "sd": 0.15,
    "ratio_of_means": 0.10,
    "ratio_of_medians": 0.10,
    "pearson": 0.10,
    "spearman": 0.10,
}
"""Differences that do not matter: of shares and correlations absolute, else of the value."""

ABSOLUTE = ("share", "pearson", "spearman")
_SHARE = re.compile(r"share_(?:(zero)|(ge|gt|le|lt)_(q?)([\d.]+))")
_WHERE = re.compile(r"(!?)([\w|]+?)(?:(>=|<=|>|<)(q?)([\d.]+))?")
_COMPARE = {
    "ge": np.greater_equal,
    "gt": np.greater,
    "le": np.less_equal,
    "lt": np.less,
    ">=": np.greater_equal,
    ">": np.greater,
    "<=": np.less_equal,
    "<": np.less,
}


def kind_of(name: str) -> str:
    """Return the family of a statistic, a key of `MARGINS`.

    Raises
    ------
    SpecError
        When there is no such statistic.
    """
    if name in MARGINS:
        return name
    if _SHARE.fullmatch(name):
        return "share"
    known = [*MARGINS, "share_zero", "share_ge_5", "share_gt_q0.5"]
    raise SpecError(f"population_targets.csv: no statistic '{name}'; {choices(name, known)}")


def statistic(
    table: pd.DataFrame, measure: str, name: str, where: str = "", other: str = ""
) -> float:
    """Compute one statistic of a table of patients.

    Parameters
    ----------
    table
        One row a patient.
    measure
        A column, or several joined by ``|``: whether any of them is above zero.
    name
        ``mean``, ``sd``, ``median``, ``q25``, ``q75``; ``share`` (above zero), ``share_zero``,
        ``share_ge_5``, ``share_gt_q0.5`` (of all patients, above their own quantile);
        ``ratio_of_means`` and ``ratio_of_medians`` (patients who meet `where` over the others);
        ``pearson`` and ``spearman`` (with `other`).
    where
        ``column``, ``!column``, ``column>=5`` or ``column>q0.5`` (a quantile of all patients):
        only these patients.
    other
        The second column of a correlation.

    Returns
    -------
    float
        NaN where too few patients are left.

    Raises
    ------
    SpecError
        An unknown column or statistic, or a condition that cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"essdai": [0.0, 2.0, 6.0, 8.0], "female": [1, 0, 0, 1]})
    >>> statistic(table, "essdai", "share_ge_5"), statistic(table, "essdai", "mean", "!female")
    (0.5, 4.0)
    """
    return Reading.of(table, measure, name, where, other).value()


@dataclass(frozen=True)
class Reading:
    """The numbers that one statistic looks at, ready to be drawn again.

    Attributes
    ----------
    family
        Key of `MARGINS`.
    values
        Of the patients who count, shape (patients,).
    second
        The other column of a correlation, or which patients stand above the line of a ratio.
    """

    family: str
    values: Array
    second: Array | None = None

    @classmethod
    def of(
        cls, table: pd.DataFrame, measure: str, name: str, where: str = "", other: str = ""
    ) -> Reading:
        """Read the columns; as `statistic`."""
        family = kind_of(name)
        values = _column(table, measure)
        kept = condition(table, where) if where else np.ones(len(table), dtype=bool)
        if family == "share":
            return cls(family, _meets(values, name)[kept])
        if family.startswith("ratio_of_"):
            return cls(family, values, kept.astype(float))
        if family in ("pearson", "spearman"):
            return cls(family, values[kept], _column(table, other)[kept])
        return cls(family, values[kept])

    def value(self) -> float:
        """Return the statistic of all patients."""
        return _value(self.family, self.values, self.second)

    def resampled(self, n: int, times: int, rng: np.random.Generator) -> Array:
        """Return the statistic in `times` cohorts of `n` of these patients, with replacement."""
        if not len(self.values):
            return np.full(times, np.nan)
        drawn = np.empty(times)
        for k in range(times):
            rows = rng.integers(len(self.values), size=n)
            second = None if self.second is None else self.second[rows]
            drawn[k] = _value(self.family, self.values[rows], second)
        return drawn


def condition(table: pd.DataFrame, text: str) -> Mask:
    """Tell which patients meet a condition; as `where` of `statistic`.

    Raises
    ------
    SpecError
        A condition that cannot be read, or names an unknown column.
    """
    match = _WHERE.fullmatch(text)
    if match is None:
        raise SpecError(
            f"population_targets.csv: the condition '{text}' cannot be read; write column, "
            "!column, column>=5 or column>q0.5."
        )
    turned, column, sign, quantile, number = match.groups()
    values = _column(table, column)
    if sign is None:
        held = values > 0
    else:
        limit = np.quantile(values, float(number)) if quantile else float(number)
        held = _COMPARE[sign](values, limit)
    return np.asarray(~held if turned else held, dtype=bool)


def _column(table: pd.DataFrame, name: str) -> Array:
    parts = name.split("|")
    for part in parts:
        if part not in table:
            raise SpecError(
                f"population_targets.csv: the virtual patients have no '{part}'; "
                f"{choices(part, [str(c) for c in table.columns])}"
            )
    values = table[parts].to_numpy(dtype=float)
    return np.asarray(values[:, 0] if len(parts) == 1 else (values > 0).any(axis=1), dtype=float)


def _meets(values: Array, name: str) -> Array:
    match = _SHARE.fullmatch(name)
    if match is None:
        return np.asarray(values > 0, dtype=float)
    zero, sign, quantile, number = match.groups()
    if zero:
        return np.asarray(values == 0, dtype=float)
    limit = np.quantile(values, float(number)) if quantile else float(number)
    return np.asarray(_COMPARE[sign](values, limit), dtype=float)


def _value(family: str, values: Array, second: Array | None) -> float:
    if len(values) < 2:
        return float("nan")
    if second is None:
        return _plain(values, family)
    if family.startswith("ratio_of_"):
        return _ratio(values, second > 0, family)
    return _correlation(values, second, family)


def _plain(values: Array, name: str) -> float:
    if name in ("mean", "share"):
        return float(values.mean())
    if name == "sd":
        return float(values.std(ddof=1))
    return float(np.quantile(values, {"median": 0.5, "q25": 0.25, "q75": 0.75}[name]))


def _ratio(values: Array, above: Mask, name: str) -> float:
    of = np.mean if name.endswith("means") else np.median
    if above.sum() < 2 or (~above).sum() < 2:
        return float("nan")
    below = float(of(values[~above]))
    return float(of(values[above])) / below if below else float("nan")


def _correlation(a: Array, b: Array, name: str) -> float:
    from scipy.stats import rankdata

    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return float("nan")
    if name == "spearman":
        a, b = rankdata(a), rankdata(b)
    return float(np.corrcoef(a, b)[0, 1])
