"""``tolerogen trial recruit``, as a user calls it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tolerogen.cli import cli

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
PLAN = EXAMPLES / "recruitment.toml"


def call(*words):
    return CliRunner().invoke(cli, ["trial", "recruit", *map(str, words)])


def test_the_example_is_forecast_and_written(tmp_path):
    result = call(PLAN, "--replicates", 200, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "recruitment of 180 patients in 58 centres" in result.stdout
    assert "It would be 80% with 64 centres (Europe 33, North America 22, Japan 9)" in " ".join(
        result.stdout.split()
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "months.csv",
        "recruitment.png",
        "recruitment.svg",
        "result.json",
    ]
    with (tmp_path / "out/months.csv").open() as handle:
        rows = [float(row["mean"]) for row in csv.DictReader(handle)]
    assert rows == sorted(rows)
    assert rows[0] == 0
    assert 175 < rows[-1] <= 180


def test_the_document_holds_what_a_program_wants():
    told = json.loads(call(PLAN, "--replicates", 200, "--json").stdout)
    days = told["full"]
    assert days["p2.5"] < days["p10"] < days["p50"] < days["p90"] < days["p97.5"]
    assert told["last_visit"]["p50"] == pytest.approx(days["p50"] + 168)
    assert told["sure"] == 0.8
    assert told["centres_needed"] == {"Europe": 33, "North America": 22, "Japan": 9}
    (look,) = told["looks"]
    assert look["patients"] == 90
    assert 90 < look["randomised"] < 180
    assert days["p10"] < look["day"] < days["p90"]
    assert told["screened"] == round(180 / 0.55)
    assert sum(region["patients"] for region in told["regions"]) == pytest.approx(180)
    assert told["regions"][2]["patients"] <= 30
    again = json.loads(call(PLAN, "--replicates", 200, "--json").stdout)
    assert again == told


def test_the_looks_are_those_of_the_design_where_none_are_named(tmp_path):
    text = PLAN.read_text().replace("looks = [0.5]", "")
    design = "\n[design]\npatients = [180]\n[design.sequential]\nlooks = 3\n"
    (tmp_path / "plan.toml").write_text(text + design)
    told = json.loads(call(tmp_path / "plan.toml", "--replicates", 20, "--json").stdout)
    assert [row["patients"] for row in told["looks"]] == [60, 120]


def test_counts_of_centres_move_the_forecast():
    words = (PLAN, "--replicates", 200, "--json")
    planned = json.loads(call(*words).stdout)
    seen = json.loads(
        call(*words, "--centres", EXAMPLES / "centres.csv", "--on", "2026-06-30").stdout
    )
    assert seen["already"] == 19
    assert seen["start"] == "2026-01-12"
    # the counts were drawn with 0.7 of the planned rates
    assert seen["fit"]["factor_low"] < 0.7 < seen["fit"]["factor_high"]
    assert seen["full"]["p50"] > planned["full"]["p50"]


def test_a_date_is_told_where_centres_report():
    told = call(PLAN, "--centres", EXAMPLES / "centres.csv", "--on", "2026-06-30").stdout
    assert "19 randomised by 2026-06-30" in told
    assert "(2028-" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('rate = "0.25 per month"', "rate = 0.25", "Write it in quotes"),
        ('rate = "0.25 per month"', 'rate = "3 months"', "region 'Europe', rate"),
        ('rate = "0.25 per month"', 'rate = "-1 per month"', "must be above 0"),
        ("centres = 30", "centers = 30", "unknown key 'centers' in [recruitment.region 1]"),
        ('opens = ["0 months", "6 months"]', 'opens = ["9 months", "6 months"]', "after the last"),
        ('finish = "18 months"', 'finish = "18"', "finish"),
        ("spread = 0.8 ", "spread = -1 ", "recruitment.spread"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(tmp_path, old, new, told):
    text = PLAN.read_text()
    assert old in text
    (tmp_path / "plan.toml").write_text(text.replace(old, new))
    result = call(tmp_path / "plan.toml", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert result.stdout == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("centre,opened\na,2026-01-01", "randomised is missing"),
        ("centre,opened,randomised,region\na,1.1.2026,3,Europe", "line 2: opened is '1.1.2026'"),
        ("centre,opened,randomised,region\na,2026-01-01,3.5,Europe", "a whole number"),
        ("centre,opened,randomised,region\na,2026-01-01,3,Asia", "region: Known: Europe, Japan"),
        (
            "centre,opened,randomised,region\na,2026-01-01,3,Japan\na,2026-01-02,3,Japan",
            "'a' stands there twice",
        ),
        ("", "has no rows"),
    ],
)
def test_counts_that_cannot_be_read_are_refused(tmp_path, rows, told):
    (tmp_path / "c.csv").write_text(rows)
    result = call(PLAN, "--centres", tmp_path / "c.csv", "--on", "2026-06-30")
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


def test_what_belongs_together_is_asked_for():
    result = call(PLAN, "--centres", EXAMPLES / "centres.csv")
    assert result.exit_code == 2
    assert "--centres and --on go together" in result.stderr
    result = call(PLAN, "--centres", EXAMPLES / "centres.csv", "--on", "soon")
    assert result.exit_code == 2
    assert "'soon' is no date" in result.stderr
    result = call(EXAMPLES / "s95011-sjogren.toml")
    assert result.exit_code == 2
    assert "there is no [recruitment] table" in result.stderr
