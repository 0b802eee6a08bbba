"""Borrowing placebo: earlier placebo arms enter as a robust MAP prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.borrowing import Mixture, map_prior
from tolerogen.trials.designs.plan import Claim, Plan, Stage, Verdict
from tolerogen.trials.designs.reading import Readings


@dataclass(frozen=True)
class Borrowing:
    """A plan with one active arm and a prior for its placebo.

    Attributes
    ----------
    means, ses
        Changes of earlier placebo arms and their standard errors, turned so that a rise is good;
        empty where `history` trials are simulated instead.
    history
        Number of earlier trials to simulate; 0 where they are given.
    between
        Scale of the half-normal prior of the standard deviation between trials.
    robust
        Weight of the vague component.
    alpha
        The drug wins when the probability that it is better exceeds ``1 - alpha``.
    """

    means: tuple[float, ...]
    ses: tuple[float, ...]
    history: int
    between: float
    robust: float
    alpha: float

    @property
    def label(self) -> str:
        """Name for a page."""
        count = self.history or len(self.means)
        return f"placebo borrowed from {count} earlier trials, robust MAP prior"

    def first(self, size: int) -> Stage:
        """Return all patients."""
        return Stage(size)

    def then(self, size: int, seen: Sequence[Readings]) -> Stage | Verdict:
        """Update the prior by the placebo arm, and compare."""
        del size  # there is one stage
        part = seen[0]
        arm = part.active[0]
        values = [
            part.value[(part.arm == part.arms.index(name)) & np.isfinite(part.value)]
            for name in (arm, part.reference)
        ]
        nothing = Verdict({arm: Claim(np.nan, np.nan, np.nan, rejected=False)}, len(part), 1)
        if min(len(v) for v in values) < 2:
            return nothing
        drug, control = values
        df = len(drug) + len(control) - 2
        squares = sum(float(((v - v.mean()) ** 2).sum()) for v in values)
        sd = float(np.sqrt(squares / df))
        if not sd > 0:
            return nothing
        try:
            prior = self.prior(sd)
        except AnalysisError:
            return nothing
        after = prior.update(float(control.mean()), sd / np.sqrt(len(control)))
        gap = after.less_from(float(drug.mean()), sd / np.sqrt(len(drug)))
        low, high = gap.quantile(self.alpha), gap.quantile(1 - self.alpha)
        claim = Claim(gap.mean, low, high, rejected=1 - gap.below(0.0) > 1 - self.alpha)
        return Verdict({arm: claim}, len(part), 1, "end", {"prior_patients": prior.patients(sd)})

    def prior(self, sd: float) -> Mixture:
        """Return the prior of the placebo mean, with a vague part of one patient's worth."""
        return map_prior(self.means, self.ses, self.between).robust(self.robust, sd)

    def taught(self, means: Sequence[float], ses: Sequence[float]) -> Borrowing:
        """Return the plan with the history of one trial."""
        return replace(self, means=tuple(means), ses=tuple(ses))

    def unbound(self) -> Plan:
        """Return itself: there is no futility."""
        return self

    def largest(self, size: int) -> int:
        """Return the planned size."""
        return size

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        return (
            "Schmidli H et al., Biometrics 2014;70:1023 (doi:10.1111/biom.12242)",
            "Neuenschwander B et al., Clin Trials 2010;7:5 (doi:10.1177/1740774509356002)",
        )
