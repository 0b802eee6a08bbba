"""Deadlines, worked out by hand on the calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport, Drug, Event
from tolerogen.safety.deadlines import days_allowed, deadline


def case(kind: str) -> CaseReport:
    """d: death, l: life-threatening, h: hospital, n: not serious; x: expected; i: invalid."""
    serious = {"d": ("death",), "l": ("life_threatening",), "h": ("hospitalisation",)}
    return CaseReport(
        drugs=() if "i" in kind else (Drug("A"),),
        events=(Event("Rash", serious=serious.get(kind[0], ()), expected="x" in kind),),
        reporter="physician",
        sex="female",
    )


# regime, zone, (received, kind) of each version, due; None when it is not sent by itself
TABLE = [
    ("fda", "UTC", "2026-03-01T10:00+00:00 h", "2026-03-16"),
    ("fda", "UTC", "2026-03-01T10:00+00:00 d", "2026-03-16"),
    ("fda", "UTC", "2026-03-01T10:00+00:00 hx", None),
    ("fda", "UTC", "2026-03-01T10:00+00:00 n", None),
    ("fda", "UTC", "2026-03-01T10:00+00:00 hi", None),
    ("fda", "UTC", "2026-02-20T00:00+00:00 h", "2026-03-07"),
    ("fda", "UTC", "2024-02-20T00:00+00:00 h", "2024-03-06"),  # leap year
    ("fda", "UTC", "2024-02-14T00:00+00:00 h", "2024-02-29"),
    ("fda", "UTC", "2024-02-29T12:00+00:00 h", "2024-03-15"),
    ("fda", "UTC", "2100-02-20T00:00+00:00 h", "2100-03-07"),  # no leap year
    ("fda", "UTC", "2000-02-20T00:00+00:00 h", "2000-03-06"),  # a leap year
    ("fda", "UTC", "2026-12-20T00:00+00:00 h", "2027-01-04"),
    ("fda", "UTC", "2026-12-31T23:59+00:00 h", "2027-01-15"),
    ("trial", "UTC", "2026-03-01T10:00+00:00 d", "2026-03-08"),
    ("trial", "UTC", "2026-03-01T10:00+00:00 l", "2026-03-08"),
    ("trial", "UTC", "2026-03-01T10:00+00:00 h", "2026-03-16"),
    ("trial", "UTC", "2026-03-01T10:00+00:00 dx", None),
    ("trial", "UTC", "2026-03-01T10:00+00:00 n", None),
    ("trial", "UTC", "2024-02-22T00:00+00:00 d", "2024-02-29"),
    ("trial", "UTC", "2026-02-22T00:00+00:00 d", "2026-03-01"),
    ("eu", "UTC", "2026-03-01T10:00+00:00 h", "2026-03-16"),
    ("eu", "UTC", "2026-03-01T10:00+00:00 hx", "2026-03-16"),  # expected or not
    ("eu", "UTC", "2026-03-01T10:00+00:00 n", "2026-05-30"),
    ("eu", "UTC", "2024-01-01T10:00+00:00 n", "2024-03-31"),  # over 29 February
    ("eu", "UTC", "2025-01-01T10:00+00:00 n", "2025-04-01"),
    ("eu", "UTC", "2026-03-01T10:00+00:00 ni", None),
    # the calendar of the place: the same moment is another day
    ("fda", "Asia/Tokyo", "2026-03-01T20:00+00:00 h", "2026-03-17"),
    ("fda", "America/New_York", "2026-03-01T03:00+00:00 h", "2026-03-15"),
    ("fda", "Pacific/Kiritimati", "2026-03-01T10:00+00:00 h", "2026-03-17"),
    ("fda", "Pacific/Pago_Pago", "2026-03-01T10:00+00:00 h", "2026-03-15"),
    ("fda", "UTC", "2026-03-01T23:30-05:00 h", "2026-03-17"),
    ("fda", "America/New_York", "2026-03-01T23:30-05:00 h", "2026-03-16"),
    ("fda", "Europe/Paris", "2026-03-28T23:30+00:00 h", "2026-04-13"),  # summer time begins
    ("fda", "Europe/Paris", "2026-10-24T22:30+00:00 h", "2026-11-09"),  # and ends
    ("trial", "Asia/Kolkata", "2026-06-30T18:29+00:00 d", "2026-07-07"),
    ("trial", "Asia/Kolkata", "2026-06-30T18:30+00:00 d", "2026-07-08"),
    # follow-ups
    ("fda", "UTC", "2026-03-01T10:00+00:00 h|2026-03-10T10:00+00:00 h", "2026-03-25"),
    ("fda", "UTC", "2026-03-01T10:00+00:00 n|2026-03-10T10:00+00:00 h", "2026-03-25"),
    ("fda", "UTC", "2026-03-01T10:00+00:00 hi|2026-03-05T10:00+00:00 h", "2026-03-20"),
    ("fda", "UTC", "2026-03-01T10:00+00:00 h|2026-03-05T10:00+00:00 hx", None),
    ("trial", "UTC", "2026-03-01T10:00+00:00 h|2026-03-05T10:00+00:00 d", "2026-03-12"),
    ("trial", "UTC", "2026-03-01T10:00+00:00 d|2026-03-05T10:00+00:00 h", "2026-03-20"),
    ("eu", "UTC", "2026-03-01T10:00+00:00 n|2026-03-05T10:00+00:00 h", "2026-03-20"),
    ("eu", "UTC", "2024-02-01T10:00+00:00 h|2024-02-28T10:00+00:00 h", "2024-03-14"),
]


def test_the_table_is_long_enough():
    assert len({row[:3] for row in TABLE}) >= 40


@pytest.mark.parametrize(("regime", "zone", "told", "due"), TABLE)
def test_due(regime, zone, told, due):
    versions = []
    for part in told.split("|"):
        received, kind = part.split()
        versions.append((datetime.fromisoformat(received), case(kind)))
    found = deadline(versions, regime, zone)
    assert (found.due.isoformat() if found else None) == due


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_days_left_count_down_to_zero(received):
    found = deadline([(received.astimezone(), case("h"))], "fda", "UTC")
    assert found.remaining(found.day_zero) == 15
    assert found.remaining(found.due) == 0
    assert found.remaining(date.fromordinal(found.due.toordinal() + 1)) == -1


def test_wrong_words_are_refused():
    with pytest.raises(SpecError, match="Known: eu, fda, trial"):
        days_allowed(case("h"), "japan")
    with pytest.raises(SpecError, match="no time zone"):
        deadline([], "fda", "Mars/Olympus")
    with pytest.raises(SpecError, match="has no time zone"):
        deadline([(datetime(2026, 1, 1), case("h"))], "fda")
