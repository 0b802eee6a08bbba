"""Which weights on the effects make a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import AnalysisError, choices

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.mmrm.grid import Grid

Array = np.ndarray


def factors_of(term: str | Sequence[str] | None) -> list[str]:
    """``"arm:visit"`` -> ``["arm", "visit"]``."""
    if term is None:
        return []
    parts = term.replace("*", ":").split(":") if isinstance(term, str) else list(term)
    return [part.strip() for part in parts]


def differences(
    grid: Grid, term: str, by: Sequence[str], reference: object, pairwise: bool
) -> tuple[pd.DataFrame, Array]:
    """Rows for the differences between levels of `term` within levels of `by`."""
    import pandas as pd

    factors = factors_of(term)
    labels, rows = grid.average([*by, *factors])
    names = [" ".join(str(v) for v in row) for row in labels[factors].itertuples(index=False)]
    levels = list(dict.fromkeys(names))
    wanted = levels[0] if reference is None else str(reference)
    if wanted not in levels:
        raise AnalysisError(
            f"mmrm: the reference '{wanted}' is no level of {term}; {choices(wanted, levels)}"
        )
    if len(levels) < 2:
        raise AnalysisError(f"mmrm: {term} has one level only; there is nothing to compare.")
    pairs = [(level, wanted) for level in levels if level != wanted]
    if pairwise:
        pairs = [(second, first) for first, second in combinations(levels, 2)]
    out, weights = [], []
    for start in range(0, len(rows), len(levels)):
        place = {name: start + k for k, name in enumerate(names[start : start + len(levels)])}
        for one, other in pairs:
            out.append([*labels.iloc[start][list(by)], f"{one} - {other}"])
            weights.append(rows[place[one]] - rows[place[other]])
    return pd.DataFrame(out, columns=[*by, "contrast"]), np.array(weights)


def combination(
    what: Mapping[str, float] | Sequence[float] | Array, columns: Sequence[str]
) -> tuple[pd.DataFrame, Array]:
    """Rows from weights by name, or from an array."""
    import pandas as pd

    if isinstance(what, Mapping):
        for name in what:
            if name not in columns:
                raise AnalysisError(
                    f"mmrm: there is no effect '{name}'; {choices(str(name), columns)}"
                )
        weights = np.array([[float(what.get(name, 0.0)) for name in columns]])
    else:
        weights = np.atleast_2d(np.asarray(what, dtype=float))
        if weights.shape[1] != len(columns):
            raise AnalysisError(
                f"mmrm: a contrast has {weights.shape[1]} weights and the model "
                f"{len(columns)} effects: {', '.join(columns)}."
            )
    return pd.DataFrame({"contrast": [_name(row, columns) for row in weights]}), weights


def term_rows(grid: Grid, factors: Sequence[str]) -> Array:
    """Rows that are all zero when a main effect or an interaction is absent."""
    _, rows = grid.average(factors)
    shape = [len(grid.levels[name]) for name in factors]
    table = rows.reshape(*shape, rows.shape[1])
    for axis in range(len(factors)):
        table = np.diff(table, axis=axis)
    return table.reshape(-1, rows.shape[1])


def _name(row: Array, columns: Sequence[str]) -> str:
    parts: list[Any] = [
        f"{weight:+g} {name}" for weight, name in zip(row, columns, strict=True) if weight
    ]
    return " ".join(parts) or "0"
