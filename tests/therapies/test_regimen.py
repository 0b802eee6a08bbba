"""Doses as rules: times, amounts, caps, routes, missed doses, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.therapies.toy import drug, parameter

from tolerogen.errors import SpecError
from tolerogen.therapies import dose_rule, load_therapy, read_regimen

FLAT = {"amount": "750 mg", "route": "iv infusion", "duration": "1 hour"}


def test_the_phase_2a_design_of_s95011():
    therapy = load_therapy("s95011")
    doses = therapy.regimen("phase2a").doses(therapy, 62.0)
    assert [dose.time for dose in doses] == [0, 14, 28, 49, 70]
    assert {dose.amount for dose in doses} == {750}
    assert {dose.into for dose in doses} == {"s95011_central"}
    assert doses[0].duration == pytest.approx(1 / 24)


def test_dahlias_has_twelve_weight_based_doses():
    therapy = load_therapy("nipocalimab")
    doses = therapy.regimen("dahlias_15").doses(therapy, 80.0)
    assert len(doses) == 12
    assert doses[-1].time == 22 * 7
    assert doses[0].amount == pytest.approx(1200)


def test_a_cap_limits_the_heavy_only():
    rule = dose_rule("10 mg/kg", route="iv", at=["0 days"], cap="1000 mg")
    assert rule.milligrams(60) == 600
    assert rule.milligrams(140) == 1000


def test_loading_and_maintenance_come_in_order_of_time():
    loading = {"amount": "400 mg", "route": "iv", "days": [0, 7]}
    keeping = {"amount": "100 mg", "route": "iv", "start": "2 weeks", "every": "1 week", "count": 2}
    regimen = read_regimen("r", {"doses": [keeping, loading]})
    assert [(d.time, d.amount) for d in regimen.doses(drug(), 70)] == [
        (0, 400),
        (7, 400),
        (14, 100),
        (21, 100),
    ]


def test_under_the_skin_goes_to_the_depot_after_the_lag():
    therapy = load_therapy("belimumab")
    first = therapy.regimen("weekly_sc").doses(therapy, 70)[0]
    assert first.into == "belimumab_depot"
    assert first.time == pytest.approx(0.179)


def test_missed_doses_are_left_out():
    regimen = read_regimen("r", {"doses": [{**FLAT, "weeks": [0, 2, 4]}], "missed": [2]})
    assert [dose.time for dose in regimen.doses(drug(), 70)] == [0, 28]


def test_doses_missed_by_chance_are_those_of_the_seed():
    doses = [{**FLAT, "every": "1 day", "count": 4000}]
    regimen = read_regimen("r", {"doses": doses, "missed_probability": 0.2})
    one, again, other = (
        regimen.doses(drug(), 70, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other
    # Four standard deviations of a binomial share at n = 4000.
    assert len(one) / 4000 == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / 4000))
    with pytest.raises(SpecError, match="random generator"):
        regimen.doses(drug(), 70)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "-750 mg"}, "must be above zero"),
        ({"amount": "0 mg"}, "must be above zero"),
        ({"amount": "750 mL"}, "cannot be read in mg"),
        ({"amount": "750"}, "cannot be read in mg"),
        ({"route": "nasal"}, "'iv', 'iv infusion', 'sc' or 'oral'"),
        ({"weeks": None, "every": "2 weeks", "until": "-1 weeks"}, "no dose falls before the end"),
        ({"weeks": None, "every": "2 weeks", "count": 0}, "no dose falls before the end"),
        ({"weeks": None, "every": "0 weeks", "count": 3}, "every: '0 weeks' must be above zero"),
        ({"weeks": None, "every": "2 weeks"}, "either 'count' or 'until'"),
        ({"every": "2 weeks", "count": 2}, "and not both"),
        ({"weeks": None}, "say when the doses fall"),
        ({"weeks": []}, "at least one time"),
        ({"weeks": [-1]}, "treatment starts on day 0"),
        ({"weeks": None, "at": ["2 mg"]}, "cannot be read in day"),
        ({"duration": None}, "needs one, such as '1 hour'"),
        ({"duration": "0 hours"}, "must be above zero"),
        ({"route": "iv"}, "no other route"),
        ({"cap": "1000 mg"}, "needs a weight-based amount"),
        ({"dose": "1 mg"}, "unknown key 'dose'"),
    ],
)
def test_refusals_name_file_and_key(change, said):
    rule = {k: v for k, v in {**FLAT, "weeks": [0, 2], **change}.items() if v is not None}
    with pytest.raises(SpecError, match=said) as caught:
        read_regimen("r", {"doses": [rule]}, where="trial.toml, arms[0].regimen")
    assert str(caught.value).startswith("trial.toml, arms[0].regimen")


def test_other_refusals():
    with pytest.raises(SpecError, match="numbered 1 to 2"):
        read_regimen("r", {"doses": [{**FLAT, "weeks": [0, 2]}], "missed": [3]})
    with pytest.raises(SpecError, match="add ka and F"):
        read_regimen("r", {"doses": [{"amount": "1 mg", "route": "sc", "days": [0]}]}).doses(
            drug(), 70
        )
    with pytest.raises(SpecError, match="weight is 0"):
        read_regimen("r", {"doses": [{**FLAT, "days": [0]}]}).doses(drug(), 0)
    with pytest.raises(SpecError, match="Known: phase2a"):
        load_therapy("s95011").regimen("phase3")


@given(
    st.floats(0.1, 30.0),
    st.floats(30.0, 160.0),
    st.integers(1, 30),
    st.floats(0.25, 60.0),
)
def test_until_gives_the_doses_that_count_gives(amount, weight, count, step):
    rule = {"amount": f"{amount!r} mg/kg", "route": "sc", "every": f"{step!r} days"}
    last = step * (count - 1)
    therapy = drug(parameters={"ka": parameter(0.3, "1/day"), "F": parameter(0.7, "dimensionless")})
    counted, ended = (
        read_regimen("r", {"doses": [{**rule, **end}]}).doses(therapy, weight)
        for end in ({"count": count}, {"until": f"{last!r} days"})
    )
    assert counted == ended
    assert sum(dose.amount for dose in counted) == pytest.approx(amount * weight * count)
