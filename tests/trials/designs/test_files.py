"""Designs in trial files: run on a toy disease, and refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.trials.conftest import plant

from tolerogen.errors import SpecError
from tolerogen.trials import explore, load_options
from tolerogen.trials.course import Engine
from tolerogen.trials.designs.drive import run_plans
from tolerogen.trials.designs.rate import run_design
from tolerogen.trials.planning import Options
from tolerogen.trials.planning.simulate import without_effect
from tolerogen.trials.validation.posterior import Posterior

ENGINE = Engine("reference", 1)
HEAD = "\n[design]\npatients = [24]\nreplicates = 10\n"
ARM = """
[[arm]]
name = "{name}"
role = "active"
share = 2
therapy = "s95011"
doses = [{{ amount = "{amount} mg", route = "iv infusion", duration = "1 hour", at = ["0 weeks"] }}]
"""


def options_of(folder: Path, text: str, *more: tuple[str, int], head: str = HEAD) -> Options:
    path = plant(folder)
    arms = "".join(ARM.format(name=name, amount=amount) for name, amount in more)
    path.write_text(path.read_text(encoding="utf-8") + arms + head + text, encoding="utf-8")
    return load_options(path)


def null(options: Options) -> Options:
    return replace(options, spec=without_effect(options.spec))


def test_one_look_is_the_parallel_trial(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    parallel = explore(null(options_of(tmp_path / "a", "")), threads=1).frame().iloc[0]
    looked = explore(
        null(options_of(tmp_path / "b", "[design.sequential]\nlooks = 1\n")), threads=1
    )
    row = looked.frame().iloc[0]
    assert row["effect"] == pytest.approx(parallel["effect"], abs=0.01)
    assert row["power"] == parallel["power"]
    assert row["type_one"] == parallel["type_one"]
    assert row["expected"] == 24
    assert "group-sequential" in looked.summary()
    assert "Tsiatis" in looked.citation()


def test_a_trial_that_stops_takes_the_first_patients(tmp_path: Path) -> None:
    text = "[design.sequential]\nlooks = [0.5, 1.0]\nfutility = [2.0]\nbounds = 'pocock'\n"
    options = null(options_of(tmp_path, text, head="\n[design]\npatients = [24, 48]\n"))
    ended = run_design(options, options.spec, ENGINE, 4)
    stopped = [e for e in ended if e.verdict.reason == "futility"]
    assert len(stopped) >= 5
    assert all(e.verdict.patients == e.size / 2 for e in stopped)
    assert all(e.verdict.looks == 1 for e in stopped)
    alone = run_design(replace(options, sizes=(24,)), options.spec, ENGINE, 4)
    both = [e.verdict.claims for e in ended if e.size == 24]
    assert [e.verdict.claims for e in alone] == both
    later = run_design(options, options.spec, ENGINE, range(2, 4))
    assert [e.verdict.claims for e in later] == [e.verdict.claims for e in ended[4:]]


def test_a_stage_with_fewer_arms_has_new_patients(tmp_path: Path) -> None:
    text = "[design.dropping]\nat = 0.5\nkeep = 1\nfutility = -9.0\n"
    options = null(options_of(tmp_path, text, ("other", 100), head=HEAD.replace("24", "40")))
    ended = run_design(options, options.spec, ENGINE, 3)
    for one in ended:
        assert sum(c.carried for c in one.verdict.claims.values()) == 1
        assert one.verdict.looks == 2
        assert set(one.verdict.claims) == {"drug", "other"}


def test_enrichment_narrows_by_what_was_seen(tmp_path: Path) -> None:
    text = "[design.enrichment]\nmeasure = 'prednisone'\nminimum = 1\nfutility = -9.0\n"
    options = null(options_of(tmp_path, text))
    ended = run_design(options, options.spec, ENGINE, 8)
    narrowed = {bool(e.verdict.extra["narrowed"]) for e in ended}
    assert narrowed == {True, False}
    assert all(set(e.verdict.claims) == set(e.truth) for e in ended)


def test_several_plans_share_patients(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one = null(options_of(tmp_path, "[design.sequential]\nlooks = 1\n"))
    borrowed = options_of(tmp_path / "b", "[design.borrowing]\nhistory = 3\nbetween = 1.0\n")
    found = list(run_plans(one, [one.plan, borrowed.plan], one.spec, ENGINE, 4))
    assert [place for place, _ in found] == [0] * 4 + [1] * 4
    assert found[0][1].truth == found[4][1].truth
    assert found[4][1].verdict.extra["prior_patients"] > 0


def test_withdrawal_randomises_responders(tmp_path: Path) -> None:
    text = "[design.withdrawal]\nrun_in = '4 weeks'\nmeasure = 'activity'\nbetter_by = 1\n"
    options = options_of(tmp_path, text)
    quiet = run_design(null(options), null(options).spec, ENGINE, 4)
    assert all(0 < e.verdict.extra["randomised"] < 24 for e in quiet)
    drug = run_design(options, options.spec, ENGINE, 2)
    assert all(e.verdict.extra["randomised"] > 0 for e in drug)


def test_assurance_is_the_power_when_nothing_is_uncertain(tmp_path: Path) -> None:
    options = null(options_of(tmp_path, "[design.sequential]\nlooks = 1\n"))
    table = explore(options.changed(posterior=Posterior(({}, {})))).frame().iloc[0]
    assert 0 <= table["assurance"] <= 1
    assert table["draws"] == 2
    wrong = options.changed(posterior=Posterior(({"nothing": 1.0},)))
    with pytest.raises(SpecError, match="no parameter 'nothing'"):
        explore(wrong)


def test_dose_ranging_reads_doses(tmp_path: Path) -> None:
    text = (
        "[design.dosefinding]\ncandidates = [{ shape = 'linear' }]\ntarget = 1.0\n"
        "[design.dosefinding.doses]\ndrug = 750\nother = 100\n"
    )
    options = options_of(tmp_path, text, ("other", 100))
    assert options.plan.doses == {"placebo": 0.0, "drug": 750.0, "other": 100.0}
    assert np.isfinite(options.plan._critical)


REFUSED = [
    ("[design.sequential]\nlooks = [0.5, 0.4, 1.0]\n", "must rise"),
    ("[design.sequential]\nlooks = 2\nbounds = 'pococ'\n", "did you mean 'pocock'"),
    ("[design.sequential]\nlooks = 2\nbounds = 'kim-demets'\n", "needs gamma above 0"),
    ("[design.sequential]\nlooks = 2\nfutility = [5.0]\n", "futility"),
    ("[design.sequential]\nlook = 2\n", "unknown key 'look'"),
    ("[design.reestimation]\nkind = 'blinded'\n", "give 'difference'"),
    ("[design.dropping]\nat = 0.5\n", "one arm beside the reference"),
    ("[design.dosefinding]\ncandidates = [{ shape = 'linear' }]\ndoses = { drug = 1.0 }\n",
     "one arm beside the reference"),
    ("[design.enrichment]\nmeasure = 'prednison'\nminimum = 1\n", "did you mean 'prednisone'"),
    ("[design.enrichment]\nmeasure = 'prednisone'\n", "'minimum', 'maximum' or both"),
    ("[design.borrowing]\nbetween = 1.0\n", "give either 'means'"),
    ("[design.borrowing]\nbetween = 1.0\nmeans = [1.0, 2.0]\nses = [1.0]\n", "2 means and 1"),
    ("[design.withdrawal]\nrun_in = '5 weeks'\nrule = 'x'\n", "no visit"),
    ("[design.withdrawal]\nrun_in = '4 weeks'\nmeasure = 'activity'\n", "better_by"),
    ("[design.crossover]\nperiod = '4 weeks'\nsamples = ['0 days', '1 day', '2 days']\n"
     "reference = 'drug'\n", "each with one treatment"),
    ("endpoints = ['better']\n[design.withdrawal]\nrun_in = '4 weeks'\n"
     "measure = 'activity'\nbetter_by = 1\n", "responder rule"),
    ("[design.sequential]\nlooks = 2\n[estimand]\nmissing = 'j2r'\n", "parallel trials only"),
    ("[design.sequential]\nlooks = 2\n[design.reestimation]\nkind = 'promising'\n", "one design"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_designs_that_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        options_of(tmp_path, text)


def test_no_dose_contrast(tmp_path: Path) -> None:
    text = "[design.dosefinding]\ncandidates = [{ shape = 'linear' }]\ndoses = "
    with pytest.raises(SpecError, match="no dose contrast"):
        options_of(tmp_path, text + "{ drug = 5.0, other = 5.0 }\n", ("other", 100))


def test_several_arms_where_one_is_compared(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="2 arms beside the reference"):
        options_of(tmp_path, "[design.sequential]\nlooks = 2\n", ("other", 100))
