"""The reference grid: every combination of the factors, covariates at their means.

LS-means average predictions over this grid with equal weights, whatever the numbers of patients
in the data were: the mean that a balanced trial would have had.

References
----------
Searle SR, Speed FM, Milliken GA, Am Stat 1980;34:216 (doi:10.1080/00031305.1980.10483031).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import AnalysisError, choices

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.mmrm.design import Design

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells and their rows of the design matrix.

    Attributes
    ----------
    levels
        Levels of each factor of the model.
    cells
        One row a combination: the factors.
    rows
        Shape (cell, effect).
    """

    levels: dict[str, tuple[Any, ...]]
    cells: pd.DataFrame
    rows: Array

    def average(self, factors: Sequence[str]) -> tuple[pd.DataFrame, Array]:
        """Average over everything but `factors`; the first of them varies slowest."""
        import pandas as pd

        for name in factors:
            if name not in self.levels:
                raise AnalysisError(
                    f"mmrm: '{name}' is no factor of the model, so it has no LS-means; "
                    f"{choices(name, self.levels)} A number is made a factor by C({name}) in "
                    "the formula."
                )
        combinations = list(product(*(self.levels[name] for name in factors)))
        labels = pd.DataFrame(combinations, columns=list(factors))
        means = []
        for combination in combinations:
            inside = np.ones(len(self.cells), dtype=bool)
            for name, value in zip(factors, combination, strict=True):
                inside &= (self.cells[name] == value).to_numpy()
            means.append(self.rows[inside].mean(axis=0))
        return labels, np.array(means)


def reference_grid(design: Design, at: Mapping[str, float] | None = None) -> Grid:
    """Build the grid of a model.

    Parameters
    ----------
    design
        Data and formula.
    at
        Values for covariates in place of their means.
    """
    import pandas as pd

    levels = factor_levels(design)
    names = [str(v) for v in design.spec.required_variables]
    numbers = {n: float(design.frame[n].mean()) for n in names if n not in levels}
    for name, value in (at or {}).items():
        if name not in numbers:
            raise AnalysisError(
                f"mmrm: at: '{name}' is no covariate of the model; {choices(name, numbers)}"
            )
        numbers[name] = float(value)
    cells = pd.DataFrame(list(product(*levels.values())), columns=list(levels))
    if not levels:
        cells = pd.DataFrame(index=[0])
    table = cells.copy()
    for name in levels:
        if isinstance(design.frame[name].dtype, pd.CategoricalDtype):
            table[name] = table[name].astype(design.frame[name].dtype)
    for name, value in numbers.items():
        table[name] = value
    rows = np.asarray(design.spec.get_model_matrix(table), dtype=float)
    return Grid(levels, cells, rows)


def factor_levels(design: Design) -> dict[str, tuple[Any, ...]]:
    """Return the levels of every factor of the model, in the order of the formula."""
    import pandas as pd
    from formulaic import Formula
    from formulaic.parser.types import Factor

    found: dict[str, tuple[Any, ...]] = {}
    for expression, (kind, _) in design.spec.encoder_state.items():
        if kind is not Factor.Kind.CATEGORICAL:
            continue
        for name in Formula(f"{expression} - 1").required_variables:
            column = design.frame[str(name)]
            found[str(name)] = tuple(pd.Categorical(column).categories)
    return found
