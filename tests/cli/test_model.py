from __future__ import annotations

import json
import math

import pytest
from tests.cli.conftest import ONE_COMPARTMENT

K = 0.6 / 3  # 1/day: clearance over volume of the model in conftest


def test_show_lists_states_parameters_and_reactions(run, model_file):
    page = run("model", "show", model_file).stdout
    for word in ("one_compartment", "drug", "mg/L", "CL", "0.6", "loss", "drug →"):
        assert word in page
    assert ":= CL*(weight/70)^0.75/plasma" in page


def test_show_as_json(run, model_file):
    page = json.loads(run("model", "show", model_file, "--json").stdout)
    assert [state["id"] for state in page["states"]] == ["drug"]
    assert page["compartments"][0] == {
        "id": "plasma",
        "value": 3.0,
        "unit": "L",
        "formula": None,
        "rule": None,
    }
    assert page["reactions"] == [{"id": "loss", "equation": "drug →", "rate": "k*drug*plasma"}]


def test_antimony_and_sbml_show_the_same_reactions(run, model_file, tmp_path):
    from tolerogen.engine import load_model

    sbml = tmp_path / "model.xml"
    sbml.write_text(load_model(ONE_COMPARTMENT).sbml, encoding="utf-8")
    pages = [json.loads(run("model", "show", f, "--json").stdout) for f in (model_file, sbml)]
    assert pages[0] == pages[1]


def test_a_bolus_decays_as_the_closed_form_says(run, model_file):
    out = run("model", "simulate", model_file, "--days", "4 weeks", "--dose", "0:300 mg:drug")
    words = out.stdout.split()
    assert words[-2] == "28"
    assert float(words[-1]) == pytest.approx(100 * math.exp(-K * 28), rel=1e-3)


def test_an_infusion_rises_as_the_closed_form_says(run, model_file):
    words = ("--days", 2, "--every", 1, "--dose", "0:300 mg:drug:2 days", "--json")
    document = json.loads(run("model", "simulate", model_file, *words).stdout)
    assert document["time"] == {"unit": "day", "values": [0.0, 1.0, 2.0]}
    drug = document["observables"]["drug"]
    assert drug["unit"] == "mg/L"
    expected = [150 / 0.6 * (1 - math.exp(-K * day)) for day in (0, 1, 2)]
    assert drug["values"] == pytest.approx(expected, rel=1e-3)


def test_a_parameter_is_set_and_scales_the_clearance(run, model_file):
    words = ("--days", 7, "--dose", "0:300:drug", "--set", "weight=140", "--json")
    document = json.loads(run("model", "simulate", model_file, *words).stdout)
    expected = 100 * math.exp(-K * 2**0.75 * 7)
    assert document["observables"]["drug"]["values"][-1] == pytest.approx(expected, rel=1e-3)


def test_json_names_what_it_was_made_from(run, model_file):
    documents = [
        json.loads(run("model", "simulate", model_file, "--days", 7, *more, "--json").stdout)
        for more in ([], [], ["--set", "CL=0.7"])
    ]
    contents = [document["provenance"]["content"] for document in documents]
    assert contents[0] == contents[1] != contents[2]


def test_observables_are_those_asked_for(run, model_file):
    words = ("model", "simulate", model_file, "--days", 7, "--observables", "k, drug", "--json")
    assert list(json.loads(run(*words).stdout)["observables"]) == ["k", "drug"]


def test_tables_hold_the_numbers_that_json_shows(run, model_file, tmp_path):
    import pandas as pd
    import xarray as xr

    words = ("model", "simulate", model_file, "--dose", "0:300:drug", "--json", "--out")
    csv, nc = tmp_path / "a.csv", tmp_path / "a.nc"
    shown = json.loads(run(*words, csv).stdout)["observables"]["drug"]["values"]
    run(*words, nc)
    assert pd.read_csv(csv)["drug"].tolist() == pytest.approx(shown, rel=1e-12)
    with xr.open_dataset(nc, engine="h5netcdf") as data:
        assert data["drug"].to_numpy().tolist() == shown
        assert data["drug"].attrs["units"] == "mg/L"
        assert data.attrs["model"] == "one_compartment"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "a.nc", model_file.name]


def test_the_figure_is_the_same_each_time(run, model_file, tmp_path):
    drawn = []
    for name in ("a.svg", "b.svg"):
        words = ("--dose", "0:300:drug", "--plot", tmp_path / name)
        assert run("model", "simulate", model_file, *words).exit_code == 0
        drawn.append((tmp_path / name).read_bytes())
    assert drawn[0] == drawn[1]
    assert b"<svg" in drawn[0]
    assert b"mg/L" in drawn[0]


def test_many_observables_are_summarised(run, tmp_path):
    decays = "\n".join(f"S{i} = {i}; d{i}: S{i} => ; 0.1*S{i}" for i in range(1, 10))
    path = tmp_path / "nine.ant"
    path.write_text(f"model nine\n{decays}\nend\n", encoding="utf-8")
    lines = run("model", "simulate", path, "--days", 10).stdout.splitlines()
    start, lowest, highest, end = next(line.split()[1:5] for line in lines if line[:2] == "S9")
    assert (start, highest) == ("9", "9")
    assert lowest == end
    assert float(end) == pytest.approx(9 * math.exp(-1), rel=1e-3)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--dose", "0:-5 mg:drug"], "above zero"),
        (["--dose", "0:5 L:drug"], "cannot be read in mg"),
        (["--dose", "0:5:drg"], "did you mean 'drug'?"),
        (["--days", "5 kg"], "--days"),
        (["--every", "0"], "--every"),
        (["--set", "CL=fast"], "parameter=value"),
        (["--set", "CLL=1"], "did you mean 'CL'?"),
        (["--observables", "drog"], "did you mean 'drug'?"),
        (["--state", "healthy"], "--state 'healthy' needs a disease"),
        (["--out", "table.txt"], ".csv, .nc"),
        (["--plot", "figure.pdf"], ".png, .svg"),
        (["--out", "missing-folder/table.csv"], "missing-folder"),
    ],
)
def test_mistakes_are_refused(refused, model_file, words, message):
    assert message in refused("model", "simulate", model_file, *words)


def test_a_rule_stops_the_doses(run, model_file, tmp_path):
    """300 mg in 3 L are 100 mg/L, above the limit at the second look: one dose is all there is."""
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[rule]]\naction = "stop"\nobservable = "drug"\nabove = "0.02 g/L"\nevery = "1 week"\n'
    )
    words = ("--days", 14, "--every", 7, "--dose", "0:300 mg:drug", "--dose", "7:300 mg:drug")
    given = json.loads(run("model", "simulate", model_file, *words, "--json").stdout)
    words = (*words, "--rules", rules, "--json")
    stopped = json.loads(run("model", "simulate", model_file, *words).stdout)
    assert given["observables"]["drug"]["values"][2] > 20
    assert stopped["observables"]["drug"]["values"][2] == pytest.approx(
        100 * math.exp(-K * 14), rel=1e-3
    )
    assert stopped["observables"]["rule_1"]["values"] == [1.0, 0.0, 0.0]


def test_missing_rules_are_refused(refused, model_file):
    assert "gone.toml" in refused("model", "simulate", model_file, "--rules", "gone.toml")


def test_an_unreadable_model_is_refused_with_the_line(refused, tmp_path):
    path = tmp_path / "broken.ant"
    path.write_text("model broken\n  S = 1\n  S -> ;; k*S\nend\n", encoding="utf-8")
    text = refused("model", "show", path)
    assert "broken.ant" in text
    assert "line 3" in text.lower()


def test_a_name_that_is_neither_file_nor_disease_is_refused(refused):
    text = refused("model", "show", "sjogrem")
    assert "did you mean 'sjogren'?" in text


def test_a_disease_by_name(run):
    page = json.loads(run("model", "show", "sjogren", "--json").stdout)
    assert page["disease"]["id"] == "sjogren"
    assert {"IL7", "IgG", "epi_lost"} <= {state["id"] for state in page["states"]}
    shown = run("model", "show", "sjogren").stdout
    assert "Where a therapy can act" in shown
    assert "IL7R" in shown


def test_an_untreated_disease_rests(run):
    words = ("model", "simulate", "sjogren", "--days", "26 weeks", "--every", 91, "--json")
    document = json.loads(run(*words).stdout)
    assert "IgG_gL" in document["observables"]
    for name, series in document["observables"].items():
        start = series["values"][0]
        assert series["values"] == pytest.approx([start] * len(series["values"]), rel=5e-3), name


def test_the_healthy_state_is_another_place(run):
    words = ("model", "simulate", "sjogren", "--days", 7, "--observables", "IgG_gL", "--json")
    ill, healthy = (
        json.loads(run(*words, *state).stdout)["observables"]["IgG_gL"]["values"][0]
        for state in ([], ["--state", "healthy"])
    )
    assert healthy < ill
