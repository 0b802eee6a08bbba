from __future__ import annotations

import json

import pytest

from tolerogen.therapies import list_therapies, load_therapy


def test_list_names_every_drug_of_the_library(run):
    rows = json.loads(run("therapy", "list", "--json").stdout)
    assert {"s95011", "rituximab", "nipocalimab"} <= {row["id"] for row in rows}
    shown = run("therapy", "list").stdout
    for drug in list_therapies():
        assert drug.id in shown
        assert drug.target in shown
        assert all(regimen.name in shown for regimen in drug.regimens)


@pytest.mark.parametrize("name", ["s95011", "OSE-127", "rituximab"])
def test_show_gives_every_parameter_with_its_source(run, name):
    result = run("therapy", "show", name)
    assert result.exit_code == 0
    drug = load_therapy(name)
    flat = "".join(result.stdout.split())
    for parameter in drug.parameters:
        assert parameter.id in flat
        assert parameter.status in flat
    for source in drug.citation().splitlines():
        assert "".join(source.split()) in flat


def test_show_as_json_is_the_therapy(run):
    page = json.loads(run("therapy", "show", "s95011", "--json").stdout)
    drug = load_therapy("s95011")
    assert (page["id"], page["target"]) == (drug.id, "IL7R")
    shown = {p["id"]: p["value"] for p in page["pk"]["parameters"]}
    assert shown == {p.id: p.value for p in drug.pk.parameters}


def test_an_unknown_drug_is_refused_with_the_nearest(refused):
    assert "did you mean 'rituximab'?" in refused("therapy", "show", "rituximb")


def test_a_patient_is_played_as_from_python(run, tmp_path):
    from tolerogen.diseases import load_disease
    from tolerogen.therapies import load_therapy, with_numbers
    from tolerogen.trials import Treatment, follow_one

    words = ("rituximab", "--regimen", "two_grams", "--set", "CL=0.3", "--weeks", "8")
    file = tmp_path / "course.csv"
    told = json.loads(run("therapy", "play", *words, "--show", "B_blood", "--json").stdout)
    drug = with_numbers(load_therapy("rituximab"), {"CL": 0.3})
    treatment = Treatment(drug, drug.regimen("two_grams"))
    course = follow_one(load_disease("sjogren"), [treatment], 56)
    for name in ("rituximab_C", "B_blood"):
        assert told["observables"][name]["values"] == course[name].to_numpy()[0].tolist()
    shown = run("therapy", "play", *words, "--out", file)
    assert shown.exit_code == 0
    assert shown.stdout.count("\n56") == 1
    assert file.read_text().startswith("time")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--show", "nothing"), "--show"),
        (("--set", "CL=0"), "above zero"),
        (("--regimen", "none"), "has no regimen"),
        (("--dose", "3 cats"), "amount"),
        (("--dose", "300 mg", "--route", "sc"), "no absorption"),
    ],
)
def test_a_patient_that_cannot_be_played_is_refused(refused, words, told):
    assert told in refused("therapy", "play", "rituximab", *words)
