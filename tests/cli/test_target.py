"""``tolerogen target``, as a user would run it."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from tolerogen.cli import cli


def run(*arguments: str, code: int = 0):
    result = CliRunner().invoke(cli, ["target", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def parquet(tmp_path):
    table = pd.DataFrame(
        {
            "targetId": ["A", "A", "B"],
            "diseaseId": "EFO_1",
            "datasourceId": ["eva", "europepmc", "eva"],
            "score": [1.0, 0.5, 0.2],
        }
    )
    table.to_parquet(tmp_path / "evidence.parquet")
    return str(tmp_path / "evidence.parquet")


def test_score_ranks_and_takes_apart(parquet):
    ranked = json.loads(run("score", parquet, "--json").stdout)["targets"]
    assert [row["target"] for row in ranked] == ["A", "B"]
    apart = json.loads(run("score", parquet, "--target", "A", "--json").stdout)
    assert apart["score"] == pytest.approx(ranked[0]["score"], abs=1e-12)
    assert sum(p["share"] for p in apart["parts"]) == pytest.approx(apart["score"], abs=1e-12)
    assert "Association scores" in run("score", parquet).stdout


def test_score_refuses_weights_above_1_and_unknown_targets(parquet):
    assert "between 0 and 1" in run("score", parquet, "--weight", "eva=2", code=2).stderr
    assert "no scored evidence on 'Z'" in run("score", parquet, "--target", "Z", code=2).stderr
