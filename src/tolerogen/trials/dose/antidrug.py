"""Antibodies against the drug, as asked: `tolerogen.therapies.antidrug` says what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.therapies.antidrug import FOLD, ONSET

if TYPE_CHECKING:
    from tolerogen.therapies import Therapy


@dataclass(frozen=True)
class AntiDrug:
    """How often antibodies form, and what they do.

    Attributes
    ----------
    incidence
        Share of patients, 0 to 1.
    fold
        Clearance with antibodies over clearance without, at least 1.
    onset
        Day at which half of the rise is reached.
    """

    incidence: float
    fold: float = FOLD
    onset: float = ONSET

    def __post_init__(self) -> None:
        if not 0 <= self.incidence <= 1:
            raise SpecError(f"the incidence of anti-drug antibodies is {self.incidence:g}; give a "
                            "share from 0 to 1.")  # fmt: skip
        if not (self.fold >= 1 and self.onset > 0):
            raise SpecError(
                f"anti-drug antibodies: a rise of clearance by {self.fold:g} from day "
                f"{self.onset:g} makes no sense; the factor must be at least 1, the day above 0."
            )


def with_antibodies(therapy: Therapy, antidrug: AntiDrug | None) -> Therapy:
    """Return a therapy against which antibodies form as asked; without a wish as it says itself."""
    from dataclasses import replace

    from tolerogen.therapies import Immunogenicity

    if antidrug is None:
        return therapy
    told = Immunogenicity(antidrug.incidence, "as asked", "assumed", antidrug.fold, antidrug.onset)
    return replace(therapy, immunogenicity=told)


def own_antibodies(therapy: Therapy) -> AntiDrug | None:
    """Return what a therapy says of antibodies that clear it; None where it says nothing."""
    immune = therapy.immunogenicity
    if immune is None or immune.clearance_fold == 1.0:
        return None
    return AntiDrug(immune.ada_incidence, immune.clearance_fold, immune.onset)
