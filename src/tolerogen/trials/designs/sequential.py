"""Group-sequential: look before the end, and stop for efficacy or futility.

The estimate after a trial that could have stopped is median unbiased, and its interval orders
outcomes by the look at which they came (Tsiatis AA, Rosner GL, Mehta CR, Biometrics 1984;40:797,
doi:10.2307/2530924).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from tolerogen.trials.designs.plan import Claim, Plan, Stage, Verdict, share_of
from tolerogen.trials.designs.reading import FAR, Gap, Readings
from tolerogen.trials.sequential import GroupSequentialDesign
from tolerogen.trials.sequential.process import Running, Step

Array = np.ndarray
SMALL = 1e-3  # z at which a ratio to it is no longer looked at
DRIFTS = np.linspace(-10.0, 14.0, 97)
SCORES = np.linspace(-FAR, FAR, 161)


@dataclass(frozen=True)
class Sequential:
    """A group-sequential plan for one active arm.

    Attributes
    ----------
    design
        Bounds.
    block
        Patients in a block of the randomisation.
    """

    design: GroupSequentialDesign
    block: int
    ignore_futility: bool = False

    @property
    def label(self) -> str:
        """Name for a page."""
        return f"group-sequential, {len(self.design.information)} looks, {self.design.kind}"

    def first(self, size: int) -> Stage:
        """Return the patients until the first look."""
        return Stage(self._at(size, 0))

    def then(self, size: int, seen: Sequence[Readings]) -> Stage | Verdict:
        """Look, and stop or go on."""
        place = len(seen) - 1
        together = seen[0].join(seen[1:])
        arm = together.active[0]
        gap = together.compare()[arm]
        last = place == len(self.design.information) - 1
        z = gap.z if gap.known else -np.inf
        if z > self.design.critical[place]:
            return self._end(arm, gap, place, len(together), "efficacy", rejected=True)
        if last:
            return self._end(arm, gap, place, len(together), "end", rejected=False)
        if not self.ignore_futility and z <= self.design.futility[place]:
            return self._end(arm, gap, place, len(together), "futility", rejected=False)
        return Stage(self._at(size, place + 1) - self._at(size, place))

    def unbound(self) -> Plan:
        """Ignore futility bounds that do not bind."""
        return self if self.design.binding else replace(self, ignore_futility=True)

    def largest(self, size: int) -> int:
        """Return the planned size."""
        return size

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        tsiatis = (
            "Tsiatis AA, Rosner GL, Mehta CR, Biometrics 1984;40:797 (doi:10.2307/2530924), "
            "interval after a trial that could have stopped"
        )
        return (*self.design.sources, tsiatis)

    def _at(self, size: int, place: int) -> int:
        share = self.design.information[place]
        return size if share >= 1 else share_of(size, share, self.block)

    def _end(
        self, arm: str, gap: Gap, place: int, patients: int, reason: str, *, rejected: bool
    ) -> Verdict:
        low, middle, high = self._ordered(gap, place)
        claim = Claim(middle, low, high, rejected)
        return Verdict({arm: claim}, patients, place + 1, reason)

    def _ordered(self, gap: Gap, place: int) -> tuple[float, float, float]:
        """Return the lower end, median unbiased estimate and upper end."""
        if not gap.known:
            return (np.nan, np.nan, np.nan)
        alpha = self.design.alpha
        # drift is the effect in units of the standard error at full information
        root = float(np.sqrt(self.design.information[place]))
        wide = gap.spread(float(-ndtri(alpha))) * root
        # the middle is where the estimate is when no look came before
        middle = root * (gap.estimate / gap.z if abs(gap.z) > SMALL else gap.se)
        table = self._orders[place]
        row = np.array([np.interp(gap.z, SCORES, table[k]) for k in range(len(DRIFTS))])
        # the order is a probability that rises with the drift: on the normal scale it is straight
        order = ndtri(np.clip(row, 1e-15, 1 - 1e-15))
        order = np.maximum.accumulate(order)
        low, centre, high = (np.interp(ndtri(q), order, DRIFTS) for q in (alpha, 0.5, 1 - alpha))
        return (float(low * wide), float(centre * middle), float(high * wide))

    @cached_property
    def _orders(self) -> list[Array]:
        """For each look the probability of a more extreme outcome, shape (drift, z)."""
        design = self.design
        binding = design.binding
        tables = [np.empty((len(DRIFTS), len(SCORES))) for _ in design.information]
        for k, drift in enumerate(DRIFTS):
            before: Running | None = None
            above = 0.0
            for place, information in enumerate(design.information):
                step = Step(before, information, float(drift))
                tables[place][k] = above + step.tail(SCORES)
                above += step.above(design.critical[place])
                if place < len(design.futility):
                    low = design.futility[place] if binding else -np.inf
                    before = step.go_on(low, design.critical[place])
        return tables
