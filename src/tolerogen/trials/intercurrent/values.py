"""What a trial file says about intercurrent events, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tolerogen.trials.imputation.estimands import ESTIMANDS

if TYPE_CHECKING:
    from tolerogen.trials.measures import Measure
    from tolerogen.trials.spec import Treatment

KINDS = ("rescue", "discontinuation")
POLICY, HYPOTHETICAL, COMPOSITE = ESTIMANDS


@dataclass(frozen=True)
class Rescue:
    """Rescue medication: when it is given, and what it does.

    Attributes
    ----------
    measure
        What the rule looks at, at every visit from `first` on.
    worse_by
        Met by a change from baseline of at least this in the bad direction; None for no such rule.
    not_better_by
        Met by an improvement from baseline of less than this; None for no such rule.
    first
        Day of the first visit at which it may be given.
    probability
        That it is given at a visit that meets the rule.
    treatment
        Therapy and doses, counted from the day of the rescue; None for `relief` alone.
    relief, onset
        Share of the activity that it takes away without a mechanism, and the days after which
        63 % of that is there.
    stops_treatment
        Whether the treatment of the arm ends then.
    """

    measure: Measure
    worse_by: float | None
    not_better_by: float | None
    first: float
    probability: float = 1.0
    treatment: Treatment | None = None
    relief: float = 0.0
    onset: float = 28.0
    stops_treatment: bool = False


@dataclass(frozen=True)
class Discontinuation:
    """The end of the treatment before the end of the trial.

    Attributes
    ----------
    weekly_hazard
        By role of the arm.
    worsening
        Added to the logarithm of the hazard per point by which the first score of the disease
        lies above baseline.
    followed
        Share of those who stop and go on being seen.
    """

    weekly_hazard: dict[str, float] = field(default_factory=dict)
    worsening: float = 0.0
    followed: float = 1.0


@dataclass(frozen=True)
class Estimand:
    """How events and missing values are dealt with.

    Attributes
    ----------
    rescue, discontinuation
        Strategy for the event: ``treatment-policy``, ``hypothetical``, ``composite``.
    worst
        Value of the change from baseline after an event of a composite: of the primary measure,
        0 (no better than at the start) when None. Of other measures it is always 0.
    missing
        ``none``: what was not seen is left to the analysis; or how it is imputed: ``mar``,
        ``j2r``, ``cir``, ``cr``, ``lmcf``.
    imputations
        Number of completed data sets.
    tipping
        Penalties on what was imputed, for the tipping point.
    """

    rescue: str = POLICY
    discontinuation: str = POLICY
    worst: float | None = None
    missing: str = "none"
    imputations: int = 50
    tipping: tuple[float, ...] = ()

    def strategy(self, kind: str) -> str:
        """Return the strategy for a kind of event."""
        return self.rescue if kind == "rescue" else self.discontinuation
