"""One administration: how much enters which species, when, and over how long."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tolerogen.errors import SpecError

SHORTEST_INFUSION = 1e-6  # days, about 0.1 s: shorter than this is a bolus badly written


@dataclass(frozen=True)
class Dose:
    """An amount that enters a species of a model.

    Attributes
    ----------
    time
        Start, days, 0 or later.
    amount
        In the substance unit of `into` (mg for drugs). A concentration rises by
        ``amount / volume`` of the compartment.
    into
        Id of the species.
    duration
        Days over which the amount enters at a constant rate; 0 is a bolus.

    Raises
    ------
    SpecError
        When a number is negative, not finite, or the duration is above 0 but shorter than 1e-6.

    Examples
    --------
    >>> Dose(14, 750, "drug_central", duration=0.0625)
    Dose(time=14, amount=750, into='drug_central', duration=0.0625)
    """

    time: float
    amount: float
    into: str
    duration: float = 0.0

    def __post_init__(self) -> None:
        for name in ("time", "amount", "duration"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise SpecError(
                    f"dose into '{self.into}': {name} is {value}; give a finite number, 0 or more."
                )
        if 0 < self.duration < SHORTEST_INFUSION:
            raise SpecError(
                f"dose into '{self.into}' on day {self.time}: duration is {self.duration} day, "
                f"too short for an infusion (least {SHORTEST_INFUSION}); give 0 for a bolus."
            )
