from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "s95011-sjogren.toml"

DESIGN = """
[trial]
name = "A small trial"
disease = "sjogren"
patients = 6
seed = 3
replicates = 1
horizon = "13 weeks"
visits = ["0 weeks", "4 weeks", "13 weeks"]

[[entry]]
measure = "essdai"
minimum = 6

[[arm]]
name = "treated"
role = "active"
share = 2
therapy = "s95011"
doses = [{ amount = "750 mg", route = "iv infusion", duration = "1 hour", at = ["0 weeks"] }]

[[arm]]
name = "placebo"
role = "placebo"
share = 1

[endpoint]
measure = "essdai"
at = "13 weeks"
"""


@pytest.fixture
def design(tmp_path):
    """Write the design with one text replaced by another, and return its path."""

    def write(old: str = "", new: str = "") -> Path:
        assert old in DESIGN
        path = tmp_path / "design.toml"
        path.write_text(DESIGN.replace(old, new) if old else DESIGN, encoding="utf-8")
        return path

    return write


MISTAKES = {
    "unknown key": ("minimum = 6", "minimun = 6", ["minimun", "did you mean 'minimum'?"]),
    "unknown table": ("[endpoint]", "[endpiont]", ["endpiont", "did you mean 'endpoint'?"]),
    "wrong unit": ('amount = "750 mg"', 'amount = "750 mL"', ["750 mL", "mg", "treated"]),
    "no unit": ('horizon = "13 weeks"', 'horizon = "13"', ["horizon", "13"]),
    "negative dose": ('amount = "750 mg"', 'amount = "-750 mg"', ["-750 mg", "above zero"]),
    "unknown therapy": ('"s95011"', '"s95001"', ["s95001", "did you mean 's95011'?"]),
    "unknown disease": ('"sjogren"', '"sjogrem"', ["sjogrem", "did you mean 'sjogren'?"]),
    "endpoint too late": ('at = "13 weeks"', 'at = "26 weeks"', ["26 weeks", "horizon"]),
    "dose too late": ('at = ["0 weeks"]', 'at = ["20 weeks"]', ["day 140", "horizon"]),
    "no patients": ("patients = 6", "patients = 0", ["patients", "0"]),
    "not TOML": ("[trial]", "[trial", ["not valid TOML"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_design_is_one_paragraph_and_writes_nothing(
    refused, design, tmp_path, mistake
):
    old, new, words = MISTAKES[mistake]
    out = tmp_path / "result"
    text = refused("trial", "run", design(old, new), "--out", out)
    assert "design.toml" in text
    for word in words:
        assert word in text
    assert [p.name for p in tmp_path.iterdir()] == ["design.toml"]


def test_a_missing_design_is_refused(refused):
    assert "nowhere.toml" in refused("trial", "run", "nowhere.toml")


def test_a_folder_of_something_else_is_refused_before_the_run(refused, design, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert "mine" in refused("trial", "run", design(), "--out", out)
    assert [p.name for p in out.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_refused(refused, design, tmp_path):
    out = tmp_path / "mine"
    out.write_text("years of work", encoding="utf-8")
    assert "mine" in refused("trial", "run", design(), "--out", out)
    assert out.read_text(encoding="utf-8") == "years of work"


def test_a_place_where_nothing_can_be_made_is_refused(refused, design):
    # /proc refuses new folders to everybody, to root too; elsewhere a file as parent does.
    parent = "/proc" if os.path.isdir("/proc") else __file__
    assert parent in refused("trial", "run", design(), "--out", f"{parent}/result")


@pytest.mark.parametrize("words", [["--patients", "0"], ["--replicates", "0"], ["--seed", "-1"]])
def test_numbers_out_of_range_are_usage_errors(run, design, words):
    result = run("trial", "run", design(), *words)
    assert result.exit_code == 2
    assert words[0] in result.stderr
    assert result.stdout == ""


def test_a_run_prints_a_result_and_writes_the_folder(run, design, tmp_path):
    out = tmp_path / "result"
    result = run("trial", "run", design(), "--out", out)
    assert result.exit_code == 0, result.output
    for word in ("treated", "placebo", "95 %", "ESSDAI"):
        assert word in result.stdout
    assert "of" in result.stderr  # progress
    assert "result" in result.stderr
    names = {p.name for p in out.iterdir()}
    assert {"result.json", "patients.parquet", "trajectories.nc", "figures"} <= names
    assert {p.name for p in tmp_path.iterdir()} == {"design.toml", "result"}


def test_json_is_one_document_and_the_same_each_time(run, design):
    words = ("trial", "run", design(), "--json")
    documents = [run(*words).stdout for _ in range(2)]
    assert documents[0] == documents[1]
    assert isinstance(json.loads(documents[0]), dict)
    other = run(*words, "--seed", 4).stdout
    assert json.loads(other) != json.loads(documents[0])


def test_the_example_of_the_readme_runs(run):
    result = run("trial", "run", EXAMPLE, "--patients", 6, "--replicates", 1, "--json")
    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout), dict)
