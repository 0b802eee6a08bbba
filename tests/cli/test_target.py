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


SMALL = ("--patients", "20", "--draws", "2")


def test_rank_prints_one_document(tmp_path):
    evidence = tmp_path / "mine.csv"
    evidence.write_text(
        "target,kind,score,source\nCD127,genetics,0.9,doi:1\nIL7RR,genetics,0.9,doi:1\n",
        encoding="utf-8",
    )
    found = json.loads(run("rank", *SMALL, "--evidence", str(evidence), "--json").stdout)
    il7r = next(t for t in found["targets"] if t["target"] == "IL7R")
    assert il7r["columns"]["genetics"] > 0.5
    assert found["unknown"][0]["suggestions"][0] == "IL7R"


def test_rank_shows_columns_effects_and_areas(tmp_path):
    outcomes = tmp_path / "o.csv"
    outcomes.write_text("target,outcome\nFcRn,1\nTNF,0\n", encoding="utf-8")
    stem = tmp_path / "figure"
    shown = run("rank", *SMALL, "--outcomes", str(outcomes), "--figure", str(stem))
    assert "Area under the curve, 1 positive, 1 negative" in shown.stdout
    assert "best endotype" in shown.stdout
    assert stem.with_suffix(".svg").exists()
    assert stem.with_suffix(".png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--weight", "genetics=2"), "between 0 and 1"),
        (("--weight", "genes=0.2"), "there is no column 'genes'"),
        (("--evidence", "nowhere.csv"), "no such file of evidence"),
        (("--as-of", "yesterday"), "--as-of: the date 'yesterday'"),
        (("--posterior", "nowhere.csv"), "posterior cannot be read"),
    ],
)
def test_rank_refuses_in_one_paragraph(arguments, message):
    result = run("rank", *SMALL, *arguments, code=2)
    assert message in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_explain_prints_numbers_and_writes_the_picture(tmp_path):
    svg = tmp_path / "il7r.svg"
    shown = run("explain", "CD127", *SMALL, "--svg", str(svg)).stdout
    assert "interleukin-7 receptor" in shown
    assert "IL7_signal" in shown
    assert svg.exists()
    found = json.loads(run("explain", "TNFAIP3", *SMALL, "--json").stdout)
    assert found["target"]["gate"]["open"] is False
    assert "no neighbourhood" in run("explain", "STAT4", *SMALL, "--svg", str(svg), code=2).stderr


def test_combine_compares_pairs():
    found = json.loads(run("combine", "IL7R", "FcRn", *SMALL, "--json").stdout)
    (pair,) = found["pairs"]
    assert pair["gain"]["mean"] == pytest.approx(
        pair["essdai"]["mean"] - pair["best_single"]["mean"], abs=1e-9
    )
    assert "Bliss" in run("combine", "IL7R", "FcRn", *SMALL).stdout
    assert "no way to hit" in run("combine", "IL7R", "NOPE", *SMALL, code=2).stderr


def test_sensitivity_of_nodes_and_of_strengths_is_printed():
    shown = run("sensitivity", "--patients", "5", "--size", "2").stdout
    assert "Sobol' indices" in shown
