"""Causality and expectedness: points by hand, every category reached, answers kept."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport, Drug, Event, read_case
from tolerogen.safety.causality import NARANJO, WHO_UMC, assess
from tolerogen.safety.expected import mark_expected, read_reference
from tolerogen.safety.store import CaseStore


def test_naranjo_runs_from_minus_4_to_13():
    best = {k: "yes" if yes > no else "no" for k, (_, yes, no) in NARANJO.items()}
    worst = {k: "yes" if yes < no else "no" for k, (_, yes, no) in NARANJO.items()}
    assert (assess("a", "b", "naranjo", best).score, len(NARANJO)) == (13, 10)
    assert assess("a", "b", "naranjo", best).result == "definite"
    found = assess("a", "b", "naranjo", worst)
    assert (found.score, found.result) == (-4, "doubtful")
    nothing = assess("a", "b", "naranjo", {})
    assert (nothing.score, nothing.result) == (0, "doubtful")


@pytest.mark.parametrize(
    ("yes", "no", "score", "result"),
    [
        ("after_drug", "", 2, "possible"),
        ("after_drug better_without reported_before", "", 4, "possible"),
        ("after_drug better_without", "other_causes", 5, "probable"),
        ("after_drug better_without back_again reported_before", "other_causes", 8, "probable"),
        ("after_drug better_without back_again reported_before objective", "other_causes", 9,
         "definite"),
        ("other_causes with_placebo", "after_drug back_again", -4, "doubtful"),
    ],
)  # fmt: skip
def test_naranjo_by_hand(yes, no, score, result):
    answers = {**dict.fromkeys(yes.split(), "yes"), **dict.fromkeys(no.split(), "no")}
    found = assess("a", "b", "naranjo", answers)
    assert (found.score, found.result) == (score, result)
    assert len(found.answers) == 10


def test_who_umc_reaches_every_category_and_certain_needs_everything():
    strict = {"time": "plausible", "other_cause": "excluded", "withdrawal": "plausible",
              "specific": "yes", "rechallenge": "positive", "data": "enough"}  # fmt: skip
    found = {}
    for answers in product(*WHO_UMC.values()):
        given = dict(zip(WHO_UMC, answers, strict=True))
        result = assess("a", "b", "who-umc", given).result
        found.setdefault(result, []).append(given)
    assert set(found) == {
        "certain", "probable", "possible", "unlikely", "conditional", "unassessable"
    }  # fmt: skip
    for given in found["certain"]:
        assert {k: v for k, v in given.items() if k != "rechallenge"} == {
            k: v for k, v in strict.items() if k != "rechallenge"
        }
    assert all(g["other_cause"] in ("excluded", "unlikely") for g in found["probable"])
    assert all(g["time"] != "improbable" for g in found["possible"])


ANSWERS = st.fixed_dictionaries({}, optional={k: st.sampled_from(w) for k, w in WHO_UMC.items()})


@given(ANSWERS, st.dictionaries(st.sampled_from(list(NARANJO)), st.sampled_from(["yes", "no"])))
def test_a_case_keeps_every_answer(answers, points):
    data = {
        "drugs": [{"name": "A"}],
        "events": [{"term": "b"}],
        "causality": [
            {"drug": "A", "event": "b", "method": "who-umc", "answers": answers},
            {"drug": "A", "event": "b", "method": "naranjo", "answers": points},
        ],
    }
    case, _ = read_case(data)
    again, _ = read_case(json.loads(json.dumps(case.document())))
    assert again.causality == case.causality
    kept = dict(case.causality[1].answers)
    assert all(kept[k] == v for k, v in points.items())


def test_wrong_judgements_are_refused():
    for wrong in (
        {"method": "dice"},
        {"method": "naranjo", "answers": {"colour": "yes"}},
        {"method": "naranjo", "answers": {"objective": "perhaps"}},
        {"method": "naranjo", "answers": {}, "result": "definite"},
        {"method": "naranjo", "wisdom": 3},
    ):
        with pytest.raises(SpecError):
            read_case({"causality": [{"drug": "A", "event": "b", **wrong}]})


def test_expected_is_what_the_reference_lists(tmp_path, run, refused):
    file = tmp_path / "label.csv"
    file.write_text("drug,event\nRituximab,  infusion  REACTION\nOther,Pneumonia\n")
    listed = read_reference(file)
    case = CaseReport(
        (Drug("RITUXIMAB"), Drug("Other", role="concomitant")),
        (
            Event("Infusion reaction"),
            Event("Pneumonia"),
            Event("infusion reaction", expected=False),
        ),
    )
    assert [e.expected for e in mark_expected(case, listed).events] == [True, False, False]
    (tmp_path / "c.toml").write_text(
        "reporter='patient'\n[[drugs]]\nname='Rituximab'\n[[events]]\nterm='Infusion reaction'\n"
        "serious=['hospitalisation']\n[[causality]]\ndrug='Rituximab'\nevent='Infusion reaction'\n"
        "method='who-umc'\nanswers={time='plausible', other_cause='unlikely', "
        "withdrawal='reasonable'}\n"
    )
    verb = ("safety", "report", tmp_path / "c.toml", "--store", tmp_path / "c.sqlite", "--json")
    told = json.loads(run(*verb, "--reference", file).stdout)
    assert told["unexpected"] is False
    assert told["causality"][0]["result"] == "probable"
    assert json.loads(run(*verb).stdout)["unexpected"] is True
    stored = CaseStore(tmp_path / "c.sqlite").history(told["case_id"])[0].report
    assert dict(stored.causality[0].answers)["other_cause"] == "unlikely"
    file.write_text("what\n")
    assert "line 1" in refused(*verb, "--reference", file)
