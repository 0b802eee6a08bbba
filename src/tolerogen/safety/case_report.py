"""One case: who was affected, who told, what was taken, what happened.

Four things make a report valid (ICH E2D): an identifiable patient, an identifiable
reporter, a suspect drug, and an event. Six things make it serious (ICH E2A).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tolerogen.errors import SpecError, choices
from tolerogen.provenance import plain
from tolerogen.safety.causality import Causality, read_causality
from tolerogen.safety.partial_date import partial_date

SERIOUS = (
    "death",
    "life_threatening",
    "hospitalisation",
    "disability",
    "congenital_anomaly",
    "medically_important",
)
"""The six criteria of seriousness (ICH E2A)."""
ROLES = ("suspect", "interacting", "concomitant", "not administered")
OUTCOMES = ("recovered", "recovering", "not recovered", "sequelae", "fatal", "unknown")
REPORTERS = ("patient", "carer", "physician", "pharmacist", "other professional", "lawyer")


@dataclass(frozen=True)
class Drug:
    """A drug of the case. `start` and `stop` are partial dates."""

    name: str
    role: str = "suspect"
    dose: str | None = None
    start: str | None = None
    stop: str | None = None
    indication: str | None = None


@dataclass(frozen=True)
class Event:
    """What happened. `onset` is a partial date, `serious` names criteria of `SERIOUS`."""

    term: str
    onset: str | None = None
    outcome: str = "unknown"
    serious: tuple[str, ...] = ()
    expected: bool | None = None


@dataclass(frozen=True)
class Identity:
    """Who the patient and the reporter are. Kept apart from the case, never logged.

    Attributes
    ----------
    patient, reporter
        Name or initials.
    contact
        How the reporter can be reached.
    birth_date
        Partial date.
    """

    patient: str | None = None
    reporter: str | None = None
    contact: str | None = None
    birth_date: str | None = None


@dataclass(frozen=True)
class CaseReport:
    """A case without names.

    Attributes
    ----------
    drugs, events
        What was taken and what happened.
    reporter
        Kind of reporter, one of `REPORTERS`.
    sex, age_years, age_group, country
        What identifies a patient without naming one.
    study
        Name of the study that the case comes from; None for a spontaneous report.
    causality
        Judgements of drugs and events, with the answers they follow from.
    narrative
        The story in the reporter's words.
    has_identity
        Whether an `Identity` names the patient.
    """

    drugs: tuple[Drug, ...] = ()
    events: tuple[Event, ...] = ()
    reporter: str | None = None
    sex: str | None = None
    age_years: float | None = None
    age_group: str | None = None
    country: str | None = None
    study: str | None = None
    causality: tuple[Causality, ...] = ()
    narrative: str = field(default="", repr=False)
    has_identity: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the four minimum criteria are not met."""
        patient = self.has_identity or self.sex or self.age_years is not None or self.age_group
        suspects = [d for d in self.drugs if d.role in ("suspect", "interacting") and d.name]
        found = {
            "patient": bool(patient),
            "reporter": bool(self.reporter),
            "suspect drug": bool(suspects),
            "event": any(e.term for e in self.events),
        }
        return tuple(name for name, there in found.items() if not there)

    @property
    def valid(self) -> bool:
        """Whether all four minimum criteria are met."""
        return not self.missing

    @property
    def serious(self) -> frozenset[str]:
        """Criteria of seriousness that any event meets."""
        met = {criterion for event in self.events for criterion in event.serious}
        met |= {"death" for event in self.events if event.outcome == "fatal"}
        return frozenset(met)

    @property
    def from_study(self) -> bool:
        """Whether the case comes from a study."""
        return self.study is not None

    @property
    def unexpected(self) -> bool:
        """Whether a serious event is not known to be expected."""
        return any(e.expected is not True for e in self.events if e.serious or e.outcome == "fatal")

    def document(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        made: dict[str, Any] = plain(self)
        return made


def read_case(data: Mapping[str, Any], where: str = "report") -> tuple[CaseReport, Identity]:
    """Read a report from nested mappings, as TOML or JSON gives them.

    Parameters
    ----------
    data
        ``drugs``, ``events``, ``reporter``, ``sex``, ``age_years``, … and ``identity``.
    where
        Name of the file, for messages. Values are not quoted in them.

    Raises
    ------
    SpecError
        For an unknown key or word, or a date that does not exist.
    """
    data = dict(data)
    identity = _make(Identity, data.pop("identity", {}), f"{where}, identity")
    drugs = [_make(Drug, d, f"{where}, drug {k}") for k, d in enumerate(data.pop("drugs", []), 1)]
    events = [_event(e, f"{where}, event {k}") for k, e in enumerate(data.pop("events", []), 1)]
    for k, drug in enumerate(drugs, 1):
        _allowed(drug.role, ROLES, f"{where}, drug {k}, role")
    judged = [
        read_causality(j, f"{where}, causality {k}")
        for k, j in enumerate(data.pop("causality", []), 1)
    ]
    data.pop("has_identity", None)
    case = _make(CaseReport, data, where)
    if case.reporter is not None:
        _allowed(case.reporter, REPORTERS, f"{where}, reporter")
    fixed = {**vars(case), "drugs": tuple(drugs), "events": tuple(events)}
    more = {"causality": tuple(judged), "has_identity": bool(identity.patient)}
    return CaseReport(**{**fixed, **more}), identity


def _event(data: Mapping[str, Any], where: str) -> Event:
    event: Event = _make(Event, {**data, "serious": tuple(data.get("serious", ()))}, where)
    for criterion in event.serious:
        _allowed(criterion, SERIOUS, f"{where}, serious")
    _allowed(event.outcome, OUTCOMES, f"{where}, outcome")
    return event


def _make(kind: Any, data: Mapping[str, Any], where: str) -> Any:
    for key, value in data.items():
        if key not in kind.__dataclass_fields__:
            raise SpecError(
                f"{where}: '{key}' is unknown; {choices(key, kind.__dataclass_fields__)}"
            )
        if key in ("start", "stop", "onset", "birth_date") and value and not partial_date(value):
            raise SpecError(f"{where}, {key}: is no date; write 2003, 2003-11 or 2003-11-15.")
    try:
        return kind(**data)
    except TypeError as error:
        raise SpecError(f"{where}: {error}.") from None


def _allowed(word: str, words: tuple[str, ...], where: str) -> None:
    if word not in words:
        raise SpecError(f"{where}: the word is unknown. Known: {', '.join(words)}.")
