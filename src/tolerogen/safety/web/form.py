"""From the fields of the form to a case, and to what is wrong in words people understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tolerogen.safety.case_report import CaseReport, Drug, Event, Identity
from tolerogen.safety.partial_date import partial_date
from tolerogen.safety.web import words

EVENTS, DRUGS = 6, 10
"""Most rows that one report may have in the form."""

SHORT, LONG = 250, 20_000
"""Most characters of a field, and of the story."""


@dataclass
class Form:
    """A form as somebody has filled it in so far.

    Attributes
    ----------
    audience
        ``patient``, ``carer`` or ``clinician``.
    values
        What was written, by the name of the field.
    events, drugs
        How many rows of each are shown.
    errors
        What is wrong, by the name of the field, in plain words.
    """

    audience: str
    values: dict[str, str] = field(default_factory=dict)
    events: int = 1
    drugs: int = 1
    errors: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return what was written into a field."""
        return self.values.get(name, "").strip()


def read_form(audience: str, data: Mapping[str, str]) -> Form:
    """Take a form as it was sent; rows grow when the button for another one was used."""
    form = Form(audience, {name: text for name, text in data.items() if isinstance(text, str)})
    form.events = _rows(data.get("events"), EVENTS)
    form.drugs = _rows(data.get("drugs"), DRUGS)
    if data.get("action") == "add-event":
        form.events = min(form.events + 1, EVENTS)
    if data.get("action") == "add-drug":
        form.drugs = min(form.drugs + 1, DRUGS)
    return form


def to_case(form: Form) -> tuple[CaseReport, Identity]:
    """Make a case of the form; what is wrong is put into ``form.errors``."""
    _lengths(form)
    identity = Identity(
        patient=form.get("patient") or None,
        reporter=form.get("reporter-name") or None,
        contact=form.get("contact") or None,
    )
    reporters = words.REPORTERS[form.audience]
    reporter = form.get("reporter") or next(iter(reporters))
    events = [_event(form, k) for k in range(1, form.events + 1)]
    drugs = [_drug(form, k) for k in range(1, form.drugs + 1)]
    report = CaseReport(
        drugs=tuple(d for d in drugs if d.name),
        events=tuple(e for e in events if e.term),
        reporter=_allowed(form, "reporter", reporter, reporters),
        sex=_allowed(form, "sex", form.get("sex"), words.SEXES) or None,
        age_years=_age(form),
        age_group=_allowed(form, "age-group", form.get("age-group"), words.AGE_GROUPS) or None,
        country=_country(form),
        narrative=form.get("narrative"),
        has_identity=bool(identity.patient),
    )
    return report, identity


def complete(form: Form, report: CaseReport) -> bool:
    """Say whether a form can be kept; what is missing or wrong stands in ``form.errors``."""
    if not report.events and not form.errors:
        form.errors["event-1-term"] = "Tell what happened in a few words."
    if not report.drugs and not form.errors:
        form.errors["drug-1-name"] = "Write the name of a medicine, as far as you know it."
    return not form.errors


def _event(form: Form, k: int) -> Event:
    name = f"event-{k}"
    serious = tuple(c for c in words.SERIOUS if form.get(f"{name}-{c}"))
    outcome = form.get(f"{name}-outcome") or "unknown"
    event = Event(
        form.get(f"{name}-term"),
        onset=_date(form, f"{name}-onset"),
        outcome=_allowed(form, f"{name}-outcome", outcome, words.OUTCOMES),
        serious=serious,
    )
    told = event.onset or serious or outcome != "unknown"
    if told and not event.term:
        form.errors[f"{name}-term"] = "Tell what happened in a few words."
    return event


def _drug(form: Form, k: int) -> Drug:
    name = f"drug-{k}"
    drug = Drug(
        form.get(f"{name}-name"),
        role=_allowed(form, f"{name}-role", form.get(f"{name}-role") or "suspect", words.ROLES),
        dose=form.get(f"{name}-dose") or None,
        start=_date(form, f"{name}-start"),
        stop=_date(form, f"{name}-stop"),
        indication=form.get(f"{name}-indication") or None,
    )
    if (drug.dose or drug.start or drug.stop or drug.indication) and not drug.name:
        form.errors[f"{name}-name"] = "Write the name of the medicine."
    if drug.start and drug.stop and drug.stop < drug.start[: len(drug.stop)]:
        form.errors[f"{name}-stop-year"] = "The last day lies before the first."
    return drug


def _date(form: Form, name: str) -> str | None:
    """Put day, month and year together, as far as they are known."""
    day, month, year = (form.get(f"{name}-{part}") for part in ("day", "month", "year"))
    if not (day or month or year):
        return None
    if not year or (day and not month):
        missing = "year" if not year else "month"
        form.errors[f"{name}-{missing}"] = words.INCOMPLETE[missing]
        return None
    parts = [year, *([month.zfill(2)] if month else []), *([day.zfill(2)] if day else [])]
    text = "-".join(parts)
    if not (text.replace("-", "").isascii() and len(year) == 4 and partial_date(text)):
        form.errors[f"{name}-year"] = "This date does not exist. A year has four digits."
        return None
    return text


def _age(form: Form) -> float | None:
    text = form.get("age").replace(",", ".")
    if not text:
        return None
    try:
        age = float(text)
    except ValueError:
        age = -1.0
    if not 0 <= age <= 130:
        form.errors["age"] = "The age is a number of years, from 0 to 130."
        return None
    return age


def _country(form: Form) -> str | None:
    text = form.get("country").upper()
    if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
        form.errors["country"] = "Write the country as two letters, such as FR or US."
        return None
    return text or None


def _allowed(form: Form, name: str, word: str, known: Mapping[str, str]) -> str:
    if word in known:
        return word
    form.errors[name] = "Choose one of the answers."
    return next(iter(known))


def _lengths(form: Form) -> None:
    for name, text in form.values.items():
        story = name == "narrative"
        if len(text) > (LONG if story else SHORT):
            form.errors[name] = words.TOO_LONG_STORY if story else words.TOO_LONG
        elif "\x00" in text:
            form.errors[name] = "This holds a character that cannot be kept."


def _rows(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isdigit() and len(text) < 3 else 1
