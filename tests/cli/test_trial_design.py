from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.test_trial import DESIGN

from tolerogen.trials import load_options

EXAMPLES = Path(__file__).parents[2] / "examples"
OPEN = """
[design]
patients = [12]
endpoints = ["essdai", "star"]
replicates = 10
"""


@pytest.fixture
def options(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "design.toml"
        path.write_text(DESIGN.replace("13 weeks", "4 weeks") + text, encoding="utf-8")
        return path

    return write


def test_options_are_rated_and_written(run, options, tmp_path):
    out = tmp_path / "result"
    path = options(OPEN)
    path.write_text(path.read_text().replace(', "4 weeks", "4 weeks"]', ', "4 weeks"]'))
    result = run("trial", "design", path, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert [row["endpoint"] for row in document["options"]] == ["essdai", "star"]
    assert {row["trials"] for row in document["options"]} == {10}
    assert json.loads((out / "result.json").read_text()) == document
    assert "Simulating patients" in result.stderr


def test_a_file_without_options_is_refused(refused, options):
    assert "[design]" in refused("trial", "design", options(""))


def test_an_unknown_endpoint_is_refused(refused, options):
    text = refused("trial", "design", options(OPEN.replace("star", "starr")))
    assert "did you mean 'star'?" in text


def test_the_example_can_be_read():
    options = load_options(EXAMPLES / "dose-and-size.toml")
    assert options.sizes == (60, 120, 180)
    assert options.rules == ("star", "cress")
    assert len(options.entries) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[design.sequential]\nlooks = [0.9, 0.5, 1.0]\n", "must rise"),
        ("[design.sequential]\nlooks = 2\nfutility = [9.0]\n", "futility"),
        ("[design.dropping]\nat = 0.5\n", "needs two or more"),
        ('posterior = "none.csv"\n', "cannot be read"),
    ],
)
def test_a_design_that_cannot_be_is_one_paragraph(refused, options, text, words):
    assert words in refused("trial", "design", options(OPEN + text))


def test_more_arms_than_patients(refused, options):
    assert "would be empty" in refused("trial", "run", options(""), "--patients", "1")


@pytest.mark.parametrize(
    "name",
    [
        "group-sequential",
        "enriched",
        "dropping-arms",
        "dose-ranging-ianalumab",
        "randomised-withdrawal",
        "cross-over",
    ],
)
def test_examples_of_designs_can_be_read(name):
    assert load_options(EXAMPLES / f"{name}.toml").plan is not None
