"""Decisions: only ever added to, and any line that was touched is found."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.projects import add_evidence, advance, append, decide, read_ledger, status_of, verify

TARGET = {"composite": 0.6, "rank": 3.0}


def five(folder):
    for k in range(5):
        append(
            folder, who="ada", candidate="mab", kind="note", before="target", after="target",
            reason=f"reason {k} „quoted“",
        )  # fmt: skip
    return folder / "decisions.jsonl"


def test_a_chain_that_nobody_touched_holds(project):
    five(project)
    assert verify(project) == ()
    held = read_ledger(project)
    assert [one.number for one in held] == [1, 2, 3, 4, 5]
    assert held[3].previous == held[2].hash


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_any_line_that_is_changed_dropped_or_moved_is_found(project, data):
    path = project / "decisions.jsonl"
    path.unlink(missing_ok=True)
    (project / "decisions.head").unlink(missing_ok=True)
    lines = five(project).read_text().splitlines()
    at = data.draw(st.integers(0, 3))
    last = data.draw(st.booleans())
    how = data.draw(st.sampled_from(["drop", "swap", "change", "copy", "reason", "garble"]))
    if how == "drop" and last:
        del lines[at + 1 :]
    elif how == "drop":
        del lines[at]
    elif how == "swap":
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    elif how == "copy":
        lines.insert(at, lines[at])
    elif how == "garble":
        lines[at] = lines[at][:-3]
    else:
        row = json.loads(lines[at])
        row["reason" if how == "reason" else "who"] = "somebody else"
        lines[at] = json.dumps(row, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n")
    assert verify(project)
    with pytest.raises(SpecError, match=r"decisions\.jsonl, line \d"):
        read_ledger(project)
    with pytest.raises(SpecError, match="only ever added to"):
        append(
            project, who="ada", candidate="mab", kind="note", before="a", after="a", reason="more"
        )  # nothing is added to a broken chain


def test_a_candidate_advances_where_criteria_are_met(project):
    with pytest.raises(SpecError, match="hit: evidence 'target'"):
        advance(project, "mab", "hit", reason="looks good", who="ada")
    add_evidence(project, "target", figures=TARGET)
    made = advance(project, "mab", "hit", reason="looks good", who="ada")
    assert (made.before, made.after, made.override) == ("target", "hit", False)
    assert list(made.evidence) == ["evidence/target.json"]
    assert status_of(project).candidates[0].stage == "hit"
    assert status_of(project).candidates[1].stage == "target"
    with pytest.raises(SpecError, match="not later"):
        advance(project, "mab", "target", reason="back", who="ada")
    with pytest.raises(SpecError, match="no stage 'moon'"):
        advance(project, "mab", "moon", reason="up", who="ada")


def test_every_stage_on_the_way_asks_for_its_own(project):
    add_evidence(project, "target", figures=TARGET)
    with pytest.raises(SpecError) as told:
        advance(project, "mab", "preclinical", reason="hurry", who="ada")
    assert "lead: evidence 'molecule'" in str(told.value)
    assert "preclinical: evidence 'dose'" in str(told.value)
    made = advance(project, "mab", "preclinical", reason="hurry", who="ada", override=True)
    assert made.override


def test_evidence_whose_files_changed_counts_no_more(project):
    (project / "a.txt").write_text("1")
    add_evidence(project, "target", figures=TARGET, files=["a.txt"])
    assert status_of(project).candidates[0].ready
    (project / "a.txt").write_text("2")
    found = status_of(project)
    assert found.changed == ("evidence/target.json: a.txt",)
    assert not found.candidates[0].ready
    with pytest.raises(SpecError, match="not what they were"):
        advance(project, "mab", "hit", reason="looks good", who="ada")


def test_hold_stop_resume(project):
    add_evidence(project, "target", figures=TARGET)
    decide(project, "mab", "hold", reason="wait", who="ada")
    with pytest.raises(SpecError, match="mab is hold: resume it first"):
        advance(project, "mab", "hit", reason="now", who="ada")
    decide(project, "mab", "resume", reason="go", who="ada")
    decide(project, "mab", "stop", reason="no", who="ada")
    assert status_of(project).candidates[0].state == "stopped"
    with pytest.raises(SpecError, match="resume it first"):
        decide(project, "mab", "hold", reason="wait", who="ada")
    with pytest.raises(SpecError, match="needs a reason"):
        decide(project, "aso", "note", reason="  ", who="ada")


def test_files_outside_the_project_are_no_evidence(project, tmp_path):
    (tmp_path / "out.txt").write_text("x")
    for name in ("../out.txt", "/etc/passwd"):
        with pytest.raises(SpecError, match="in the project's folder"):
            add_evidence(project, "target", files=[name])
    with pytest.raises(SpecError, match="no such file"):
        add_evidence(project, "target", files=["nowhere.txt"])
