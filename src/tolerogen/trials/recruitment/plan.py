"""What is planned: regions, their centres and rates, the day by which the trial is to be full."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tolerogen.errors import SpecError

MONTH = 365.25 / 12  # days
MOST_CENTRES = 5000
INTERVAL = (0.1, 0.9)
"""Quantiles between which eight of ten trials lie."""
SPREAD = 0.8
"""Coefficient of variation of the rates of centres, where none is given: assumed; a gamma shape of
1.6."""


@dataclass(frozen=True)
class Region:
    """Centres that are alike.

    Attributes
    ----------
    name
        What the region is called.
    centres
        How many.
    rate
        Patients randomised a day by an open centre, mean over the centres.
    opens
        Days on which the first and the last centre opens; the others in between, by chance.
    most
        Patients after whom the region stops; None for no cap.
    """

    name: str
    centres: int
    rate: float
    opens: tuple[float, float] = (0.0, 0.0)
    most: int | None = None

    def __post_init__(self) -> None:
        where = f"region '{self.name}'"
        if not 1 <= self.centres <= MOST_CENTRES:
            raise SpecError(f"{where}: centres must be from 1 to {MOST_CENTRES}.")
        if not 0 < self.rate <= 100:
            raise SpecError(f"{where}: the rate must be above 0 and at most 100 patients a day.")
        if not 0 <= self.opens[0] <= self.opens[1]:
            raise SpecError(f"{where}: opens: the first centre must not open after the last.")
        if self.most is not None and self.most < 1:
            raise SpecError(f"{where}: most must be at least one patient.")


@dataclass(frozen=True)
class Recruitment:
    """A plan of recruitment.

    Attributes
    ----------
    patients
        Wanted, all regions together.
    regions
        At least one.
    spread
        Coefficient of variation of the rates of the centres of a region.
    follow_up
        Days from randomisation to a patient's last visit.
    endpoint
        Days from randomisation to the primary endpoint, not after the last visit.
    looks
        Shares of the patients, below 1, whose endpoint an interim analysis waits for.
    finish
        Day by which the last patient is to be randomised; None if none was named.
    screen_failure
        Share of those screened who are not randomised; None if unknown.
    name
        Of the trial.
    """

    patients: int
    regions: tuple[Region, ...]
    spread: float = SPREAD
    follow_up: float = 0.0
    endpoint: float = 0.0
    looks: tuple[float, ...] = ()
    finish: float | None = None
    screen_failure: float | None = None
    name: str = "Recruitment"

    def __post_init__(self) -> None:
        if self.patients < 1 or not self.regions:
            raise SpecError("recruitment needs at least one patient and one region.")
        names = [region.name for region in self.regions]
        if len(set(names)) < len(names):
            raise SpecError(f"two regions have one name: {', '.join(sorted(names))}.")
        if not 0 <= self.spread <= 5:
            raise SpecError("spread, a coefficient of variation, must be from 0 to 5.")
        if self.screen_failure is not None and not 0 <= self.screen_failure < 1:
            raise SpecError("screen_failure must be from 0 to below 1.")
        if not 0 <= self.endpoint <= self.follow_up:
            raise SpecError("the endpoint must not be after the last visit.")
        if any(not 0 < share < 1 for share in self.looks):
            raise SpecError("looks must be shares of the patients, above 0 and below 1.")
        caps = [region.most for region in self.regions]
        room = sum(cap for cap in caps if cap is not None)
        if None not in caps and room < self.patients:
            raise SpecError(
                f"the regions may give {room} patients together, but {self.patients} are wanted. "
                "Raise 'most', or leave it out for one region."
            )

    @property
    def centres(self) -> int:
        """How many centres there are, all regions together."""
        return sum(region.centres for region in self.regions)

    def with_centres(self, total: int) -> Recruitment:
        """Return the plan with another number of centres, shared among the regions as before."""
        exact = [region.centres * total / self.centres for region in self.regions]
        counts = [max(1, int(share)) for share in exact]
        order = sorted(range(len(exact)), key=lambda i: counts[i] - exact[i])
        for i in order[: max(0, total - sum(counts))]:  # the largest remainders first
            counts[i] += 1
        pairs = zip(self.regions, counts, strict=True)
        return replace(self, regions=tuple(replace(r, centres=n) for r, n in pairs))
