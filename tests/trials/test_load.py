"""A trial file is read into days and things, and a wrong one is refused in one paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.trials import load_trial

EXAMPLES = Path(__file__).parents[2] / "examples"

MISTAKES = {
    "unknown key": ("minimum = 5", "minimun = 5", ["[entry 1]", "did you mean 'minimum'?"]),
    "unknown table": ("[endpoint]", "[endpiont]", ["endpiont", "did you mean 'endpoint'?"]),
    "unknown dose key": ('route = "iv', 'rout = "iv', ["did you mean 'route'?"]),
    "wrong unit": ('"750 mg"', '"750 mL"', ["drug", "doses 1", "750 mL"]),
    "no unit": ('"8 weeks"\nvisits', '"8"\nvisits', ["[trial] horizon", "2 weeks"]),
    "negative dose": ('"750 mg"', '"-750 mg"', ["-750 mg", "above zero"]),
    "unknown therapy": ('"s95011"', '"s95101"', ["did you mean 's95011'?"]),
    "unknown route": ('"iv infusion"', '"infusion iv"', ["infusion iv", "iv infusion"]),
    "unknown disease": ('disease = "toy"', 'disease = "sjogrn"', ["[trial] disease", "sjogrn"]),
    "unknown measure": (
        'measure = "activity"\nat',
        'measure = "actvity"\nat',
        ["[endpoint] measure", "did you mean 'activity'?"],
    ),
    "unknown entry": (
        'measure = "activity"\nminimum',
        'measure = "agee"\nminimum',
        ["[[entry]] 1", "agee"],
    ),
    "entry without bound": ("minimum = 5", "", ["[[entry]] 1", "'minimum'"]),
    "unknown domain": ("minimum = 5", 'minimum = 5\ndomains = ["skn"]', ["did you mean 'skin'?"]),
    "unknown stratum": ('["prednisone"]', '["prednison"]', ["did you mean 'prednisone'?"]),
    "endpoint beyond the horizon": (
        'horizon = "8 weeks"',
        'horizon = "6 weeks"',
        ["[endpoint] at", "beyond the horizon", "6 weeks"],
    ),
    "endless": ('horizon = "8 weeks"', 'horizon = "800 years"', ["[trial] horizon", "20 years"]),
    "number for a time": ('horizon = "8 weeks"', "horizon = 8", ["trial.horizon", "'8 weeks'"]),
    "dose after the end": ('"4 weeks"] }', '"9 weeks"] }', ["day 63", "horizon"]),
    "visit outside": ('"4 weeks", "8 weeks"]', '"9 weeks", "8 weeks"]', ["day 63"]),
    "no baseline visit": ('visits = ["0 weeks", ', "visits = [", ["baseline"]),
    "endpoint without visit": (', "8 weeks"]', "]", ["day 56", "endpoint"]),
    "arm without share": ("share = 2\n", "", ["[arm 1]", "lacks the key 'share'"]),
    "share of nothing": ("share = 2\n", "share = 0\n", ["arm 1.share", "0"]),
    "wrong role": ('role = "active"', 'role = "treated"', ["arm 1.role", "placebo"]),
    "active without drug": ('role = "placebo"', 'role = "active"', ["'placebo'", "therapy"]),
    "same name twice": ('name = "placebo"', 'name = "drug"', ["twice"]),
    "block": ('["prednisone"]', '["prednisone"]\nblock = 4', ["multiple", "3"]),
    "no patients": ("patients = 24", "patients = 0", ["trial.patients", "0"]),
    "text for a number": ("patients = 24", 'patients = "24"', ["trial.patients", "'24'"]),
    "regimen and doses": (
        'therapy = "s95011"',
        'therapy = "s95011"\nregimen = "phase2a"',
        ["not both"],
    ),
    "target the disease lacks": ('"s95011"', '"belimumab"', ["BAFF", "IL7R"]),
    "not TOML": ("[trial]", "[trial", ["not valid TOML"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_paragraph_that_names_file_and_place(edited, mistake):
    old, new, words = MISTAKES[mistake]
    with pytest.raises(SpecError) as caught:
        load_trial(edited(old, new))
    text = str(caught.value)
    assert "trial.toml" in text
    assert "\n" not in text
    for word in words:
        assert word in text


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SpecError, match=r"nowhere\.toml"):
        load_trial(tmp_path / "nowhere.toml")


def test_quantities_become_days_and_names_become_things(toy_spec):
    assert toy_spec.horizon == 56.0
    assert toy_spec.visits == (0.0, 14.0, 28.0, 56.0)
    assert toy_spec.block == 6  # twice the sum of the shares
    drug, placebo = toy_spec.arms
    assert drug.treatments[0].therapy.target == "IL7R"
    assert drug.treatments[0].regimen.days == (0.0, 14.0, 28.0)
    assert placebo.treatments == ()
    assert toy_spec.reference is placebo
    assert toy_spec.endpoint.measure.better == -1
    assert toy_spec.secondary[0].measure.better == 1  # more flow is better


def test_every_adds_the_baseline_and_the_endpoint(edited):
    visits = 'visits = ["0 weeks", "2 weeks", "4 weeks", "8 weeks"]'
    assert load_trial(edited(visits, 'every = "3 weeks"')).visits == (0, 21, 42, 56)


def test_the_direction_of_a_measure_may_be_stated(edited):
    old = 'measure = "flow"'
    assert load_trial(edited(old, f'{old}\nbetter = "lower"')).secondary[0].measure.better == -1


def test_several_therapies_in_one_arm_must_differ(edited):
    dose = '{ amount = "1 mg/kg", route = "iv", at = ["1 week"] }'
    treatment = f'\n[[arm.treatment]]\ntherapy = "s95011"\ndoses = [{dose}]\n'
    old = 'name = "placebo"\nrole = "placebo"\nshare = 1\n'
    with pytest.raises(SpecError, match=r"trial\.toml.*twice"):
        load_trial(edited(old, old + treatment * 2))


def test_content_names_the_design_and_everything_under_it(toy_spec, edited):
    same = load_trial(edited("[endpoint]", "# a comment\n[endpoint]"))
    assert same.content() == toy_spec.content()  # elsewhere on the disk, said otherwise


@pytest.mark.parametrize(
    ("old", "new"),
    [("seed = 3", "seed = 4"), ("750 mg", "300 mg"), ("minimum = 5", "minimum = 6")],
)
def test_content_changes_with_what_changes_the_numbers(toy_spec, edited, old, new):
    assert load_trial(edited(old, new)).content() != toy_spec.content()


TRIALS = [p for p in sorted(EXAMPLES.glob("*.toml")) if "\n[trial]\n" in f"\n{p.read_text()}"]


@pytest.mark.parametrize("path", TRIALS, ids=lambda p: p.stem)
def test_the_examples_are_valid(path):
    spec = load_trial(path)
    assert spec.visits[0] == 0
    assert sum(arm.share for arm in spec.arms) * 2 % spec.block == 0


def test_the_main_example_is_the_published_design():
    """Entry, arms, doses, endpoint as registered (NCT04605978)."""
    spec = load_trial(EXAMPLES / "s95011-sjogren.toml")
    drug, placebo = spec.arms
    assert (spec.patients, drug.share, placebo.share) == (48, 2, 1)
    (rule,) = drug.treatments[0].regimen.rules
    assert (rule.amount, rule.per_kg, rule.route) == (750.0, False, "iv infusion")
    assert rule.days == tuple(7.0 * week for week in (0, 2, 4, 7, 10))
    assert rule.days == drug.treatments[0].therapy.regimen("phase2a").days
    assert (spec.endpoint.measure.id, spec.endpoint.day) == ("essdai", 91.0)
    entry = spec.criteria[0]
    assert (entry.measure, entry.minimum, len(entry.domains)) == ("essdai", 6.0, 7)
    assert spec.strata == ("prednisone", "hydroxychloroquine")
