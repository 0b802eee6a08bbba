"""One patient: at rest without treatment, and as pharmacokinetics on paper say with one."""

from __future__ import annotations

import numpy as np
import pytest

from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError
from tolerogen.therapies import Regimen, dose_rule, load_therapy, with_numbers
from tolerogen.trials import Treatment, curves, follow_one

BOLUS = Regimen("once", (dose_rule("1000 mg", route="iv", at=["0 days"]),))


@pytest.fixture(scope="module")
def disease():
    return load_disease("sjogren")


def two_compartments(dose, days, clearance, v1, q, v2):
    """Return the concentration after a bolus: the closed form of two compartments."""
    k10, k12, k21 = clearance / v1, q / v1, q / v2
    both = k10 + k12 + k21
    root = np.sqrt(both**2 - 4 * k10 * k21)
    fast, slow = (both + root) / 2, (both - root) / 2
    a, b = (fast - k21) / (fast - slow), (k21 - slow) / (fast - slow)
    return dose / v1 * (a * np.exp(-fast * days) + b * np.exp(-slow * days))


def test_an_untreated_patient_rests(disease):
    data = follow_one(disease, days=365)
    for name in disease.readouts:
        values = data[name.id].to_numpy()[0]
        # but for what a year costs for good: lost epithelium
        assert values == pytest.approx(values[0], rel=1e-3), name.id


@pytest.mark.parametrize("clearance", [0.451, 0.9])
def test_a_bolus_follows_the_closed_form_with_the_numbers_of_the_moment(disease, clearance):
    drug = with_numbers(load_therapy("rituximab"), {"CL": clearance})
    value = drug.pk.value
    data = follow_one(disease, [Treatment(drug, BOLUS)], 60, weight_kg=70)
    days = data["time"].to_numpy()[1:]  # at the time of the dose the value before it is told
    expected = two_compartments(1000, days, clearance, value("V1"), value("Q"), value("V2"))
    assert data["rituximab_C"].to_numpy()[0][1:] == pytest.approx(expected, rel=1e-4)
    assert float(data["rituximab_C"].max()) == pytest.approx(1000 / value("V1"), rel=1e-2)  # peak


def test_a_drug_that_keeps_its_numbers_is_the_library_s(disease):
    drug = load_therapy("s95011")
    treatment = [Treatment(drug, drug.regimen("phase2a"))]
    same = [Treatment(with_numbers(drug, {}), drug.regimen("phase2a"))]
    one, two = (
        follow_one(disease, t, 91)["s95011_occupancy"].to_numpy() for t in (treatment, same)
    )
    np.testing.assert_array_equal(one, two)
    assert one.max() > 0.99  # 750 mg hold nearly all: the drug's own affinity


def test_weight_and_state_reach_the_patient(disease):
    drug = load_therapy("rituximab")
    light = follow_one(disease, [Treatment(drug, BOLUS)], 14, weight_kg=50)
    heavy = follow_one(disease, [Treatment(drug, BOLUS)], 14, weight_kg=100)
    assert light["rituximab_C"].sel(time=7).item() > heavy["rituximab_C"].sel(time=7).item()
    ill, well = follow_one(disease, days=1), follow_one(disease, days=1, state="healthy")
    for name, value in disease.state("healthy").items():
        state = name.removesuffix("_0")
        if name == "B_memory_0":
            assert float(well[state][0, 0]) == pytest.approx(value)
            assert float(ill[state][0, 0]) < value


def test_what_is_asked_wrongly_is_refused(disease):
    for given, told in (({"days": 0}, "days"), ({"values": {"nope": 1.0}}, "no parameter 'nope'")):
        with pytest.raises(SpecError, match=told):
            follow_one(disease, **given)
    with pytest.raises(SpecError, match="no state"):
        follow_one(disease, state="elsewhere")
    with pytest.raises(SpecError, match="has no 'nope'"):
        with_numbers(load_therapy("rituximab"), {"nope": 1.0})
    for value in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(SpecError, match="above zero"):
            with_numbers(load_therapy("rituximab"), {"CL": value})


def test_a_curve_has_a_unit_and_drugs_come_first(disease):
    found = curves(disease, [load_therapy("rituximab")])
    assert [curve.id for curve in found[:2]] == ["rituximab_C", "rituximab_occupancy"]
    assert {curve.id for curve in found} >= {readout.id for readout in disease.readouts}
    assert len({curve.id for curve in found}) == len(found)
