"""Doses in words: every expectation was laid out by hand from a calendar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.trials.validation import amount, dose_days

WEEK = 7.0
CASES = {
    "weeks 0, 2, 4, 7, 10": [0, 14, 28, 49, 70],
    "weeks 0 and 2": [0, 14],
    "days 1 and 15": [0, 14],
    "single": [0],
    "weekly 3 wk": [0, 7, 14],
    "every 2 weeks to week 6": [0, 14, 28, 42],
    "every 4 weeks": [0, 28, 56],
    "monthly": [0, 28, 56],
    "2 monthly infusions": [0, 28],
    "every 2 months": [0, 56],
    "q2w x3 then q4w x4": [0, 14, 28, 56],  # cut at day 84
    "weeks 0,2,4 then q4w to 12": [0, 14, 28, 56],
    "weekly x3 loading then every 2 weeks": [0, 7, 14, 28, 42, 56, 70],
    "weekly x3 then q2w x5 wk": [0, 7, 14, 28, 42, 56],
    "days 1,8,15 then q2w to day 43": [0, 7, 14, 28, 42],
    "twice weekly 2 wk": [0, 3.5, 7, 10.5],
    "twice daily 2 d": [0, 0.5, 1, 1.5],
    "daily 3 d": [0, 1, 2],
    "every other day 1 wk on / 1 wk off x2": [0, 2, 4, 6, 14, 16, 18, 20],
}


@pytest.mark.parametrize("text", CASES)
def test_a_schedule_is_read_as_a_calendar_shows_it(text):
    days, aside = dose_days(text, end=12 * WEEK)
    assert days == pytest.approx(CASES[text])
    assert aside == ()


def test_brackets_are_handed_back_unread():
    assert dose_days("every 4 weeks (with loading)", end=40)[1] == ("with loading",)


@pytest.mark.parametrize(
    "text", ["", "2 infusions", "courses every 24 wk", "as needed", "same", "weekly until relapse"]
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(SpecError, match="schedule"):
        dose_days(text, end=100)


def test_a_schedule_that_starts_after_the_end_is_refused():
    with pytest.raises(SpecError, match="no dose before day 50"):
        dose_days("weeks 8 and 10", end=50)


@given(st.integers(1, 12), st.integers(1, 60))
def test_equal_steps_fill_the_time_before_the_end(step, weeks):
    days, _ = dose_days(f"every {step} weeks", end=WEEK * weeks)
    assert days == tuple(WEEK * step * k for k in range(len(days)))
    assert days[-1] < WEEK * weeks <= days[-1] + WEEK * step


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("750 mg fixed", (750, False)),
        ("10 mg/kg", (10, True)),
        ("12.5 mg", (12.5, False)),
        ("400 mg (200 mg by weight)", (400, False)),
    ],
)
def test_one_amount_is_read(text, found):
    dose = amount(text)
    assert (dose.value, dose.per_kg) == found


@pytest.mark.parametrize("text", [None, "", "0", "1 million IU", "20 mg + 400 mg", "0.25%"])
def test_no_amount_or_several_are_none(text):
    assert amount(text) is None
