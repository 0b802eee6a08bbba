"""Graphical procedures: several hypotheses, one type I error, handed on by arrows.

Every hypothesis holds a share of alpha. One that is rejected gives its share to others along its
arrows, and the arrows are redrawn. Fixed sequence, Holm, fallback and gatekeeping are graphs.

References
----------
Bretz F, Maurer W, Brannath W, Posch M, Stat Med 2009;28:586 (doi:10.1002/sim.3495).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import AnalysisError, choices

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-12


@dataclass(frozen=True)
class Graph:
    """Hypotheses, their shares of alpha, and the arrows between them.

    Attributes
    ----------
    names
        Hypotheses.
    weights
        Shares of alpha; they sum to 1 or less.
    transitions
        Row by row, the part of its share that a rejected hypothesis gives to each other; rows
        sum to 1 or less, the diagonal is 0.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    transitions: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        count = len(self.names)
        arrows = np.array(self.transitions, dtype=float).reshape(len(self.transitions), -1)
        if len(set(self.names)) != count or count == 0:
            raise AnalysisError("a graph needs hypotheses with names that differ.")
        if len(self.weights) != count or arrows.shape != (count, count):
            raise AnalysisError(
                f"a graph of {count} hypotheses needs {count} weights and {count} x {count} arrows."
            )
        if min(self.weights) < 0 or sum(self.weights) > 1 + ROUNDING:
            raise AnalysisError("the weights of a graph must be 0 or more and sum to 1 at most.")
        wrong = (arrows < 0).any() or (arrows.sum(axis=1) > 1 + ROUNDING).any()
        if wrong or np.diag(arrows).any():
            raise AnalysisError(
                "arrows of a graph must be 0 or more, sum to 1 at most for each hypothesis, and "
                "not lead back to itself."
            )

    def test(self, p: Mapping[str, float], alpha: float = 0.025) -> GraphResult:
        """Reject what can be rejected.

        Parameters
        ----------
        p
            p-value of each hypothesis.
        alpha
            Type I error of all together.

        Raises
        ------
        AnalysisError
            A p-value that is missing, unknown or no probability.
        """
        for name in p:
            if name not in self.names:
                raise AnalysisError(f"there is no hypothesis '{name}'; {choices(name, self.names)}")
        values = np.array([p.get(name, np.nan) for name in self.names], dtype=float)
        if not ((values >= 0) & (values <= 1)).all():
            missing = self.names[int(np.argmin((values >= 0) & (values <= 1)))]
            raise AnalysisError(f"'{missing}' needs a p-value between 0 and 1.")
        return _test(self, values, alpha)


@dataclass(frozen=True)
class GraphResult:
    """Outcome of a graphical procedure.

    Attributes
    ----------
    graph, alpha
        What was tested, at which error.
    p, adjusted
        p-values and their adjusted values: the smallest alpha at which each would be rejected.
    rejected
        Names in the order of rejection.
    """

    graph: Graph
    alpha: float
    p: tuple[float, ...]
    adjusted: tuple[float, ...]
    rejected: tuple[str, ...]

    def frame(self) -> pd.DataFrame:
        """Return one row a hypothesis."""
        import pandas as pd

        return pd.DataFrame(
            {
                "hypothesis": self.graph.names,
                "weight": self.graph.weights,
                "p": self.p,
                "adjusted": self.adjusted,
                "rejected": [name in self.rejected for name in self.graph.names],
            }
        )


def _test(graph: Graph, p: np.ndarray, alpha: float) -> GraphResult:
    weights, arrows = np.array(graph.weights), np.array(graph.transitions, dtype=float)
    open_, order = list(range(len(p))), []
    adjusted, highest = np.ones(len(p)), 0.0
    while open_:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(weights[open_] > 0, p[open_] / weights[open_], np.inf)
        best = open_[int(np.argmin(ratio))]
        highest = max(highest, float(min(ratio.min(), 1.0)))
        adjusted[best] = highest
        order.append(best)
        open_.remove(best)
        weights, arrows = _hand_on(weights, arrows, best, open_)
    rejected = [graph.names[k] for k in order if adjusted[k] <= alpha]
    return GraphResult(
        graph, alpha, tuple(map(float, p)), tuple(map(float, adjusted)), tuple(rejected)
    )


def _hand_on(
    weights: np.ndarray, arrows: np.ndarray, gone: int, open_: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Remove a rejected hypothesis: algorithm 1 of Bretz et al."""
    new_weights, new_arrows = np.zeros_like(weights), np.zeros_like(arrows)
    for i in open_:
        new_weights[i] = weights[i] + weights[gone] * arrows[gone, i]
        loop = 1.0 - arrows[i, gone] * arrows[gone, i]
        for j in open_:
            if i != j and loop > ROUNDING:
                new_arrows[i, j] = (arrows[i, j] + arrows[i, gone] * arrows[gone, j]) / loop
    return new_weights, new_arrows


def holm_graph(names: Sequence[str]) -> Graph:
    """Return Holm's procedure: equal shares, handed on in equal parts."""
    count = len(names)
    part = 1.0 / (count - 1) if count > 1 else 0.0
    arrows = tuple(tuple(0.0 if i == j else part for j in range(count)) for i in range(count))
    return Graph(tuple(names), (1.0 / max(count, 1),) * count, arrows)


def sequence_graph(names: Sequence[str]) -> Graph:
    """Return a fixed sequence: each hypothesis waits for those before it to be rejected."""
    count = len(names)
    arrows = tuple(tuple(float(j == i + 1) for j in range(count)) for i in range(count))
    return Graph(tuple(names), tuple(float(i == 0) for i in range(count)), arrows)


def gatekeeping_graph(families: Sequence[Sequence[str]], parallel: bool = False) -> Graph:
    """Families of hypotheses in order, a family opened by the one before it.

    Parameters
    ----------
    families
        Names, family by family: primary, secondary, ...
    parallel
        False: a family opens when all of the one before it are rejected (serial), within which
        Holm's procedure is used. True: every rejected hypothesis gives its share on to the next
        family at once (Bonferroni parallel gatekeeping; Dmitrienko et al. 2003).

    References
    ----------
    Dmitrienko A, Offen WW, Westfall PH, Stat Med 2003;22:2387 (doi:10.1002/sim.1526).
    """
    names = [name for family in families for name in family]
    if not families or not all(families):
        raise AnalysisError("gatekeeping needs families with a hypothesis or more in each.")
    arrows = np.zeros((len(names), len(names)))
    start = 0
    tiny = 0.0 if parallel else SMALL
    for family, after in zip(families, [*families[1:], ()], strict=True):
        size, ahead = len(family), len(after)
        here = range(start, start + size)
        there = range(start + size, start + size + ahead)
        for i in here:
            within = 0.0 if (parallel and ahead) or size == 1 else 1.0 - (tiny if ahead else 0.0)
            for j in here:
                arrows[i, j] = within / (size - 1) if i != j and within else 0.0
            for j in there:
                arrows[i, j] = (1.0 - within) / ahead
        start += size
    first = len(families[0])
    weights = tuple(1.0 / first if k < first else 0.0 for k in range(len(names)))
    return Graph(tuple(names), weights, tuple(tuple(float(v) for v in row) for row in arrows))


SMALL = 1e-9  # the infinitesimal arrow of Bretz et al., section 4: open what is left only then
