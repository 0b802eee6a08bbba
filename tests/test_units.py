from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.units import compatible, convert


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2 weeks", "day", 14.0),
        ("36 hours", "day", 1.5),
        ("0.75 g", "mg", 750.0),
        ("15 mg/kg", "mg/kg", 15.0),
        ("120 ug/mL", "mg/L", 120.0),
        ("1 nM", "nmol/L", 1.0),
    ],
)
def test_reads_what_people_write(text: str, unit: str, value: float) -> None:
    assert convert(text, unit) == pytest.approx(value)


@pytest.mark.parametrize("text", ["750", "750 L", "seven", "", "2 weeks"])
def test_refuses_what_is_no_mass_and_says_where(text: str) -> None:
    with pytest.raises(SpecError, match=r"^arm 2, amount: "):
        convert(text, "mg", where="arm 2, amount")


@pytest.mark.parametrize("text", ["15", 15.0])
def test_a_bare_number_is_no_dose_per_weight(text: str | float) -> None:
    with pytest.raises(SpecError, match="mg/kg"):
        convert(text, "mg/kg")


@given(st.floats(1e-6, 1e6))
def test_days_and_weeks_agree(weeks: float) -> None:
    assert convert(f"{weeks!r} weeks", "day") == pytest.approx(7 * weeks)


def test_compatible() -> None:
    assert compatible("10 mg", "g")
    assert not compatible("10 mg", "day")
    assert not compatible("ten", "day")
