"""The public SBML Test Suite on the native lanes: a sample, held against the table of outcomes.

Every twelfth case, four of every kind of event, one of every refusal. `suite_outcomes.toml` says
what becomes of every case of the half beside the repository; `tolerogen model check-suite` runs
them all.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest

from tolerogen.engine import reference
from tolerogen.engine.suite import check_case, check_suite

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "sbml_cases"
TABLE = tomllib.loads((Path(__file__).parent / "suite_outcomes.toml").read_text(encoding="utf-8"))
EXPECTED = {
    case: (status, reason)
    for status in ("failed", "refused")
    for reason, cases in TABLE[status].items()
    for case in cases
}
PER_KIND = 4
absent = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"the SBML Test Suite cases are not at {CASES.name}"
)


def sample() -> list[str]:
    if not CASES.is_dir():
        return []
    tags = json.loads((CASES / "tags.json").read_text(encoding="utf-8"))
    kinds: dict[str, list[str]] = {}
    for case, of in sorted(tags.items()):
        for tag in [*of["component"], *of["test"]]:
            if "Event" in tag:
                kinds.setdefault(tag, []).append(case)
    events = {c for cases in kinds.values() for c in cases[:: max(1, len(cases) // PER_KIND)]}
    refused = {cases[0] for cases in TABLE["refused"].values()}
    return sorted(events.union(sorted(tags)[::12], refused))


@pytest.fixture
def no_other_solver(monkeypatch):
    """Make the reference backend impossible to use."""
    monkeypatch.setitem(sys.modules, "roadrunner", None)
    monkeypatch.delattr(reference, "run")


@absent
def test_the_table_accounts_for_every_case():
    there = {p.name for p in CASES.iterdir() if p.is_dir()}
    assert len(there) == TABLE["cases"]
    assert set(EXPECTED) <= there
    assert len(EXPECTED) == TABLE["cases"] - TABLE["passed"]
    assert not TABLE["failed"]


@absent
def test_the_sample_has_every_kind_of_event_and_of_refusal():
    chosen = sample()
    assert len(chosen) > 90
    refused = {EXPECTED[c][1] for c in chosen if c in EXPECTED}
    assert refused == set(TABLE["refused"])


@pytest.mark.parametrize("case", sample())
def test_case(case, no_other_solver):
    found = check_case(CASES / case)
    assert (found.status, found.reason) == EXPECTED.get(case, ("passed", ""))


@absent
def test_a_wrong_expectation_fails(tmp_path):
    """The judge itself: one value of a passing case moved by twice the tolerance."""
    folder = tmp_path / "00001"
    folder.mkdir()
    for file in (CASES / "00005").iterdir():
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".csv":
            rows = [line.split(",") for line in text.splitlines()]
            rows[-1][1] = repr(float(rows[-1][1]) * (1 + 2.5e-4) + 2.5e-7)
            text = "\n".join(",".join(row) for row in rows)
        (folder / file.name.replace("00005", "00001")).write_text(text, encoding="utf-8")
    (case,) = check_suite(tmp_path, processes=1).cases
    assert case.status == "failed"
    assert case.reason.startswith("values of")
