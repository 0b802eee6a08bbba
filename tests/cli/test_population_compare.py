"""The command: a document for machines, a table for people, a paragraph for mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run


def test_json_is_one_document(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "population"
    result = run(
        "population", "compare", "sjogren", "--patients", 150, "--seed", 3, "--json", "--out", out
    )
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["format"] == "tolerogen-population-comparison/1"
    assert document == json.loads((out / "result.json").read_text(encoding="utf-8"))


def test_the_table_names_what_differs(run: Run) -> None:
    result = run("population", "compare", "sjogren", "--patients", 150)
    assert result.exit_code == 0, result.output
    assert "Unselected clinic" in result.stdout
    assert "simulated lower by" in " ".join(result.stdout.split())


def test_an_unknown_disease_is_refused(refused: Callable[..., str]) -> None:
    assert "did you mean 'sjogren'" in refused("population", "compare", "sjogrn")
