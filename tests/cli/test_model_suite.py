"""A folder of cases made here, with results known by hand: what is counted, printed, refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tolerogen.engine import load_model

DECAY = "model decay; species S = {start}; k = 0.5; S -> ; k*S; end"
FAST = '<reaction id="_J0" reversible="true" fast="true">'


def write_case(folder: Path, name: str, sbml: str, results: str, variables: str = "S") -> None:
    case = folder / name
    case.mkdir(parents=True)
    (case / f"{name}-sbml-l3v1.xml").write_text(sbml, encoding="utf-8")
    (case / f"{name}-results.csv").write_text(results, encoding="utf-8")
    (case / f"{name}-settings.txt").write_text(
        f"start: 0\nduration: 2\nsteps: 2\nvariables: {variables}\n"
        f"absolute: 1e-7\nrelative: 1e-4\namount: {variables}\nconcentration:\n",
        encoding="utf-8",
    )


def decaying(start: float, error: float = 0.0) -> str:
    rows = [f"{t},{start * math.exp(-0.5 * t) * (1 + error)}" for t in (0, 1, 2)]
    return "time,S\n" + "\n".join(rows) + "\n"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "cases"
    good, other = (load_model(DECAY.format(start=start)).sbml for start in (1, 3))
    fast = good.replace("version2/core", "version1/core").replace('version="2"', 'version="1"')
    fast = fast.replace('<reaction id="_J0" reversible="true">', FAST)
    assert FAST in fast
    write_case(folder, "00001", good, decaying(1))
    write_case(folder, "00002", other, decaying(3, error=2e-4))
    write_case(folder, "00003", fast, decaying(1))
    write_case(folder, "00004", good, "time,S\nsoon,1\n")
    (folder / "notes").mkdir()
    return folder


@pytest.fixture
def one_core(monkeypatch):
    """Run the cases in this process, which is quicker for four of them."""
    monkeypatch.setattr("tolerogen.engine.native.batch.cores", lambda: 1)


def test_json_is_the_contract_and_nothing_else(run, cases):
    result = run("model", "check-suite", cases, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert set(document) == {"cases", "summary"}
    assert [set(case) for case in document["cases"]] == [{"case", "status", "reason"}] * 4
    status = {case["case"]: (case["status"], case["reason"]) for case in document["cases"]}
    assert status["00001"] == ("passed", "")
    assert status["00002"] == ("failed", "values of S differ")
    assert status["00003"] == ("refused", "fast reactions")
    assert status["00004"][0] == "failed"
    assert "cannot be read" in status["00004"][1]
    summary = document["summary"]
    counts = {name: summary[name] for name in ("cases", "passed", "failed", "refused")}
    assert counts == {"cases": 4, "passed": 1, "failed": 2, "refused": 1}
    assert summary["refused_by"] == {"fast reactions": 1}
    assert summary["failed_by"]["values of S differ"] == 1
    assert "Checking: 4 of 4" in result.stderr


def test_the_page_names_reasons_and_cases(run, cases, one_core):
    result = run("model", "check-suite", cases)
    assert result.exit_code == 0, result.output
    page = result.stdout
    assert page.startswith("4 cases: 1 passed, 2 failed, 1 refused")
    row = next(line for line in page.splitlines() if line.startswith("refused"))
    assert row.split() == ["refused", "1", "fast", "reactions", "00003"]
    assert "values of S differ" in page
    assert "00001" not in page


def test_all_passed_leaves_no_table(run, tmp_path, one_core):
    write_case(tmp_path, "00001", load_model(DECAY.format(start=1)).sbml, decaying(1))
    page = run("model", "check-suite", tmp_path).stdout
    assert page.split() == ["1", "cases:", "1", "passed,", "0", "failed,", "0", "refused"]


@pytest.mark.parametrize("where", ["missing", "."])
def test_a_folder_without_cases_is_refused(refused, tmp_path, where):
    text = refused("model", "check-suite", tmp_path / where)
    assert "no case of the SBML Test Suite is here" in text
    assert str(tmp_path) in text


def test_help_ends_with_an_example(run):
    assert "check-suite sbml-test-suite" in run("model", "check-suite", "--help").stdout
