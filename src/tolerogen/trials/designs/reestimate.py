"""Sample-size re-estimation: how many more, after a look in the middle.

*Blinded*: the residual spread of all patients together, with the planned difference taken out;
the test stays as it is. *Promising*: the second stage grows when the conditional power is
promising; the stages are combined with the weights that were planned, so that the type I error
holds for any rule.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from tolerogen.errors import AnalysisError
from tolerogen.trials.designs.plan import Claim, Plan, Stage, Verdict, combined, share_of
from tolerogen.trials.designs.reading import Readings
from tolerogen.trials.sequential.reestimate import blinded_size, promising_zone


@dataclass(frozen=True)
class Reestimation:
    """A plan that looks once and may grow.

    Attributes
    ----------
    kind
        ``blinded`` or ``promising``.
    at
        Share of the planned patients at the look.
    largest_growth
        Most patients, over the plan (blinded: of the trial; promising: of the second stage).
    low
        Conditional power below which the second stage stays as planned.
    difference
        Planned difference, without sign; blinded only.
    alpha, power
        One-sided; wanted.
    ratio
        Patients on drug for each on control.
    block
        Patients in a block.
    """

    kind: str
    at: float
    largest_growth: float
    low: float
    difference: float | None
    alpha: float
    power: float
    ratio: float
    block: int

    @property
    def label(self) -> str:
        """Name for a page."""
        return f"sample-size re-estimation, {self.kind}, at {self.at:.0%}"

    def first(self, size: int) -> Stage:
        """Return the patients until the look."""
        return Stage(share_of(size, self.at, self.block))

    def then(self, size: int, seen: Sequence[Readings]) -> Stage | Verdict:
        """Choose the second stage, or conclude."""
        if len(seen) == 1:
            return Stage(self._second(size, seen[0]))
        arm = seen[0].active[0]
        patients = sum(len(part) for part in seen)
        growth = {"growth": patients / size}
        if self.kind == "blinded":
            together = seen[0].join(seen[1:])
            gap = together.compare()[arm]
            fit = None if together.share else together.fit()
            half = gap.se * float(
                ndtri(1 - self.alpha) if fit is None else stdtrit(fit.df, 1 - self.alpha)
            )
            rejected = gap.known and gap.p < self.alpha
            claim = Claim(gap.estimate, gap.estimate - half, gap.estimate + half, rejected)
        else:
            gaps = [part.compare()[arm] for part in seen]
            claim = combined(gaps, (self.at, 1 - self.at), float(ndtri(1 - self.alpha)))
        return Verdict({arm: claim}, patients, 2, "end", growth)

    def unbound(self) -> Plan:
        """Return itself: nothing stops for futility."""
        return self

    def largest(self, size: int) -> int:
        """Return the most patients that may be needed."""
        first = self.first(size).patients
        if self.kind == "blinded":
            return math.ceil(size * self.largest_growth / self.block) * self.block
        grown = (size - first) * self.largest_growth
        return first + math.ceil(grown / self.block) * self.block

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        return (
            "Gould AL, Shih WJ, Commun Stat Theory Methods 1992;21:2833 "
            "(doi:10.1080/03610929208830947)",
            "Mehta CR, Pocock SJ, Stat Med 2011;30:3267 (doi:10.1002/sim.4102)",
            "Lehmacher W, Wassmer G, Biometrics 1999;55:1286 "
            "(doi:10.1111/j.0006-341X.1999.01286.x)",
        )

    def _second(self, size: int, seen: Readings) -> int:
        first = len(seen)
        planned = max(size - first, self.block)
        if self.kind == "promising":
            gap = seen.compare()[seen.active[0]]
            growth = 1.0
            if gap.known:
                critical = float(ndtri(1 - self.alpha))
                growth = promising_zone(
                    gap.z, self.at, critical, self.power, self.low, self.largest_growth
                )
            return math.ceil(planned * growth / self.block) * self.block
        wanted = self._blinded(seen)
        most = self.largest(size) - first
        more = math.ceil((wanted - first) / self.block) * self.block
        return int(min(max(more, planned), most))

    def _blinded(self, seen: Readings) -> float:
        """Return the patients to randomise, from the spread of all arms together."""
        known = np.isfinite(seen.value) & np.isfinite(seen.covariates).all(axis=1)
        y, x = seen.value[known], seen.covariates[known]
        design = np.column_stack([np.ones(len(y)), x])
        rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        # residuals have fewer degrees of freedom than values
        rest = rest * math.sqrt((len(y) - 1) / max(len(y) - np.linalg.matrix_rank(design), 1))
        try:
            wanted = blinded_size(
                rest, float(self.difference or 0.0), self.alpha, 1 - self.power, self.ratio
            )
        except AnalysisError:  # the spread is below what the difference alone makes
            return 0.0
        return wanted / max(float(known.mean()), 0.1)
