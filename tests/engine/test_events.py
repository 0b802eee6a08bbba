"""The model's own events on the lanes, against courses worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, load_model, simulate

NEAR = {"rtol": 1e-7, "atol": 1e-9}


def run(text, times, patients=None, doses=(), rtol=1e-10, **options):
    table = pd.DataFrame(patients or {}, index=None if patients else ["p"])
    data = simulate(load_model(text), table, doses, times, rtol=rtol, **options)
    assert (data["status"] == 0).all(), data["message"].to_numpy()
    assert data.attrs["solver"] == "Rodas5P"
    return data


def of(data, name, patient=0):
    return data[name].to_numpy()[patient]


DECAY = "species S = {start}; k = {k}; S -> ; k*S"


# ── triggers ────────────────────────────────────────────────────────────────────────────────


def test_a_state_reaches_a_threshold_again_and_again():
    """S falls from 1 to 1/2 and is set to 1: a saw tooth whose period is ln 2 / k."""
    k = np.array([0.3, 0.71, 1.0, 2.5, 0.05])
    times = np.linspace(0, 20, 41)
    text = f"model m; {DECAY.format(start=1, k=1)}; at S < 0.5, t0=false: S = 1; end"
    data = run(text, times, {"k": k})
    period = np.log(2) / k[:, None]
    expected = np.exp(-k[:, None] * np.mod(times, period))
    away = np.abs(times / period - np.round(times / period)) > 1e-6
    np.testing.assert_allclose(data["S"].to_numpy()[away], expected[away], rtol=1e-6)


def test_a_threshold_is_met_in_time_to_the_tolerance():
    """The event notes the time: S = 2 e^(-0.3 t) passes 1.3."""
    text = f"model m; {DECAY.format(start=2, k=0.3)}; when = 0; at S < 1.3: when = time; end"
    data = run(text, [0, 10], {"k": [0.3, 0.9]})
    expected = np.log(2 / 1.3) / np.array([0.3, 0.9])
    np.testing.assert_allclose(data["when"][:, 1], expected, rtol=1e-8)


def test_a_short_excursion_is_not_stepped_over():
    """S passes the window (0.5, 0.5001) in 0.0007 days, far less than a step."""
    decay = DECAY.format(start=1, k=0.3)
    text = f"model m; {decay}; hit = 0; at S < 0.5001 && S > 0.5: hit = hit + 1; end"
    assert of(run(text, [0, 30]), "hit")[-1] == 1


def test_both_flanks_of_an_oscillation():
    """x = cos t passes zero downwards at pi/2 + 2 pi n, upwards at 3 pi/2 + 2 pi n."""
    text = """model m; x' = -y; y' = x; x = 1; y = 0; down = 0; up = 0; last = 0
      at x < 0: down = down + 1, last = time
      at x >= 0, t0=true: up = up + 1
    end"""
    data = run(text, [0, 30.0])
    assert of(data, "down")[-1] == 5  # pi/2 + 2 pi n below 30: n = 0..4
    assert of(data, "up")[-1] == 5  # 3 pi/2 + 2 pi n likewise
    assert of(data, "last")[-1] == pytest.approx(np.pi / 2 + 8 * np.pi, rel=1e-8)


def test_a_time_is_met_exactly():
    text = f"model m; {DECAY.format(start=1, k=0.1)}; at time >= 7/3: S = S + 2; end"
    times = [0, 2, 7 / 3, 5]
    got = of(run(text, times), "S")
    after = np.exp(-0.7 / 3) + 2
    # the model's own event comes before the output of its time; a dose would come after it
    np.testing.assert_allclose(got, [1, np.exp(-0.2), after, after * np.exp(-0.8 / 3)], **NEAR)


def test_a_trigger_that_holds_at_the_start():
    text = """model m; species S = 5; k = 0; S -> ; k*S; a = 0; b = 0
      at S > 1, t0=false: a = 1
      at S > 1, t0=true: b = 1
    end"""
    data = run(text, [0, 1])
    assert of(data, "a").tolist() == [1, 1]
    assert of(data, "b").tolist() == [0, 0]


def test_each_patient_turns_at_their_own_time():
    text = f"model m; {DECAY.format(start=1, k=1)}; t_on = 3; at time > t_on: S = S + 1; end"
    start = np.array([0.5, 1.7, 3.0, 4.4, 9.0, 2.2, 2.20001, 6.1, 100])
    data = run(text, [0, 8], {"t_on": start, "k": np.full(9, 0.4)})
    expected = np.exp(-0.4 * 8) + np.where(start < 8, np.exp(-0.4 * (8 - start)), 0)
    np.testing.assert_allclose(data["S"][:, 1], expected, **NEAR)


# ── delays, values, persistence, priorities ─────────────────────────────────────────────────

DELAYED = """model m; {decay}; seen = 0
  at 1.5 after time >= 2, fromTrigger={kept}: S = S + 1, seen = S
end"""


@pytest.mark.parametrize("kept", ["true", "false"])
def test_values_of_the_trigger_or_of_the_moment(kept):
    """S = e^(-0.2 t). Kept from the trigger it becomes S(2) + 1 at 3.5, otherwise S(3.5) + 1."""
    text = DELAYED.format(decay=DECAY.format(start=1, k=0.2), kept=kept)
    data = run(text, [0, 3.4, 3.6, 6])
    seen = np.exp(-0.4) if kept == "true" else np.exp(-0.7)
    rest = (seen + 1) * np.exp(-0.2 * np.array([0.1, 2.5]))
    np.testing.assert_allclose(of(data, "S"), [1, np.exp(-0.68), *rest], **NEAR)
    np.testing.assert_allclose(of(data, "seen"), [0, 0, seen, seen], **NEAR)


@pytest.mark.parametrize(("persistent", "happened"), [("true", 1), ("false", 0)])
def test_a_trigger_that_turns_back_before_the_delay_is_over(persistent, happened):
    text = f"""model m; {DECAY.format(start=1, k=0)}; n = 0
      at 2 after time > 1 && time < 2, persistent={persistent}: n = n + 1
    end"""
    assert of(run(text, [0, 2.9, 3.1, 9]), "n").tolist() == [0, 0, happened, happened]


@pytest.mark.parametrize(("persistent", "happened"), [("true", 1), ("false", 0)])
def test_a_state_that_turns_back_before_the_delay_is_over(persistent, happened):
    """x = sin t is above 0.5 from pi/6 to 5 pi/6, 2.09 days; the delay is 2.5."""
    text = f"""model m; x' = y; y' = -x; x = 0; y = 1; n = 0
      at 2.5 after x > 0.5, persistent={persistent}: n = n + 1
    end"""
    assert of(run(text, [0, 6.0]), "n")[-1] == happened


def test_several_wait_at_once():
    """The trigger turns true every 2 pi, the delay is 8: two wait at the same time."""
    text = """model m; x' = y; y' = -x; x = 0; y = 1; n = 0; last = 0
      at 8 after x > 0.5, fromTrigger=false: n = n + 1, last = time
    end"""
    times = np.pi / 6 + 2 * np.pi * np.arange(4) + 8
    data = run(text, [0, *np.repeat(times, 2) + np.tile([-0.01, 0.01], 4)])
    assert of(data, "n").tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4]
    assert of(data, "last")[-1] == pytest.approx(times[-1], rel=1e-8)


PRIORITIES = """model m; x = 3; p = {p}; species S = 1; S -> ; 0*S
  at time >= 2, priority=p, fromTrigger={kept}: x = 2*x
  at time >= 2, priority=5, fromTrigger={kept}: x = x + 1
end"""


@pytest.mark.parametrize(
    ("kept", "doubled_first", "added_first"),
    [
        ("false", 2 * 3 + 1, 2 * (3 + 1)),
        ("true", 3 + 1, 2 * 3),  # both values are of the trigger, and the later one stays
    ],
)
def test_the_higher_priority_comes_first(kept, doubled_first, added_first):
    data = run(PRIORITIES.format(p=1, kept=kept), [0, 3], {"p": [9.0, 1.0, 5.5]})
    assert data["x"].to_numpy()[:, 0].tolist() == [3, 3, 3]
    assert data["x"].to_numpy()[:, 1].tolist() == [doubled_first, added_first, doubled_first]


def test_equal_priorities_are_drawn_by_lot_and_the_same_for_everyone():
    draws = run(PRIORITIES.format(p=5, kept="false"), [3], {"p": [5.0] * 20})["x"].to_numpy()
    assert set(draws.ravel()) <= {7, 8}
    assert len(set(draws.ravel())) == 1


def test_assignments_of_one_event_happen_at_once():
    text = "model m; a = 1; b = 2; species S = 1; S -> ; 0*S; at time > 1: a = b, b = a; end"
    data = run(text, [0, 2])
    assert (of(data, "a")[-1], of(data, "b")[-1]) == (2, 1)


def test_events_set_off_one_another():
    text = """model m; a = 0; b = 0; c = 0; species S = 1; S -> ; 0*S
      at time > 1: a = 1
      at a > 0.5: b = a + 1
      at b > 1.5: c = b + 1
    end"""
    data = run(text, [0, 2])
    assert [of(data, n)[-1] for n in "abc"] == [1, 2, 3]


def test_an_event_calls_off_one_that_waits():
    text = """model m; a = 1; n = 0; species S = 1; S -> ; 0*S
      at 5 after time > 1 && a > 0.5, persistent=false: n = 1
      at time > 3: a = 0
    end"""
    assert of(run(text, [0, 10]), "n")[-1] == 0


# ── with doses ──────────────────────────────────────────────────────────────────────────────


def test_a_dose_sets_off_an_event():
    text = f"model m; {DECAY.format(start=0, k=0.5)}; hit = 0; at S > 3: hit = time; end"
    data = run(text, [2, 4, 4.5, 9], doses=[Dose(1, 2, "S"), Dose(4, 2.9, "S")])
    np.testing.assert_allclose(of(data, "hit"), [0, 0, 4, 4], **NEAR)


def test_a_value_at_a_dose_is_that_before_what_the_dose_sets_off():
    text = "model m; species S = 0; S -> ; 0*S; at S > 3: S = 1; end"
    data = run(text, [1, 1.5], doses=[Dose(1, 5, "S")])
    assert of(data, "S").tolist() == [0, 1]


def test_a_threshold_is_crossed_during_an_infusion():
    """S' = 2 - 0.5 S from 0: 4 (1 - e^(-t/2)) passes 3 at 2 ln 4."""
    text = f"model m; {DECAY.format(start=0, k=0.5)}; hit = 0; at S > 3: hit = time; end"
    data = run(text, [0, 20], doses=[Dose(0, 20, "S", 10)])
    assert of(data, "hit")[-1] == pytest.approx(2 * np.log(4), rel=1e-8)


def test_an_event_that_changes_a_volume_keeps_the_amount():
    text = """model m; compartment V = 2; species S in V = 3; S -> ; 0*V*S
      V has litre; unit litre = 1e-3 metre^3
      at time > 1: V = 6
    end"""
    data = run(
        text.replace("compartment V = 2", "var compartment V = 2"), [0, 2], observables=["S"]
    )
    np.testing.assert_allclose(of(data, "S"), [3, 1], rtol=1e-9)


def test_events_without_end_are_told():
    text = (
        "model m; x = 0; species S = 1; S -> ; 0*S; at x < 1, t0=false: x = 2; at x > 1: x = 0; end"
    )
    data = simulate(load_model(text), pd.DataFrame(index=["p"]), [], [0, 1])
    assert data["status"].item() != 0
    assert "events set off one another without end" in data["message"].item()
    assert np.isnan(data["x"].to_numpy()).all()


def test_lanes_do_not_see_the_events_of_their_neighbours():
    """Patients with hundreds of events beside patients with none: the same bits as alone."""
    text = f"model m; {DECAY.format(start=1, k=1)}; low = 0.5; at S < low, t0=false: S = 1; end"
    k = np.array([40.0, 0.01, 3.0, 0.0, 17.0, 0.2, 1.0, 8.0, 0.5])
    table = pd.DataFrame({"k": k})
    model, times = load_model(text), np.linspace(0, 9, 19)
    together = simulate(model, table, [], times)
    for i in range(len(k)):
        alone = simulate(model, table.iloc[[i]], [], times)
        np.testing.assert_array_equal(together["S"][i], alone["S"][0])
