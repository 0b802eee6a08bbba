"""Cutting time at the doses loses no dose and no output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.engine.dose import Dose
from tolerogen.engine.schedule import schedule

days = st.floats(0, 100).map(lambda x: round(x, 3))
dose = st.builds(
    Dose, days, st.floats(0, 1000), st.sampled_from(["a", "b"]), st.just(0.0) | days.filter(bool)
)
axes = st.lists(days, min_size=1, max_size=20, unique=True).map(sorted)


@given(st.lists(dose, max_size=8), axes)
def test_what_goes_in_is_what_was_given(doses, times):
    plan = schedule(doses, times, ["a", "b"])
    for name in ("a", "b"):
        entered = sum(amount for s in plan.segments for to, amount in s.boluses if to == name)
        for part in plan.segments:
            entered += dict(part.rates)[name] * (part.times[-1] - part.times[0])
        end = times[-1]
        meant = sum(
            d.amount * (min(1, (end - d.time) / d.duration) if d.duration else 1)
            for d in doses
            if d.into == name and d.time < end
        )
        assert entered == pytest.approx(meant, rel=1e-6, abs=1e-9)


@given(st.lists(dose, max_size=8), axes)
def test_every_output_is_covered_once(doses, times):
    plan = schedule(doses, times, ["a", "b"])
    seen = list(times[: plan.initial])
    clock = 0.0
    for part in plan.segments:
        assert part.times[0] == pytest.approx(clock, abs=1e-8)
        assert all(a < b for a, b in zip(part.times, part.times[1:], strict=False))
        assert part.first == len(seen)
        seen += part.times[1 : part.count + 1]
        clock = part.times[-1]
    assert seen == list(times)


def test_a_dose_at_the_last_output_shows_nowhere():
    assert schedule([Dose(7, 1, "a")], [0, 7], []) == schedule([], [0, 7], [])
