"""Running a folder of suite cases: progress, a defect in one case, and what the tags say."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tolerogen.engine import suite

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "sbml_cases"
TABLE = tomllib.loads(Path(__file__).with_name("suite_outcomes.toml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path):
    for name in ("00001", "00002", "00003"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}-settings.txt").write_text("variables: S", encoding="utf-8")
    return tmp_path


def test_a_defect_in_one_case_is_its_failure_alone(folder, monkeypatch):
    def broken(path):
        if path.name == "00002":
            raise ZeroDivisionError("no such luck")
        return suite.Case(path.name, "", (), frozenset(), 1, 1, None, None)

    monkeypatch.setattr(suite, "read_case", broken)
    monkeypatch.setattr(suite, "_compare", lambda case: suite.CaseResult(case.name, "passed"))
    found = suite.check_suite(folder, processes=1)
    assert [c.status for c in found.cases] == ["passed", "failed", "passed"]
    assert found.cases[1].reason == "ZeroDivisionError: no such luck"


def test_progress_counts_the_cases(folder):
    told = []
    suite.check_suite(folder, lambda done, total: told.append((done, total)), processes=1)
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.skipif(not CASES.is_dir(), reason=f"the SBML Test Suite cases are not at {CASES.name}")
def test_every_refusal_is_one_the_tags_of_the_suite_explain():
    tags = json.loads((CASES / "tags.json").read_text(encoding="utf-8"))
    for feature, tag in (("fast reactions", "FastReaction"), ("delay", "CSymbolDelay")):
        for case in TABLE["refused"][feature]:
            assert tag in [*tags[case]["component"], *tags[case]["test"]]
    for case in TABLE["refused"]["package comp"]:
        assert "comp" in tags[case]["packages"]
