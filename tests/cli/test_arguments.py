from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.cli.arguments import DoseText, read_assignment, read_days, read_dose
from tolerogen.cli.model_run import Request
from tolerogen.errors import SpecError


@pytest.mark.parametrize(
    ("text", "days"), [("0", 0), ("7", 7), ("36 hours", 1.5), ("2 weeks", 14), ("1 week", 7)]
)
def test_times_are_read_in_days(text, days):
    assert read_days(text, where="--days") == pytest.approx(days)


@pytest.mark.parametrize("text", ["-1", "-2 weeks", "5 kg", "soon", "", "nan", "inf"])
def test_what_is_no_time_is_refused_by_option(text):
    with pytest.raises(SpecError, match="--days"):
        read_days(text, where="--days")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_assignment_keeps_its_number(value):
    assert read_assignment(f"CL={value!r}") == ("CL", value)


@pytest.mark.parametrize("text", ["CL", "CL=", "=3", "CL=three", "CL:3"])
def test_an_assignment_of_another_form_is_refused(text):
    with pytest.raises(SpecError, match="parameter=value"):
        read_assignment(text)


def test_a_dose_with_units():
    assert read_dose("2 weeks:0.75 g:depot:1 hour") == DoseText(
        14.0, 750.0, "depot", pytest.approx(1 / 24)
    )
    assert read_dose("1:5:drug") == DoseText(1.0, 5.0, "drug")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0:5", "time:amount:into"),
        ("0:5:a:1:2", "time:amount:into"),
        ("0::drug", "time:amount:into"),
        ("0:-5 mg:drug", "above zero"),
        ("0:0:drug", "above zero"),
        ("0:nan:drug", "above zero"),
        ("0:5 L:drug", "cannot be read in mg"),
        ("5 mg:5:drug", "cannot be read in day"),
        ("-1:5:drug", "zero days or more"),
    ],
)
def test_a_dose_that_cannot_be_given_is_refused(text, message):
    with pytest.raises(SpecError, match=message):
        read_dose(text)


@given(
    st.floats(0, 1000).map(lambda x: round(x, 3)), st.floats(0.5, 100).map(lambda x: round(x, 3))
)
def test_output_times_run_from_zero_to_the_horizon(days, every):
    times = Request(days, every, None, (), (), None).times()
    assert times[0] == 0
    assert times[-1] == pytest.approx(days)
    steps = [b - a for a, b in pairwise(times)]
    assert all(0 < step <= every * (1 + 1e-6) for step in steps)
    assert all(step == pytest.approx(every) for step in steps[:-1])


def test_a_step_that_divides_the_horizon_gives_no_extra_time():
    assert len(Request(0.3, 0.1, None, (), (), None).times()) == 4


def test_a_step_of_zero_is_refused():
    with pytest.raises(SpecError, match="--every"):
        Request(7, 0, None, (), (), None).times()
