"""The PK templates against closed forms (Gibaldi and Perrier, Pharmacokinetics, 1982)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.therapies.toy import TARGETS, TOY, anchor, drug, parameter

from tolerogen.engine import Dose
from tolerogen.therapies import attach, half_lives, load_therapy

TIMES = np.array([0.0, 0.3, 1.0, 3.0, 8.0, 20.0, 60.0])
AFTER = TIMES[1:]


def macro(cl: float, v1: float, q: float, v2: float) -> tuple[float, float, float, float]:
    """Fast and slow rate, and their shares of a bolus concentration."""
    k10, k12, k21 = cl / v1, q / v1, q / v2
    slow, fast = np.sort(np.roots([1, -(k10 + k12 + k21), k10 * k21]).real)
    return fast, slow, (fast - k21) / (fast - slow), (k21 - slow) / (fast - slow)


def two_compartment(t, dose, cl=0.3, v1=3.0, q=0.6, v2=2.0):
    fast, slow, a, b = macro(cl, v1, q, v2)
    return dose / v1 * (a * np.exp(-fast * t) + b * np.exp(-slow * t))


def test_bolus_in_two_compartments(run):
    data = run(attach(TOY, [drug()], TARGETS), [Dose(0, 300, "drug_central")], TIMES)
    assert data["drug_C"].values[1:] == pytest.approx(two_compartment(AFTER, 300), rel=1e-5)


def test_bolus_in_one_compartment(run):
    therapy = drug(pk={"template": "one_compartment"}, without=("Q", "V2"))
    data = run(attach(TOY, [therapy], TARGETS), [Dose(0, 300, "drug_central")], TIMES)
    assert data["drug_C"].values[1:] == pytest.approx(100 * np.exp(-0.1 * AFTER), rel=1e-5)


def test_infusion_over_two_days(run):
    fast, slow, a, b = macro(0.3, 3.0, 0.6, 2.0)
    times = np.array([0.0, 0.5, 1.5, 2.5, 10.0, 40.0])

    def term(share, rate):
        during = np.minimum(times, 2.0)
        decay = np.exp(-rate * (times - during))
        return share / rate * (1 - np.exp(-rate * during)) * decay

    expected = 150 / 3.0 * (term(a, fast) + term(b, slow))
    data = run(attach(TOY, [drug()], TARGETS), [Dose(0, 300, "drug_central", 2.0)], times)
    assert data["drug_C"].values == pytest.approx(expected, rel=1e-5, abs=1e-9)


def test_subcutaneous_dose_in_two_compartments(run):
    ka, share = 0.25, 0.7
    fast, slow, a, b = macro(0.3, 3.0, 0.6, 2.0)
    entering = ka * share * 200 / 3.0
    expected = entering * sum(
        part / (ka - rate) * (np.exp(-rate * AFTER) - np.exp(-ka * AFTER))
        for part, rate in ((a, fast), (b, slow))
    )
    absorbed = {"ka": parameter(ka, "1/day"), "F": parameter(share, "dimensionless")}
    text = attach(TOY, [drug(parameters=absorbed)], TARGETS)
    data = run(text, [Dose(0, 200, "drug_depot")], TIMES)
    assert data["drug_C"].values[1:] == pytest.approx(expected, rel=1e-5)


def test_small_molecule_by_mouth_acts_by_its_unbound_share(run):
    ka, share, free = 12.0, 0.5, 0.04
    therapy = drug(
        modality="small_molecule",
        mass="0.4 kDa",
        pk={"template": "oral_one_compartment"},
        without=("Q", "V2"),
        parameters={
            "CL": parameter(10.0, "L/h"),
            "V1": parameter(60.0, "L"),
            "ka": parameter(ka, "1/day"),
            "F": parameter(share, "dimensionless"),
            "fu": parameter(free, "dimensionless"),
            "Kss": parameter(5.0, "nM"),
        },
    )
    times = np.array([0.0, 0.05, 0.2, 0.5, 1.0])
    rate = 240.0 / 60.0
    bound = ka * share * 80 / 60.0 / (ka - rate) * (np.exp(-rate * times) - np.exp(-ka * times))
    data = run(attach(TOY, [therapy], TARGETS), [Dose(0, 80, "drug_depot")], times)
    nanomolar = free * bound / 0.4 * 1000
    assert data["drug_nM"].values == pytest.approx(nanomolar, rel=1e-5, abs=1e-9)
    assert data["block"].values == pytest.approx(nanomolar / (5 + nanomolar), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(("dose", "linear"), [(1e-3, True), (3e6, False)])
def test_michaelis_menten_at_its_two_limits(run, dose, linear):
    sink = {"Vmax": parameter(6.0, "mg/day"), "Km": parameter(10.0, "mg/L")}
    therapy = drug(
        pk={"template": "one_compartment", "elimination": "michaelis_menten"},
        without=("Q", "V2"),
        parameters={**sink, "CL": parameter(0.0, "L/day")},
    )
    data = run(attach(TOY, [therapy], TARGETS), [Dose(0, dose, "drug_central")], [0, 1, 5, 10])
    after = np.array([1.0, 5.0, 10.0])
    expected = dose * np.exp(-6.0 / 10.0 / 3.0 * after) if linear else dose - 6.0 * after
    assert data["drug_central"].values[1:] == pytest.approx(expected, rel=1e-4)


def test_weight_scales_clearances_and_volumes(run):
    weight = 100.0
    scale = weight / 70.0
    text = attach(TOY, [drug()], TARGETS)
    data = run(text, [Dose(0, 300, "drug_central")], TIMES, weight=weight)
    expected = two_compartment(
        AFTER, 300, 0.3 * scale**0.75, 3.0 * scale, 0.6 * scale**0.75, 2.0 * scale
    )
    assert data["drug_C"].values[1:] == pytest.approx(expected, rel=1e-5)


def test_all_drug_is_accounted_for(run):
    absorbed = {"ka": parameter(0.3, "1/day"), "F": parameter(1.0, "dimensionless")}
    therapy = drug(parameters={**absorbed, "CL": parameter(0.0, "L/day")})
    data = run(attach(TOY, [therapy], TARGETS), [Dose(0, 50, "drug_depot")], TIMES)
    total = data["drug_depot"] + data["drug_central"] + data["drug_peripheral"]
    assert total.values[1:] == pytest.approx(50.0, rel=1e-7)


@pytest.mark.parametrize("name", ["rituximab", "belimumab"])
def test_library_half_lives_are_the_published_ones(name):
    truth = anchor("half_lives")
    slowest = half_lives(load_therapy(name))[-1]
    assert slowest == pytest.approx(truth[name]["days"], abs=truth["tolerance_days"])


@given(*[st.floats(0.05, 20.0) for _ in range(4)])
def test_half_lives_are_those_of_the_characteristic_roots(cl, v1, q, v2):
    values = {
        "CL": parameter(cl, "L/day"),
        "V1": parameter(v1, "L"),
        "Q": parameter(q, "L/day"),
        "V2": parameter(v2, "L"),
    }
    fast, slow = half_lives(drug(parameters=values))
    matrix = np.array([[-(cl + q) / v1, q / v2], [q / v1, -q / v2]])
    expected = np.sort(np.log(2) / -np.linalg.eigvals(matrix).real)
    assert (fast, slow) == pytest.approx(tuple(expected), rel=1e-6)
