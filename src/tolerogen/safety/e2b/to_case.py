"""Read the messages of a batch as cases, to keep them in the store.

A case holds less than a message. What it has no place for stays in the file; the words of the
reporter stand for a reaction, or its MedDRA code when a message gives no words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tolerogen.safety.case_report import CaseReport, Drug, Event, Identity
from tolerogen.safety.e2b import codes
from tolerogen.safety.e2b.assessments import judgements_of, roles_of
from tolerogen.safety.e2b.batch import Batch, Element

Namer = Callable[[str], str | None]
"""From a MedDRA code to its term."""

YEARS = {"a": 1.0, "mo": 1 / 12, "wk": 7 / 365.25, "d": 1 / 365.25, "{decade}": 10.0}
OLD_YEARS = {"800": 10.0, "801": 1.0, "802": 1 / 12, "803": 7 / 365.25, "804": 1 / 365.25}
"""Units of age in E2B(R3) and E2B(R2)."""


def cases_of(batch: Batch, namer: Namer | None = None) -> list[tuple[CaseReport, Identity]]:
    """Read every message of a batch, R3 or R2, as a case and who it is about."""
    roles = roles_of(batch) if batch.form == "R3" else [_roles(batch, k) for k in _messages(batch)]
    found = [
        _case(batch, k, of, namer or (lambda _: None))
        for k, of in zip(_messages(batch), roles, strict=True)
    ]
    judged = judgements_of(batch, [report for report, _ in found])
    return [
        (replace(report, causality=causality), identity)
        for (report, identity), causality in zip(found, judged, strict=True)
    ]


def _messages(batch: Batch) -> range:
    return range(1, batch.messages + 1)


def _roles(batch: Batch, message: int) -> dict[int, str]:
    """Read E2B(R2), where the role stands inside the drug."""
    found = batch.find("G.k.1", message)
    return {e.place[1] - 1: e.text for e in found if len(e.place) > 1 and e.text}


def _case(
    batch: Batch, message: int, roles: dict[int, str], namer: Namer
) -> tuple[CaseReport, Identity]:
    rows = [e for e in batch.elements if e.place[:1] == (message,) and e.text is not None]

    def first(number: str) -> str | None:
        return next((e.text for e in rows if e.number == number), None)

    def inside(number: str, place: tuple[int, ...]) -> str | None:
        found = (e for e in rows if e.number == number and e.place[: len(place)] == place)
        return next((e.text for e in found), None)

    reactions = _places(rows, "E.i.")
    drugs = _places(rows, "G.k.2.")
    identity = Identity(
        patient=first("D.1"),
        reporter=" ".join(filter(None, (first("C.2.r.1.2"), first("C.2.r.1.4")))) or None,
        contact=(first("FDA.C.2.r.2.8") or first("C.2.r.2.7") or "").split(":", 1)[-1] or None,
        birth_date=_day(first("D.2.1")),
    )
    report = CaseReport(
        drugs=tuple(
            _drug(lambda n, p=place: inside(n, p), roles.get(place[1] - 1))  # type: ignore[misc]
            for place in drugs
        ),
        events=tuple(_event(lambda n, p=place: inside(n, p), namer) for place in reactions),  # type: ignore[misc]
        reporter=codes.back(codes.REPORTER).get(first("C.2.r.4") or ""),
        sex=codes.back(codes.SEX).get(first("D.5") or ""),
        age_years=_age(first("D.2.2a"), first("D.2.2b")),
        age_group=codes.back(codes.AGE_GROUP).get(first("D.2.3") or ""),
        country=first("E.i.9") or first("C.2.r.3"),
        study=(first("C.5.3") or first("C.5.2") or "study") if first("C.1.3") == "2" else None,
        narrative=first("H.1") or "",
        has_identity=bool(identity.patient),
    )
    return report, identity


def _places(rows: list[Element], start: str) -> list[tuple[int, ...]]:
    return sorted({e.place[:2] for e in rows if e.number.startswith(start)})


def _event(get: Callable[[str], str | None], namer: Namer) -> Event:
    coded = get("E.i.2.1b")
    words = get("E.i.1.2") or get("E.i.1.1a")
    serious = tuple(
        word for word, (_, number) in codes.CRITERIA.items() if get(number) in ("true", "1")
    )
    outcome = codes.back(codes.OUTCOME).get(get("E.i.7") or "0", "unknown")
    term = words or (namer(coded) if coded else None) or coded or ""
    if coded and not coded.isdigit():
        term = coded  # E2B(R2) from FAERS holds the term itself
    if outcome == "fatal":
        serious = tuple(word for word in serious if word != "death")
    return Event(term, onset=_day(get("E.i.4")), outcome=outcome, serious=serious)


def _drug(get: Callable[[str], str | None], role: str | None) -> Drug:
    amount, unit = get("G.k.4.r.1a"), get("G.k.4.r.1b")
    dose = get("G.k.4.r.8") or " ".join(filter(None, (amount, unit))) or None
    return Drug(
        get("G.k.2.2") or "",
        role=codes.back(codes.ROLE).get(role or "", "suspect"),
        dose=dose,
        start=_day(get("G.k.4.r.4")),
        stop=_day(get("G.k.4.r.5")),
        indication=get("G.k.7.r.1"),
    )


def _age(value: str | None, unit: str | None) -> float | None:
    scale = {**YEARS, **OLD_YEARS}.get(unit or "")
    try:
        return float(value) * scale if value and scale else None
    except ValueError:
        return None


def _day(text: str | None) -> str | None:
    """Write a date of E2B as ours, as exact as it is.

    Examples
    --------
    >>> _day("20260314101500+0000"), _day("202603"), _day("1961")
    ('2026-03-14', '2026-03', '1961')
    """
    digits = (text or "")[:8]
    whole = digits if digits.isdigit() else digits[:6] if digits[:6].isdigit() else digits[:4]
    if not whole.isdigit() or len(whole) not in (4, 6, 8):
        return None
    return "-".join(part for part in (whole[:4], whole[4:6], whole[6:]) if part)
