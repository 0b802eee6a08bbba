"""The command on a small population."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run

SMALL = ("population", "endotypes", "sjogren", "--patients", 300, "--treated", 100,
         "--bootstraps", 1)  # fmt: skip


def test_json_is_one_document(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "endotypes"
    money = ("--screening-cost", "2000 EUR", "--test-cost", "500 EUR", "--patient-cost",
             "40000 EUR", "--budget", "8e6 EUR")  # fmt: skip
    result = run(*SMALL, "--therapy", "abatacept", *money, "--json", "--out", out)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document == json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert [item["therapy"] for item in document["therapies"]] == ["abatacept"]
    assert len(document["therapies"][0]["designs"]) == 4


def test_a_posterior_gives_its_draws(run: Run, tmp_path: Path) -> None:
    draws = tmp_path / "draws.csv"
    draws.write_text("IgG_0,IFN1_0\n14000,3.5\n16000,4.5\n15000,4\n", encoding="utf-8")
    result = run(*SMALL, "--therapy", "none", "--posterior", draws, "--draws", 2, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["endotypes"]["draws"] == 2


def test_tables_for_people(run: Run) -> None:
    result = run(*SMALL, "--therapy", "none")
    assert result.exit_code == 0, result.output
    assert "Endotypes" in result.stdout
    assert "published: symptom classes of UKPSSR" in result.stdout


def test_half_of_the_costs_is_refused(refused: Callable[..., str]) -> None:
    assert "budget not given" in refused(
        *SMALL, "--screening-cost", "1 EUR", "--test-cost", "1 EUR", "--patient-cost", "1 EUR"
    )
