"""The public SBML Test Suite on the native engine, held against the table of known outcomes.

Every twelfth case and some of every kind of event are run, with libRoadRunner out of reach, so
that none can pass by falling back on it. All cases together take a minute of processor time:
``tolerogen model check-suite``.
"""

from __future__ import annotations

import json
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tolerogen.engine import suite

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "sbml_cases"
OUTCOMES = tomllib.loads(Path(__file__).with_name("suite_outcomes.toml").read_text("utf-8"))

absent = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"the SBML Test Suite cases are not at {CASES.name}"
)


@cache
def tags() -> dict[str, set[str]]:
    path = CASES / "tags.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {case: {*kinds["component"], *kinds["test"]} for case, kinds in found.items()}


def sample() -> list[str]:
    cases = sorted(tags())
    chosen = set(cases[::12])
    for kind in {t for each in tags().values() for t in each if "Event" in t}:
        of_kind = [case for case in cases if kind in tags()[case]]
        chosen.update(of_kind[:: max(1, len(of_kind) // 4)])
    return sorted(chosen)


def known(case: str) -> tuple[str, str]:
    """Return the outcome of a case by the table: (status, reason)."""
    for status, reasons in OUTCOMES.items():
        for reason, cases in reasons.items():
            if case in cases:
                return status, reason
    return "passed", ""


@pytest.fixture(autouse=True)
def without_libroadrunner(monkeypatch):
    monkeypatch.setitem(sys.modules, "roadrunner", None)  # importing it now fails


@absent
def test_the_sample_has_every_kind_of_event():
    seen = set().union(*(tags()[case] for case in sample()))
    assert {"EventNoDelay", "EventWithDelay", "EventPriority", "EventT0Firing"} <= seen
    assert {"EventIsPersistent", "EventIsNotPersistent", "RandomEventExecution"} <= seen
    assert {"EventUsesTriggerTimeValues", "EventUsesAssignmentTimeValues"} <= seen
    assert len(sample()) > 90


@absent
def test_the_table_speaks_of_cases_that_are_there():
    listed = [c for reasons in OUTCOMES.values() for cases in reasons.values() for c in cases]
    assert len(listed) == len(set(listed)) == 100
    assert set(listed) <= set(tags())
    assert OUTCOMES["failed"] == {}


@absent
def test_the_table_refuses_what_the_tags_say():
    """The suite's own tags name the features: no case is refused that does not use one."""
    for feature, tag in (("fast reactions", "FastReaction"), ("delay", "CSymbolDelay")):
        for case in OUTCOMES["refused"][feature]:
            assert tag in tags()[case]
    for case in OUTCOMES["refused"]["package comp"]:
        assert any(tag.startswith("comp:") for tag in tags()[case])


@pytest.mark.parametrize("case", sample())
def test_case(case):
    found = suite.check_case(CASES / case)
    assert (found.status, found.reason) == known(case)


def test_a_defect_in_one_case_is_its_failure_alone(tmp_path, monkeypatch):
    for name in ("00001", "00002"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}-settings.txt").write_text("variables: S", encoding="utf-8")

    def broken(folder):
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(suite, "read_case", broken)
    found = suite.check_suite(tmp_path, processes=1)
    assert [c.status for c in found.cases] == ["failed", "failed"]
    assert found.cases[0].reason == "ZeroDivisionError: no such luck"


def test_progress_counts_the_cases(tmp_path):
    for name in ("00001", "00002", "00003"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}-settings.txt").write_text("variables: S", encoding="utf-8")
    told = []
    suite.check_suite(tmp_path, lambda done, total: told.append((done, total)), processes=1)
    assert told == [(1, 3), (2, 3), (3, 3)]
