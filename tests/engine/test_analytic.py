"""Trajectories against closed forms: what pharmacokinetics textbooks solve by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, load_model, simulate

BACKEND = {"name": ""}


@pytest.fixture(params=["native", "reference"], autouse=True)
def backend(request, monkeypatch):
    """Run every test on both backends: they share one contract."""
    monkeypatch.setitem(BACKEND, "name", request.param)


ONE = load_model("""model one
  compartment V = 4; species C in V = 0; CL = 0.3
  clear: C -> ; CL*C
end""")

TWO = load_model("""model two
  compartment V = 3; compartment V2 = 2; species C in V = 0, P in V2 = 0; CL = 0.25; Q = 0.6
  clear: C -> ; CL*C
  out: C -> P; Q*C
  back: P -> C; Q*P
end""")

ALONE = pd.DataFrame(index=["p"])
DAYS = np.array([0, 0.3, 1, 2, 5, 7, 7.5, 14, 30, 61.7])


def course(model, doses, times=DAYS, name="C", patients=ALONE, **options):
    data = simulate(model, patients, doses, times, backend=BACKEND["name"], **options)
    assert (data["status"] == 0).all()
    return data[name].to_numpy()[0]


def bolus(time, dose=100.0, at=0.0, volume=4.0, clearance=0.3):
    since = np.asarray(time) - at
    return np.where(since > 0, dose / volume * np.exp(-clearance / volume * since), 0.0)


def infusion(time, dose, at, duration, volume=4.0, clearance=0.3):
    k = clearance / volume
    since = np.clip(np.asarray(time) - at, 0, None)
    during = dose / duration / clearance * (1 - np.exp(-k * np.minimum(since, duration)))
    return during * np.exp(-k * np.clip(since - duration, 0, None))


def test_bolus_decays_exponentially_and_time_0_is_before_it():
    got = course(ONE, [Dose(0, 100, "C")])
    assert got[0] == 0
    np.testing.assert_allclose(got, bolus(DAYS), rtol=2e-5)


def test_infusion_rises_and_falls():
    got = course(ONE, [Dose(0.5, 80, "C", 6.3)])
    np.testing.assert_allclose(got, infusion(DAYS, 80, 0.5, 6.3), rtol=5e-5)


def test_infusion_longer_than_the_horizon_keeps_its_rate():
    got = course(ONE, [Dose(1, 80, "C", 500)])
    np.testing.assert_allclose(got, infusion(DAYS, 80, 1, 500), rtol=5e-5)


def test_doses_superpose():
    doses = [Dose(7, 30, "C"), Dose(0, 100, "C"), Dose(3, 40, "C", 8), Dose(5, 50, "C", 2)]
    doses += [Dose(7, 20, "C"), Dose(40, 10, "C")]
    expected = (bolus(DAYS, 50, 7) + bolus(DAYS, 100, 0) + bolus(DAYS, 10, 40)) + (
        infusion(DAYS, 40, 3, 8) + infusion(DAYS, 50, 5, 2)
    )
    np.testing.assert_allclose(course(ONE, doses), expected, rtol=5e-5)


def test_a_value_at_a_dose_is_the_trough():
    got = course(ONE, [Dose(0, 100, "C"), Dose(7, 100, "C")], [7, 7.0001])
    np.testing.assert_allclose(got[0], bolus(7), rtol=2e-5)
    np.testing.assert_allclose(got[1] - got[0], 25, rtol=1e-3)


def test_doses_that_decimal_days_put_a_rounding_error_apart():
    at = 0.1 + 0.2
    assert at != 0.3
    got = course(ONE, [Dose(at, 50, "C"), Dose(0.3, 50, "C")], [0.3, at + 1])
    assert got[0] == 0
    np.testing.assert_allclose(got[1], bolus(1.3, 100, 0.3), rtol=2e-5)


def test_two_compartments_are_biexponential():
    k10, k12, k21 = 0.25 / 3, 0.6 / 3, 0.6 / 2
    total = k10 + k12 + k21
    root = np.sqrt(total**2 - 4 * k10 * k21)
    alpha, beta = (total + root) / 2, (total - root) / 2
    first = 90 / 3 * (alpha - k21) / (alpha - beta)
    second = 90 / 3 * (k21 - beta) / (alpha - beta)
    expected = first * np.exp(-alpha * DAYS) + second * np.exp(-beta * DAYS)
    got = course(TWO, [Dose(0, 90, "C")])
    np.testing.assert_allclose(got[1:], expected[1:], rtol=5e-5)


def test_amounts_are_conserved_without_clearance():
    shut = pd.DataFrame({"CL": [0.0]})
    doses = [Dose(0, 90, "C"), Dose(2.5, 60, "P", 1.7)]
    held = course(TWO, doses, [2, 30, 400], patients=shut) * 3
    held += course(TWO, doses, [2, 30, 400], "P", patients=shut) * 2
    np.testing.assert_allclose(held, [90, 150, 150], rtol=2e-5)


def test_rate_rules_and_reactions_share_one_solver():
    """A tight and a loose state side by side: each must keep its own absolute tolerance."""
    days = np.array([1, 4, 9])
    for fast in ("big", "small"):  # the slow one gives the other's steps no help
        model = load_model(f"""model mixed
          compartment V = 2; species big in V = 1e6; small = 1e-6; slow = 1e-4; fast = 2
          big -> ; V*{"fast" if fast == "big" else "slow"}*big
          small' = -{"fast" if fast == "small" else "slow"}*small
        end""")
        start = {"big": 1e6, "small": 1e-6}[fast]
        got = course(model, [], days, fast, rtol=1e-8)
        np.testing.assert_allclose(got, start * np.exp(-2 * days), rtol=1e-3)
        np.testing.assert_allclose(got[0], start * np.exp(-2), rtol=1e-6)


def test_a_species_with_a_rate_rule_takes_a_bolus():
    model = load_model("model r; compartment V = 2; species C in V = 1; C' = -0.5*C; end")
    got = course(model, [Dose(1, 10, "C")], [1, 2])
    trough = np.exp(-0.5)
    np.testing.assert_allclose(got, [trough, (trough + 5) * trough], rtol=2e-5)


def test_substance_only_species_are_amounts():
    model = load_model("model a; compartment V = 5; substanceOnly species A in V = 0; end")
    assert course(model, [Dose(0, 7, "A")], [1], "A") == pytest.approx([7])
