"""A sensorgram: response over time while analyte flows over the surface, and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]


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
