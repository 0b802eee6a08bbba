"""Published results: matched to arms, with their standard errors. All trials are invented."""

from __future__ import annotations

import pytest

from tolerogen.errors import SpecError
from tolerogen.trials.validation import PublishedTrial, outcomes
from tolerogen.trials.validation.outcome import match

ARMS = [
    {"name": "drug 5 mg/kg", "role": "active"},
    {"name": "drug 15 mg/kg", "role": "active"},
    {"name": "placebo", "role": "placebo"},
]


def trial(*effects):
    return PublishedTrial(trial_id="invented", drug="drug", arms=ARMS, essdai_effects=effects)


def effect(**changed):
    base = {"arm": "15 mg/kg", "metric": "ESSDAI", "timepoint_weeks": 24, "diff_vs_placebo": -2.0}
    return base | changed


def one(**changed):
    (found,), lost = outcomes(trial(effect(**changed)), ["essdai"])
    assert lost == ()
    return found


def test_five_is_not_fifteen():
    assert match("5 mg/kg", ["drug 5 mg/kg", "drug 15 mg/kg"]) == "drug 5 mg/kg"
    assert match("IV 10 mg/kg", ["cohort 1 SC 3 mg/kg", "cohort 2 IV 10 mg/kg"])[7] == "2"


def test_an_arm_that_could_be_either_is_refused():
    with pytest.raises(SpecError, match="cannot be told"):
        match("drug", ["drug 5 mg/kg", "drug 15 mg/kg"])
    with pytest.raises(SpecError, match="cannot be told"):
        match("pooled 5 mg/kg", ["drug 5 mg/kg", "drug 15 mg/kg"])


def test_the_standard_error_comes_from_the_interval():
    # a 90 % interval is 2 x 1.6449 standard errors wide, a 95 % one 2 x 1.9600
    assert one(ci_low=-3.6449, ci_high=-0.3551, ci_level_percent=90).se == pytest.approx(1, 1e-4)
    assert one(ci_low=-3.9600, ci_high=-0.0400, ci_level_percent=95).se == pytest.approx(1, 1e-4)
    assert one(ci_low=-4, ci_high=0).se is None  # of no known level
    assert one(se_diff=0.7, ci_low=-4, ci_high=0, ci_level_percent=95).se == 0.7


@pytest.mark.parametrize(
    ("changed", "won"),
    [
        ({"p_value": 0.03}, True),
        ({"p_value": 0.06}, False),
        ({"p_value": 0.03, "diff_vs_placebo": 2.0}, False),  # worse than placebo
        ({"p_value": "0.04 (one-sided)", "se_diff": 1.1}, False),  # z = -1.82
        ({"se_diff": 1.0}, True),  # z = -2
        ({}, None),
    ],
)
def test_significance_is_two_sided_at_five_percent_and_favourable(changed, won):
    assert one(**changed).significant is won


def test_what_cannot_be_compared_is_listed():
    found, lost = outcomes(
        trial(
            effect(diff_vs_placebo=None),
            effect(metric="VAS"),
            effect(timepoint_weeks=None),
            effect(),
            effect(diff_vs_placebo=-9.0),
        ),
        ["essdai"],
    )
    assert [o.difference for o in found] == [-2.0]
    assert [item.reason.split()[-1] for item in lost] == ["published", "'VAS'", "given", "used"]
