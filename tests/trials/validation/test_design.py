"""From published designs to virtual ones. The trials written out here are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError
from tolerogen.trials.validation import PublishedTrial, designs, outcomes, read_published
from tolerogen.trials.validation.design import designed
from tolerogen.trials.validation.entry import entry

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "sjogren"
SCORES = ("essdai", "clinessdai", "esspri")
PLACEBO = {"name": "placebo", "role": "placebo", "n": 11}


@pytest.fixture(scope="module")
def sjogren():
    return load_disease("sjogren")


def trial(**changed):
    arm = {"name": "rituximab", "role": "active", "n": 20, "dose": "1000 mg", "route": "IV"}
    base = {
        "trial_id": "invented",
        "drug": "rituximab",
        "primary_timepoint_weeks": 24,
        "arms": [arm | {"schedule": "weeks 0 and 2"}, PLACEBO],
    }
    return PublishedTrial.model_validate(base | changed)


def active(name, n=10, dose="1000 mg", schedule="weeks 0 and 2", role="active"):
    return {
        "name": name, "role": role, "n": n, "dose": dose, "route": "IV", "schedule": schedule,
    }  # fmt: skip


def test_a_trial_keeps_its_sizes_doses_and_week(sjogren):
    (design,), lost = designs(trial(), sjogren)
    assert lost == ()
    spec = design.spec
    assert [(arm.name, arm.share) for arm in spec.arms] == [("rituximab", 20), ("placebo", 11)]
    assert (spec.patients, spec.block, spec.horizon) == (31, 31, 168)
    assert spec.visits[0] == 0
    assert spec.visits[-1] == 168
    (given,) = spec.arms[0].treatments
    assert given.regimen.days == (0.0, 14.0)
    assert given.regimen.rules[0].milligrams(50) == 1000


def test_sizes_follow_the_ratio_or_are_refused(sjogren):
    arms = [active("a", None), PLACEBO | {"n": None}]
    (two,), _ = designs(trial(arms=arms, n_total_randomised=48, design="2:1 blind"), sjogren)
    assert [arm.share for arm in two.spec.arms] == [32, 16]
    (even,), _ = designs(trial(arms=arms, n_total_randomised=31), sjogren)
    assert sum(arm.share for arm in even.spec.arms) == 31
    none, (lost,) = designs(trial(arms=arms), sjogren)
    assert none == ()
    assert "size" in lost.reason


def test_a_cohort_is_compared_with_its_own_placebo(sjogren):
    arms = [
        active("cohort 1 low", 8, "500 mg"),
        PLACEBO | {"name": "cohort 1 placebo", "n": 4},
        active("cohort 2 high", 20),
        PLACEBO | {"name": "cohort 2 placebo", "n": 9},
    ]
    found, _ = designs(trial(arms=arms), sjogren)
    assert [[arm.share for arm in d.spec.arms] for d in found] == [[8, 4], [20, 9]]


def test_drugs_given_together_are_taken_apart(sjogren):
    arms = [
        active("belimumab", dose="200 mg", schedule="weekly") | {"route": "SC"},
        active("belimumab + rituximab", dose="belimumab 200 mg + rituximab")
        | {"schedule": "belimumab weekly x3; rituximab weeks 8 and 10", "route": "SC+IV"},
        active("rituximab", schedule="weeks 8 and 10"),
        PLACEBO,
    ]
    (design,), lost = designs(trial(drug="belimumab + rituximab", arms=arms), sjogren)
    assert lost == ()
    both = design.spec.arms[1].treatments
    assert [t.therapy.id for t in both] == ["belimumab", "rituximab"]
    assert both[0].regimen.days == (0, 7, 14)
    assert both[1].regimen.days == (56, 70)
    assert both[1].regimen.rules[0].amount == 1000  # from the arm that gets it alone


def test_everything_that_is_left_out_says_why(sjogren):
    arms = [
        active("as hoped"),
        active("by mouth") | {"route": "oral"},
        active("eye") | {"route": "ocular"},
        active("no dose", dose=None),
        active("usual care", role="comparator"),
        PLACEBO,
    ]
    (design,), lost = designs(trial(arms=arms), sjogren)
    assert [arm.name for arm in design.spec.arms] == ["as hoped", "placebo"]
    reasons = {item.arm: item.reason for item in lost}
    assert set(reasons) == {"by mouth", "eye", "no dose", "usual care"}
    assert "absorption" in reasons["by mouth"]
    assert "ocular" in reasons["eye"]
    for changed, word in (
        ({"drug": "nosuchmab"}, "library"),
        ({"arms": [active("a")]}, "placebo"),
        ({"arms": None}, "arms"),
        ({"primary_timepoint_weeks": None}, "week"),
        ({"placebo_controlled": False}, "placebo"),
    ):
        none, (reason,) = designs(trial(**changed), sjogren)
        assert none == ()
        assert word in reason.reason


def test_a_target_that_the_disease_lacks_is_named(tmp_path):
    from tests.trials.conftest import plant

    toy = load_disease(plant(tmp_path).parent / "toy")
    none, (lost,) = designs(trial(), toy)
    assert none == ()
    assert "CD20" in lost.reason


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("change in ClinESSDAI at week 24", "clinessdai"),
        ("ESSPRI week 24", "esspri"),
        ("safety; exploratory ESSDAI, then ESSPRI", "essdai"),
        ("stimulated flow", "essdai"),
        (None, "essdai"),
    ],
)
def test_the_metric_is_that_of_the_primary_endpoint(text, metric):
    assert designed(trial(primary_endpoint=text), SCORES) == metric


def test_conditions_of_entry_are_read_or_handed_back():
    text = "ESSPRI >=5; anti-Ro or RF positive; stimulated flow >0; 18-70 y"
    published = trial(
        inclusion_activity_metric="ESSDAI",
        inclusion_activity_min=6,
        inclusion_other=text,
        population="adults, anti-SSA+",
    )
    criteria, unread = entry(published, (*SCORES, "age", "anti_ro"), ())
    bounds = {c.measure: (c.minimum, c.maximum) for c in criteria}
    assert bounds == {
        "essdai": (6, None), "esspri": (5, None), "age": (18, 70), "anti_ro": (1, None),
    }  # fmt: skip
    assert unread == ("anti-Ro or RF positive", "stimulated flow >0")


def test_a_low_score_at_entry_is_an_upper_bound():
    published = trial(inclusion_activity_metric="ESSDAI <5 (maximum)")
    ((criterion,), unread) = entry(published, SCORES, ())
    assert unread == ()
    assert bool(criterion.holds(4.0))
    assert not bool(criterion.holds(5.0))


def test_only_the_named_domains_count():
    published = trial(
        inclusion_activity_metric="ESSDAI",
        inclusion_activity_min=6,
        inclusion_other=">=6 points within 2 domains (glandular, articular)",
    )
    ((criterion,), unread) = entry(published, SCORES, ("glandular", "articular", "renal"))
    assert criterion.domains == ("glandular", "articular")
    assert unread == ()


def test_a_file_that_is_not_one_is_refused(tmp_path):
    path = tmp_path / "trials.json"
    for text, word in (
        ("{", "JSON"),
        ("{}", "list"),
        ("[]", "list"),
        ('[{"trial_id": "a"}]', "drug"),
        ('[{"trial_id": "a", "drug": "b"}, {"trial_id": "a", "drug": "b"}]', "twice"),
    ):
        path.write_text(text)
        with pytest.raises(SpecError, match=word):
            read_published(path)
    with pytest.raises(SpecError, match="cannot be read"):
        read_published(tmp_path / "absent.json")


@pytest.mark.parametrize("name", ["trials_calibration.json", "trials_blind.json"])
def test_no_published_arm_is_skipped_in_silence(sjogren, name):
    if not (SHARED / name).is_file():
        pytest.skip(f"the file of published trials {name} lies outside the repository")
    for published in read_published(SHARED / name):
        found, lost = designs(published, sjogren)
        told = {arm.name for d in found for arm in d.spec.arms if arm.role == "active"}
        told |= {item.arm for item in lost}
        assert None in told or told == {a.name for a in published.arms if a.role != "placebo"}
        for design in found:  # sizes are those of the report
            given = {a.name: a.n for a in published.arms if a.n}
            assert all(given.get(a.name, a.share) == a.share for a in design.spec.arms)


def test_the_blind_file_holds_no_outcome():
    if not (SHARED / "trials_blind.json").is_file():
        pytest.skip("the file of blind trials lies outside the repository")
    for published in read_published(SHARED / "trials_blind.json"):
        assert outcomes(published, SCORES) == ((), ())
