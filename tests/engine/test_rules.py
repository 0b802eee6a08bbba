"""Dosing rules against truths worked out by hand: a drug that stays, looked at on known days."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, DosingRule, load_model, read_rules, simulate
from tolerogen.errors import SpecError

# S rises by each dose and never falls; R falls by 1 a day from 10 and is dosed by rescues only.
MODEL = load_model("""model m
  compartment V = 1; species S in V = 0, R in V = 10; k = 1
  lose: R -> ; V*k
end""")
WEEKLY = [Dose(7.0 * week, 2, "S") for week in range(6)]
DAYS = np.arange(0.0, 43.0, 7.0) + 0.5  # half a day after each dose
ONE = pd.DataFrame(index=[0])


def run(*rules, doses=WEEKLY, patients=ONE, **options):
    return simulate(MODEL, patients, doses, DAYS, ["S", "R"], rules=rules, rtol=1e-8, **options)


def test_without_rules_all_is_given():
    assert run()["S"].to_numpy()[0] == pytest.approx([2, 4, 6, 8, 10, 12, 12])


def test_hold_while_the_condition_holds():
    """R is 10 - t: below 5 from day 5 on, so only the dose of day 0 is given."""
    data = run(DosingRule("hold", "R", below=5))
    assert data["S"].to_numpy()[0] == pytest.approx([2] * 7)
    assert data["rule_1"].to_numpy()[0] == pytest.approx([1, 0, 0, 0, 0, 0, 0])


def test_hold_ends_when_the_condition_does():
    """A bolus of 29 into R on day 10 lifts it from 0 to 29: above 5 until day 34."""
    doses = [*WEEKLY, Dose(10.0, 29, "R")]
    data = run(DosingRule("hold", "R", below=5, governs=("S",)), doses=doses)
    assert data["S"].to_numpy()[0] == pytest.approx([2, 2, 4, 6, 8, 8, 8])


def test_stop_is_for_good():
    doses = [*WEEKLY, Dose(10.0, 30, "R")]
    data = run(DosingRule("stop", "R", below=5, every=7), doses=doses)
    assert data["S"].to_numpy()[0] == pytest.approx([2] * 7)


def test_a_look_comes_before_the_dose_of_the_same_day():
    """Looked at on days 0, 14, 28: S is 0, 4, 8 before the dose, so it stops from day 28."""
    data = run(DosingRule("stop", "S", above=5, every=14))
    assert data["S"].to_numpy()[0] == pytest.approx([2, 4, 6, 8, 8, 8, 8])


def test_titrate_within_bounds():
    """Halved at every look from day 7 on (S above 1), to a quarter at the least."""
    data = run(DosingRule("titrate", "S", above=1, every=7, factor=0.5, least=0.25))
    assert data["S"].to_numpy()[0] == pytest.approx([2, 3, 3.5, 4, 4.5, 5, 5])


def test_rescue_is_given_so_often_at_most():
    """R is 3 on day 7 and 1 on day 14 after one rescue of 5: the second and last one follows."""
    data = run(DosingRule("rescue", "R", below=5, every=7, amount=5, into="R", times=2))
    assert data["R"].to_numpy()[0, :4] == pytest.approx([9.5, 7.5, 5.5, -1.5], abs=1e-6)
    assert data["rule_1"].to_numpy()[0] == pytest.approx([0, 1, 2, 2, 2, 2, 2])


def test_rescue_is_not_held():
    rules = (
        DosingRule("hold", "R", below=20),
        DosingRule("rescue", "R", below=5, every=7, amount=5, into="R", times=1),
    )
    data = run(*rules)
    assert data["S"].to_numpy()[0] == pytest.approx([0] * 7)
    assert data["R"].to_numpy()[0, 1] == pytest.approx(7.5)


def test_infusions_follow_the_share_at_their_start():
    doses = [Dose(7.0 * week, 2, "S", duration=0.25) for week in range(6)]
    data = run(DosingRule("titrate", "S", above=1, every=7, factor=0.5, least=0.25), doses=doses)
    assert data["S"].to_numpy()[0] == pytest.approx([2, 3, 3.5, 4, 4.5, 5, 5])


def test_each_patient_has_their_own_course():
    data = run(DosingRule("hold", "R", below=5), patients=pd.DataFrame({"k": [1.0, 0.1]}))
    assert data["S"].to_numpy()[:, -1] == pytest.approx([2, 12])


def test_rules_from_toml_have_units():
    model = load_model("""model u
      unit time_unit = 86400 second; unit volume = litre; unit mg_per_L = 1e-3 gram/litre
      compartment V = 1; V has litre; species S in V = 2; S has mg_per_L; S -> ; V*S
    end""")
    text = """
[[rule]]
action = "titrate"
observable = "S"
above = "1 g/L"
every = "2 weeks"
factor = 0.5
"""
    (rule,) = read_rules(text, model)
    assert (rule.above, rule.every) == (pytest.approx(1000), 14)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"above": 1.0}, "either above or below"),
        ({"action": "holt"}, "did you mean"),
        ({"every": 0.0}, "more than 0"),
        ({"action": "titrate"}, "factor is 1"),
        ({"action": "rescue"}, "needs an amount"),
        ({"least": 2.0, "most": 1.0}, "no range"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(change, said):
    with pytest.raises(SpecError, match=said):
        DosingRule(**{"action": "hold", "observable": "R", "below": 5.0, **change})


def test_unknown_observable_is_named():
    with pytest.raises(SpecError, match="did you mean 'R'"):
        run(DosingRule("hold", "Rr", below=5))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]]\naction = 'hold'\n", "'observable' is missing"),
        ("[[rule]]\naction = 'hold'\nobservable = 'R'\nunder = 3\n", "key 'under' is unknown"),
        ("[[rule]]\naction = 'hold'\nobservable = 'R'\nbelow = 3\nevery = '2 kg'\n", "in day"),
        ("rule = 3\n", "as a table"),
        ("[[rule\n", "not TOML"),
    ],
)
def test_toml_errors_name_the_place(text, said):
    with pytest.raises(SpecError, match=said):
        read_rules(text, MODEL)


def test_the_reference_backend_has_no_rules():
    with pytest.raises(SpecError, match="native"):
        run(DosingRule("hold", "R", below=5), backend="reference")
