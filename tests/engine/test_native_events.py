"""Events of the model on the native lanes, against courses worked out by hand.

Rules are those of SBML L3V2, section 4.11: an event fires when its trigger turns from false to
true, waits for its delay, and of those due at one time the highest priority happens first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, Status, load_model, simulate

ALONE = pd.DataFrame(index=["p"])


def course(text: str, times: Sequence[float], *names: str, doses: Any = (), **options: Any) -> Any:
    data = simulate(
        load_model(f"model e; {text}; end"), ALONE, doses, times, names, **{"rtol": 1e-9} | options
    )
    assert data["status"].item() == Status.OK, data["message"].item()
    found = [data[name].to_numpy()[0] for name in names]
    return found[0] if len(found) == 1 else found


def test_a_state_that_falls_below_is_filled_up():
    """x decays from 8, is refilled to 8 whenever it falls below 2: every ln 4 / k days."""
    k, period = 0.5, np.log(4) / 0.5
    days = np.array([0.1, 2.7, 2.8, 5.5, 5.6, 13.0, 19.9])
    got = course("x = 8; k = 0.5; x -> ; k*x; at x < 2: x = 8", days, "x")
    np.testing.assert_allclose(got, 8 * np.exp(-k * (days % period)), rtol=1e-6)


def test_a_state_passed_within_one_step_is_not_missed():
    """A steep peak: x rises through 4.5 and 5.1, and only the first moment counts."""
    got = course(
        "x = 0; n = 0; x' = 1; at (x > 4.5) && (x < 5.1): n = n + 1",
        [4.4, 4.6, 50],
        "n",
        rtol=1e-3,
    )
    assert got.tolist() == [0, 1, 1]


def test_a_trigger_that_holds_at_the_start():
    text = "x = 3; n = 0; m = 0; x' = 0; at {}: n = n + 1"
    assert course(text.format("x > 2"), [0, 1], "n").tolist() == [0, 0]
    assert course(text.format("x > 2, t0=false"), [0, 1], "n").tolist() == [1, 1]


def test_a_delay_postpones_what_happens_with_values_of_the_trigger():
    """Fired at day 2 where x = 20; happens at day 5 and sets y to 20, or to 50 then."""
    text = "x = 0; y = 0; x' = 10; at 3 after time >= 2{}: y = x"
    days = [1.9, 4.9, 5.1]
    assert course(text.format(""), days, "y") == pytest.approx([0, 0, 20])
    assert course(text.format(", fromTrigger=false"), days, "y") == pytest.approx([0, 0, 50])


def test_a_delay_may_depend_on_the_state():
    """Fired where x = 4, on day 4; the delay is x/2 = 2 days."""
    got = course("x = 0; y = 0; x' = 1; at x/2 after x > 4: y = 1", [5.9, 6.1], "y")
    assert got.tolist() == [0, 1]


def test_an_event_waiting_is_called_off_unless_persistent():
    text = "x = 0; y = 0; x' = 1; at 3 after (time > 2) && (time < 4){}: y = 1"
    assert course(text.format(""), [6], "y").tolist() == [1]
    assert course(text.format(", persistent=false"), [6], "y").tolist() == [0]
    held = text.replace("< 4", "< 5.5").format(", persistent=false")
    assert course(held, [6], "y").tolist() == [1]


def test_what_fires_again_while_waiting_waits_twice():
    """The trigger turns true on days 1 and 3; each happens 4 days later."""
    text = "y = 0; x = 0; x' = 1; "
    text += "at 4 after (time > 1 && time < 2) || time > 3{}: y = y + 1"
    then = course(text.format(", fromTrigger=false"), [4.9, 5.1, 6.9, 7.1], "y")
    assert then.tolist() == [0, 1, 1, 2]
    assert course(text.format(""), [7.1], "y").tolist() == [1]  # y was 0 at both triggers


TWO = (
    "x = 5; z = {z}; z' = 0; at time > 1, priority={first}{when}: x = 2*x; "
    "at time > 1, priority={second}{when}: x = x + 3"
)
THEN = ", fromTrigger=false"


@pytest.mark.parametrize(("first", "second", "x"), [(2, 1, 13), (1, 2, 16), ("z", 0, 13)])
def test_the_highest_priority_comes_first(first, second, x):
    """Both at day 1: doubling before adding gives 2*5 + 3, after it 2*(5 + 3)."""
    text = TWO.format(first=first, second=second, z=1, when=THEN)
    assert course(text, [2], "x").tolist() == [x]


def test_a_priority_may_depend_on_the_state():
    text = TWO.format(first="z", second=0, z=-1, when=THEN)
    assert course(text, [2], "x").tolist() == [16]


def test_values_of_the_trigger_are_those_before_the_first_of_them():
    """Both values are worked out with x = 5: 10 and 8; the later one stays."""
    assert course(TWO.format(first=2, second=1, z=0, when=""), [2], "x").tolist() == [8]
    assert course(TWO.format(first=1, second=2, z=0, when=""), [2], "x").tolist() == [10]


def test_the_first_may_call_off_the_second():
    """The one of the higher priority makes the other's trigger false."""
    text = (
        "x = 0; n = 0; z = 0; z' = 1; at time > 1, priority=2: x = 5; "
        "at (time > 1) && (x < 3), priority=1{}: n = n + 1"
    )
    assert course(text.format(", persistent=false"), [2], "n").tolist() == [0]
    assert course(text.format(", persistent=true"), [2], "n").tolist() == [1]


def test_assignments_of_one_event_happen_at_once():
    got = course("a = 1; b = 2; z = 0; z' = 1; at time > 3: a = b, b = a", [4], "a", "b")
    assert [g.tolist() for g in got] == [[2], [1]]


def test_one_event_sets_off_another():
    """x falls below 1 at ln 4 days, which lifts y, which resets x."""
    text = "x = 4; y = 0; n = 0; x -> ; x; at x < 1: y = 1; at y > 0.5: x = 4, y = 0, n = n + 1"
    days = np.array([1.3, 1.5, 2.7, 2.8])
    x, n = course(text, days, "x", "n")
    np.testing.assert_allclose(x, 4 * np.exp(-(days % np.log(4))), rtol=1e-6)
    assert n.tolist() == [0, 1, 1, 2]


def test_events_without_end_are_reported():
    data = simulate(
        load_model(
            "model e; x = 0; z = 0; z' = 1; at x < 1: x = 2; at x > 1: x = 0; at z > 1: x = 2; end"
        ),
        ALONE,
        [],
        [0, 3],
    )
    assert data["status"].item() == Status.EVENTS
    assert "set off one another" in str(data["message"].item())


def test_a_dose_may_fire_an_event_at_its_own_moment():
    got = course(
        "compartment V = 2; species x in V = 0; n = 0; at x > 3: n = n + 1",
        [1, 1.1, 5],
        "n",
        doses=[Dose(1, 8, "x"), Dose(2, 2, "x")],
    )
    assert got.tolist() == [0, 1, 1]  # at the time of a dose: the value before it


def test_an_event_changes_what_doses_do():
    """From day 5 on the volume is doubled: the amount stays, a dose counts half."""
    got = course(
        "compartment V = 2; species x in V = 0; V has litre; at time >= 5: V = 4",
        [1, 4, 6, 9],
        "x",
        doses=[Dose(0, 8, "x"), Dose(7, 8, "x")],
    )
    assert got == pytest.approx([4, 4, 2, 4])


def test_times_that_patients_set():
    model = load_model(
        "model e; x = 0; on = 3; off = 4; x' = piecewise(1, (time >= on) && (time < off), 0); end"
    )
    people = pd.DataFrame({"on": [1.0, 2.5, 8.0], "off": [2.0, 8.5, 7.0]})
    data = simulate(model, people, [], [0, 10], ["x"], rtol=1e-4)
    np.testing.assert_allclose(data["x"][:, 1], [1, 6, 0], rtol=1e-9)


def test_state_events_are_found_by_each_patient_alone():
    """Times of the first refill, one per patient: bit for bit whoever stands beside."""
    model = load_model(
        "model e; x = 8; k = 0.5; n = 0; x -> ; k*x; at x < 2: x = 8, n = n + 1; end"
    )
    people = pd.DataFrame({"k": np.linspace(0.1, 3, 11)})
    together = simulate(model, people, [], [0, 10], ["x", "n"])
    assert (
        together["n"][:, 1].to_numpy().tolist() == np.floor(people["k"] * 10 / np.log(4)).tolist()
    )
    for who in people.index:
        alone = simulate(model, people.loc[[who]], [], [0, 10], ["x", "n"])
        np.testing.assert_array_equal(alone["x"][0], together["x"].sel(patient=who))
