"""Open Targets' association score, exactly, with its parts.

Three steps, each a harmonic sum ``s1/1^2 + s2/2^2 + ...`` of scores in falling order:

1. evidence of one data source -> its score: the 50 strongest records, over the largest sum
   there can be (that of 1,000 ones);
2. data sources times their weight -> the overall score, over the same largest sum;
3. data sources of one type, without weights -> the score of the type, over the sum of as many
   ones as there are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

FILE = Path(__file__).parent / "data" / "open_targets.toml"


@dataclass(frozen=True)
class Scheme:
    """Weights and constants of the score.

    Attributes
    ----------
    weights
        0 to 1 by data source; evidence of a source that is not named is left out.
    datatypes
        Type of each data source.
    top
        Most records of one source that count.
    exponent
        Power of the rank.
    largest
        What sums are divided by.
    """

    weights: Mapping[str, float]
    datatypes: Mapping[str, str]
    top: int
    exponent: float
    largest: float
    source: str


@cache
def open_targets_scheme() -> Scheme:
    """Return the published scheme."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Scheme(
        data["weights"],
        data["datatypes"],
        data["top_n"],
        data["exponent"],
        data["max_harmonic_sum"],
        data["source"],
    )


def with_weights(scheme: Scheme, changes: Mapping[str, float]) -> Scheme:
    """Return the scheme with other weights for some data sources.

    Raises
    ------
    SpecError
        For a weight below 0 or above 1, or a data source that is not in the scheme.

    Examples
    --------
    >>> with_weights(open_targets_scheme(), {"eva": 0.5}).weights["eva"]
    0.5
    """
    from dataclasses import replace

    for name in changes:
        if name not in scheme.weights:
            raise SpecError(f"there is no data source '{name}'; {choices(name, scheme.weights)}")
    check_weights(changes)
    return replace(scheme, weights={**scheme.weights, **changes})


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights below 0, above 1, or not finite.

    Raises
    ------
    SpecError
        Names the first.
    """
    for name, weight in weights.items():
        if not 0 <= weight <= 1:
            raise SpecError(f"the weight of '{name}' is {weight:g}; it must lie between 0 and 1.")


def harmonic_sum(scores: ArrayLike, exponent: float = 2.0) -> float:
    """Add scores, each divided by its rank to a power.

    Examples
    --------
    >>> round(harmonic_sum([0.1, 0.5, 0.1, 0.1, 0.9, 0.85]), 10)
    1.1810833333
    """
    falling = np.sort(np.asarray(scores, dtype=float))[::-1]
    return float((falling / np.arange(1, len(falling) + 1) ** exponent).sum())


def datasource_scores(table: pd.DataFrame, scheme: Scheme | None = None) -> pd.DataFrame:
    """Score each target and data source from its evidence.

    Parameters
    ----------
    table
        Columns target, datasource, score (0 to 1); one row a record.

    Returns
    -------
    DataFrame
        Columns target, datasource, score, records; sources outside the scheme are absent.

    Raises
    ------
    SpecError
        When a score is outside 0 to 1.
    """
    scheme = scheme or open_targets_scheme()
    known = table[table["datasource"].isin(list(scheme.weights))]
    scores = known["score"].to_numpy(dtype=float)
    if scores.size and not (scores.min() >= 0 and scores.max() <= 1):
        raise SpecError("evidence scores must lie between 0 and 1.")
    found = _summed(known, ["target", "datasource"], scores, scheme.exponent, scheme.top)
    return found.assign(score=found["score"] / scheme.largest)


def overall_scores(by_source: pd.DataFrame, scheme: Scheme | None = None) -> pd.DataFrame:
    """Score each target overall from its data sources.

    Parameters
    ----------
    by_source
        From `datasource_scores`, or associations by data source as downloaded.

    Returns
    -------
    DataFrame
        Columns target, score, records (data sources), the highest score first.
    """
    scheme = scheme or open_targets_scheme()
    weight = by_source["datasource"].map(dict(scheme.weights)).fillna(0.0).to_numpy(dtype=float)
    weighted = by_source["score"].to_numpy(dtype=float) * weight
    found = _summed(by_source, ["target"], weighted, scheme.exponent)
    found = found.assign(score=found["score"] / scheme.largest)
    return found.sort_values(["score", "target"], ascending=[False, True], ignore_index=True)


def datatype_scores(by_source: pd.DataFrame, scheme: Scheme | None = None) -> pd.DataFrame:
    """Score each target and type of data from its data sources, without weights.

    Returns
    -------
    DataFrame
        Columns target, datatype, score, records (data sources).
    """
    scheme = scheme or open_targets_scheme()
    typed = by_source.assign(datatype=by_source["datasource"].map(dict(scheme.datatypes)))
    typed = typed.dropna(subset=["datatype"])
    found = _summed(
        typed, ["target", "datatype"], typed["score"].to_numpy(dtype=float), scheme.exponent
    )
    most = int(found["records"].max()) if len(found) else 0
    ones = np.cumsum(1.0 / np.arange(1, most + 1) ** scheme.exponent)
    return found.assign(score=found["score"] / ones[found["records"].to_numpy(dtype=int) - 1])


@dataclass(frozen=True)
class Part:
    """What one data source adds to a target's overall score.

    `share` is ``score x weight / rank^2 / largest``; the shares add to the overall score.
    """

    datasource: str
    records: int
    score: float
    weight: float
    rank: int
    share: float


def explain_score(
    table: pd.DataFrame, target: str, scheme: Scheme | None = None
) -> tuple[Part, ...]:
    """Take the overall score of a target apart, the largest part first."""
    scheme = scheme or open_targets_scheme()
    mine = datasource_scores(table[table["target"] == target], scheme)
    rows = [
        (str(name), int(count), float(score), scheme.weights[str(name)])
        for name, count, score in zip(
            mine["datasource"], mine["records"], mine["score"], strict=True
        )
    ]
    rows.sort(key=lambda row: (-row[2] * row[3], row[0]))
    return tuple(
        Part(name, n, score, weight, rank, score * weight / rank**scheme.exponent / scheme.largest)
        for rank, (name, n, score, weight) in enumerate(rows, start=1)
    )


def _summed(
    table: pd.DataFrame,
    keys: Sequence[str],
    scores: NDArray[np.floating[Any]],
    exponent: float,
    top: int | None = None,
) -> pd.DataFrame:
    """Take harmonic sums of groups: sorted once, ranked within groups, added by group."""
    import pandas as pd

    if not len(table):
        return pd.DataFrame({k: [] for k in keys} | {"score": [], "records": []})
    groups = table.groupby(list(keys), sort=True, observed=True)
    code = groups.ngroup().to_numpy()
    order = np.lexsort((-scores, code))
    code, falling = code[order], scores[order]
    first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    sizes = np.diff(np.r_[first, len(code)])
    rank = np.arange(len(code)) - np.repeat(first, sizes) + 1
    parts = falling / rank**exponent
    if top is not None:
        parts = np.where(rank <= top, parts, 0.0)
    names = table.iloc[order[first]][list(keys)].reset_index(drop=True)
    return names.assign(score=np.add.reduceat(parts, first), records=sizes)
