"""``tolerogen trial validate``: tables for people, one document for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.trials.conftest import plant

FILE = Path(__file__).parents[1] / "trials" / "validation" / "invented.json"


@pytest.fixture
def words(tmp_path):
    toy = plant(tmp_path).parent / "toy"
    return ("trial", "validate", "--disease", toy, "--trials", FILE, "--replicates", 20)


def test_json_is_one_document(run, words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert len(document["arms"]) == 3
    assert {"coverage90", "mean_absolute_error", "rank_correlation", "sign_agreement", "brier",
            "naive"} <= set(document["summary"])  # fmt: skip
    assert [item["reason"] for item in document["unrepresented"]]


def test_people_get_tables(run, words, tmp_path):
    result = run(*words, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    for word in ("INVENTED_1", "p(significant)", "naive mean", "unheardofumab", "not compared"):
        assert word in result.stdout
    assert (tmp_path / "out" / "arms.csv").is_file()


def test_mistakes_are_told_before_anything_runs(run, refused, words, tmp_path):
    assert "absent.json" in refused(*words[:4], "--trials", tmp_path / "absent.json")
    few = run(*words[:-1], 5)
    assert few.exit_code == 2
    assert "20" in few.stderr
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    assert "something else" in refused(*words, "--out", tmp_path / "full")
