"""A sensorgram: response over time while analyte flows over the surface, and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

UNTOUCHED = 32
"""Points after the beginning of a step that are never averaged."""


@dataclass(frozen=True, eq=False)
class Cycle:
    """One surface over time, with the analyte concentration as a staircase.

    Attributes
    ----------
    name
        Name of the cycle or sensor in its file.
    time
        s, rising.
    response
        RU (SPR) or nm (BLI), reference already subtracted; as long as `time`.
    starts
        s, when each step of the staircase begins; the first is the first time of the record.
    concentrations
        M, of each step; 0 while buffer flows.
    """

    name: str
    time: Array
    response: Array
    starts: tuple[float, ...]
    concentrations: tuple[float, ...]

    @property
    def highest(self) -> float:
        """Return the highest concentration (M) of the cycle."""
        return max(self.concentrations)

    def moved(self, starts: tuple[float, ...]) -> Cycle:
        """Return the cycle with its steps beginning at other times."""
        return replace(self, starts=starts)

    def thinned(self, most: int) -> Cycle:
        """Return the cycle with about `most` of its points, evenly taken."""
        step = max(1, len(self.time) // most)
        return replace(self, time=self.time[::step], response=self.response[::step])

    def condensed(self, block: int) -> Cycle:
        """Return the cycle with means over `block` points, save soon after each step begins.

        White noise is averaged with next to no loss where the curve is nearly straight; the first
        points of a step, where it may bend, stay as they are.
        """
        import numpy as np

        edges = [0, *np.searchsorted(self.time, self.starts[1:], side="right"), len(self.time)]
        groups: list[int] = []
        for first, last in pairwise(edges):
            bent = min(first + UNTOUCHED, last)
            groups += [*range(first, bent), *range(bent, last, block)]
        at = np.array(groups)
        size = np.diff(np.append(at, len(self.time)))
        return replace(
            self,
            time=np.add.reduceat(self.time, at) / size,
            response=np.add.reduceat(self.response, at) / size,
        )


@dataclass(frozen=True, eq=False)
class Sensorgram:
    """The cycles of one analyte over one kind of surface, to be fitted together.

    Attributes
    ----------
    switch_known
        Whether the record says when buffer replaced analyte; otherwise it has to be found.
    """

    analyte: str
    cycles: tuple[Cycle, ...]
    switch_known: bool = True

    @property
    def points(self) -> int:
        """Return the number of data points in all cycles."""
        return sum(len(cycle.time) for cycle in self.cycles)

    def condensed(self, most: int) -> Sensorgram:
        """Return the sensorgram with about `most` points, or itself where it has no more."""
        if self.points <= most:
            return self
        block = -(-self.points // most)
        return replace(self, cycles=tuple(cycle.condensed(block) for cycle in self.cycles))
