"""The values that make up the endpoints of a disease, as ``endpoints.toml`` spells them.

Field names are the keys of the file. Unknown keys are refused when the file is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from tolerogen.parameters import Status

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=STRICT)
class Score:
    """A weighting of the domains into one number.

    Attributes
    ----------
    id, name
        ``essdai``; "EULAR Sjögren's Syndrome Disease Activity Index".
    maximum
        Published maximum; the file is refused when weights and levels do not add to it.
    moderate, high
        Score from which activity is called moderate, high.
    improvement
        Fall that counts as a response, points.
    """

    id: str
    name: str
    maximum: int
    moderate: int
    high: int
    improvement: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class LevelRule:
    """A level that a measured value or a lasting finding (flag) sets.

    With ``measure``: holds when the value is over `above` and at most `at_most`, or under
    `below`. ``at = "baseline"`` looks at the patient's own start instead of the visit: a value
    that a drug caused is not activity of the disease.
    """

    level: int
    measure: str | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    flag: str | None = None
    at: str = "visit"


@dataclass(frozen=True, config=STRICT)
class Domain:
    """One organ of a domain score.

    Attributes
    ----------
    weights
        Weight by score id; a score that is not named does not count the domain.
    prevalence
        Share of an unselected population that scores above zero here at one visit.
    drivers
        Share of the latent activity that follows each observable of the model.
    rules
        Instead of prevalence and drivers: the level follows measured values.
    """

    id: str
    name: str
    levels: tuple[int, ...]
    weights: dict[str, int]
    status: Status
    source: str
    prevalence: float | None = None
    drivers: dict[str, float] = field(default_factory=dict)
    drivers_reason: str = ""
    rules: tuple[LevelRule, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Activity:
    """How active the involved domains are in an unselected population.

    Attributes
    ----------
    median
        Median latent activity of an involved domain, in levels.
    log_sd
        Standard deviation of its natural logarithm between patients.
    systemic_involvement, systemic_activity
        Loading (0 to 1) of involvement and activity on the patient's one systemic factor.
    """

    median: float
    log_sd: float
    systemic_involvement: float
    systemic_activity: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Scale:
    """What the patient reports, on a scale from `low` to `high` in steps of `step`.

    `mean` and `sd` describe the patient's own level between patients, before visit noise.
    """

    id: str
    name: str
    mean: float
    sd: float
    status: Status
    source: str
    low: float = 0.0
    high: float = 10.0
    step: float = 1.0
    drivers: dict[str, float] = field(default_factory=dict)
    drivers_reason: str = ""


@dataclass(frozen=True, config=STRICT)
class Composite:
    """The mean of several scales."""

    id: str
    name: str
    items: tuple[str, ...]
    improvement: float
    improvement_share: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class FunctionTest:
    """A measured function, lognormal between patients.

    Attributes
    ----------
    median, log_sd
        Between patients, in `unit` and on the log scale.
    limit
        Detection limit: what is below is reported as 0.
    high
        Largest value that can be measured.
    noise
        Standard deviation of the natural logarithm between visits.
    """

    id: str
    name: str
    unit: str
    median: float
    log_sd: float
    limit: float
    high: float
    noise: float
    status: Status
    source: str
    drivers: dict[str, float] = field(default_factory=dict)
    drivers_reason: str = ""


@dataclass(frozen=True, config=STRICT)
class Lab:
    """A laboratory value that is a state of the model.

    The value of a patient is ``factor * parameter`` (the patient's baseline) times the ratio of
    `observable` to its own start; `cv` is the analytical and day-to-day variation of a sample.
    """

    id: str
    name: str
    unit: str
    observable: str
    parameter: str
    factor: float
    cv: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Flag:
    """A lasting finding that a patient has or has not (cryoglobulins)."""

    id: str
    name: str
    prevalence: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Condition:
    """One comparison with the baseline visit; exactly one comparison, any guards.

    `fall` and `rise` are in the unit of the measure; `fall_share` and `rise_share` are shares
    of the baseline value. `above`, `below`, `at_least` look at the visit alone. The guards
    ``if_*`` restrict the condition to patients whose baseline value satisfies them.
    """

    measure: str
    fall: float | None = None
    rise: float | None = None
    fall_share: float | None = None
    rise_share: float | None = None
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    if_baseline_above: float | None = None
    if_baseline_at_most: float | None = None
    if_baseline_below: float | None = None
    if_baseline_at_least: float | None = None

    def __post_init__(self) -> None:
        names = ("fall", "rise", "fall_share", "rise_share", "above", "below", "at_least")
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"give exactly one of {', '.join(names)} for '{self.measure}'")


@dataclass(frozen=True, config=STRICT)
class ResponseItem:
    """Points that are earned when any one of the conditions holds."""

    name: str
    points: int
    any: tuple[Condition, ...]


@dataclass(frozen=True, config=STRICT)
class Responder:
    """A responder rule: the items' points reach the threshold."""

    id: str
    name: str
    threshold: int
    item: tuple[ResponseItem, ...]
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Link:
    """Correlation of two baseline quantities between patients (normal scores)."""

    a: str
    b: str
    r: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Endpoints:
    """All endpoints of a disease; the tables of ``endpoints.toml``."""

    activity: Activity
    score: tuple[Score, ...]
    domain: tuple[Domain, ...]
    scale: tuple[Scale, ...] = ()
    composite: tuple[Composite, ...] = ()
    test: tuple[FunctionTest, ...] = ()
    lab: tuple[Lab, ...] = ()
    flag: tuple[Flag, ...] = ()
    responder: tuple[Responder, ...] = ()
    correlation: tuple[Link, ...] = ()

    @property
    def latent(self) -> tuple[Domain, ...]:
        """Domains with a latent activity; the others are graded by rules."""
        return tuple(d for d in self.domain if not d.rules)

    @property
    def measures(self) -> tuple[str, ...]:
        """Columns of an observation: scores, composites, scales, tests, labs, domain levels."""
        groups = (self.score, self.composite, self.scale, self.test, self.lab)
        named = [entry.id for group in groups for entry in group]
        return (*named, *(self.level_column(d.id) for d in self.domain))

    @property
    def observables(self) -> tuple[str, ...]:
        """Observables of the model that the endpoints need, in order of first use."""
        return tuple(dict.fromkeys(self._observables()))

    def level_column(self, domain: str) -> str:
        """Name of the column that holds the level of a domain, such as ``essdai_articular``."""
        return f"{self.score[0].id}_{domain}"

    def _observables(self) -> Iterator[str]:
        for group in (self.domain, self.scale, self.test):
            for entry in group:
                yield from entry.drivers
        for lab in self.lab:
            yield lab.observable
