"""The case store loses nothing, tells everything, and notices who meddles with it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.errors import OutputError, SpecError
from tolerogen.safety.case_report import CaseReport, Drug, Event, Identity, read_case
from tolerogen.safety.store import CaseStore

EXAMPLE = Path(__file__).parents[3] / "examples" / "case.toml"
REPORT = CaseReport(
    drugs=(Drug("Rituximab"),),
    events=(Event("Pneumonia", onset="2026-03", serious=("hospitalisation",)),),
    reporter="physician",
    sex="female",
    narrative="=cmd|'; DROP TABLE cases; --<script>",
)
CANARY = Identity(patient="Zebulon Quixote", contact="zq@canary.example", birth_date="1961-02")


@pytest.fixture
def store(tmp_path):
    return CaseStore(tmp_path / "cases.sqlite")


def test_what_is_put_in_comes_out_and_versions_stay(store):
    receipt = store.receive(REPORT, CANARY, who="nurse")
    case_id = receipt.case_id
    later = CaseReport(**{**vars(REPORT), "events": (Event("Pneumonia", outcome="fatal"),)})
    assert store.follow_up(case_id, later, who="nurse", why="letter").version == 2
    first, second = store.history(case_id)
    assert (first.report, second.report) == (REPORT, later)
    assert second.report.serious == {"death"}
    assert store.identity(case_id, who="physician", why="call back") == CANARY
    store.nullify(case_id, who="chief", why="duplicate")
    assert [v.kind for v in store.history(case_id)] == ["initial", "follow-up", "nullification"]
    assert list(store.latest()) == []
    with pytest.raises(SpecError, match="nullified"):
        store.follow_up(case_id, REPORT, who="nurse", why="letter")
    whats = [row.what for row in store.trail(case_id)]
    assert whats == ["initial", "follow-up", "identity read", "nullification"]
    assert store.verify() == []


def test_names_stay_apart_from_the_case(store, tmp_path):
    store.receive(REPORT, CANARY, who="nurse")
    with sqlite3.connect(tmp_path / "cases.sqlite") as base:
        for table in ("cases", "versions", "audit", "head"):
            text = str(base.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608
            assert not any(word in text for word in ("Zebulon", "canary", "1961-02"))
    assert "Zebulon" not in repr(REPORT)
    assert "DROP" not in repr(REPORT)


def test_errors_do_not_quote_what_was_told():
    canary = "Zebulon"
    for bad in (
        {"reporter": canary},
        {"events": [{"term": "x", "outcome": canary}]},
        {"events": [{"term": "x", "onset": canary}]},
        {"identity": {"birth_date": canary}},
    ):
        with pytest.raises(SpecError) as error:
            read_case(bad)
        assert canary not in str(error.value)


def test_four_criteria_and_six_of_seriousness():
    assert CaseReport().missing == ("patient", "reporter", "suspect drug", "event")
    assert REPORT.valid
    assert not CaseReport(**{**vars(REPORT), "sex": None}).valid
    only = CaseReport(**{**vars(REPORT), "drugs": (Drug("A", role="concomitant"),)})
    assert only.missing == ("suspect drug",)
    assert CaseReport(events=(Event("x", outcome="fatal"),)).serious == {"death"}


TEXT = ("at", "who", "what", "case_id", "why", "content_hash", "identity_hash", "previous", "hash")


def filled(path):
    store = CaseStore(path)
    for k in range(4):
        case = store.receive(REPORT, CANARY, who=f"nurse {k}").case_id
        store.follow_up(case, REPORT, who="nurse", why="call")
    assert store.verify() == []
    return store


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_flipped_dropped_or_moved_row_is_found(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("audit") / "c.sqlite"
    store = filled(path)
    row = data.draw(st.integers(1, 8))
    how = data.draw(st.sampled_from(["flip", "drop", "swap", "content", "identity", "version"]))
    with sqlite3.connect(path) as base:
        if how == "flip":
            column = data.draw(st.sampled_from(TEXT))
            old = base.execute(f"SELECT {column} FROM audit WHERE number=?", (row,)).fetchone()[0]  # noqa: S608
            at = data.draw(st.integers(0, len(old) - 1))
            new = old[:at] + chr(ord(old[at]) ^ 1) + old[at + 1 :]
            base.execute(f"UPDATE audit SET {column}=? WHERE number=?", (new, row))  # noqa: S608
        elif how == "drop":
            base.execute("DELETE FROM audit WHERE number=?", (row,))
        elif how == "swap":
            other = row % 8 + 1
            for old, new in ((row, 99), (other, row), (99, other)):
                base.execute("UPDATE audit SET number=? WHERE number=?", (new, old))
        else:
            table = "identities" if how == "identity" else "versions"
            query = f"SELECT rowid FROM {table} LIMIT 1 OFFSET ?"  # noqa: S608
            rowid = base.execute(query, (row - 1,)).fetchone()
            if how == "version":
                base.execute("DELETE FROM versions WHERE rowid=?", rowid)
            else:
                base.execute(f"UPDATE {table} SET content=content||' ' WHERE rowid=?", rowid)  # noqa: S608
    assert store.verify() != []


INTAKE = """
import sys
from tests.safety.store.test_store import CANARY, REPORT
from tolerogen.safety.store import CaseStore
store = CaseStore(sys.argv[1])
while True:
    print(store.receive(REPORT, CANARY, who="nurse").case_id, flush=True)
"""


@pytest.mark.parametrize("told", [1, 7, 23])
def test_a_killed_intake_loses_no_accepted_report(tmp_path, told):
    path = tmp_path / "c.sqlite"
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", INTAKE, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as child:
        receipts = [child.stdout.readline().strip() for _ in range(told)]
        os.kill(child.pid, signal.SIGKILL)
        receipts += child.stdout.read().split()
    store = CaseStore(path)
    assert store.verify() == []
    kept = {row.case_id for row in store.latest()}
    assert set(receipts) <= kept
    assert len(kept) - len(receipts) <= 1  # one may be on disk without its receipt printed
    assert store.receive(REPORT, who="nurse").version == 1


def test_a_store_that_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(OutputError, match="cannot be opened"):
        CaseStore(tmp_path / "no" / "folder.sqlite")
    (tmp_path / "x").write_text("not a database, by far" * 50)
    with pytest.raises(OutputError, match="cannot be opened"):
        CaseStore(tmp_path / "x")


def test_command_line(run, refused, tmp_path):
    where = ("--store", tmp_path / "c.sqlite")
    receipt = json.loads(run("safety", "report", EXAMPLE, *where, "--json").stdout)
    assert (receipt["valid"], receipt["serious"]) == (True, ["hospitalisation"])
    case_id = receipt["case_id"]
    assert "call a doctor" in run("safety", "report", EXAMPLE, *where).stdout
    run("safety", "report", EXAMPLE, *where, "--follow-up", case_id, "--why", "letter")
    shown = run("safety", "case", case_id, *where, "--json").stdout
    assert [c["version"] for c in json.loads(shown)["cases"]] == [1, 2]
    assert "A. B." not in shown
    due = json.loads(run("safety", "deadlines", *where, "--json").stdout)["deadlines"]
    assert [row["remaining"] for row in due] == [15, 15]
    run("safety", "case", case_id, *where, "--nullify", "duplicate")
    assert len(json.loads(run("safety", "case", *where, "--json").stdout)["cases"]) == 1
    assert json.loads(run("safety", "audit", *where, "--json").stdout)["intact"] is True
    with sqlite3.connect(tmp_path / "c.sqlite") as base:
        base.execute("UPDATE audit SET who='nobody' WHERE number=2")
    broken = run("safety", "audit", *where)
    assert broken.exit_code == 1
    assert "Row 2" in broken.stdout
    assert "no case of this number" in refused("safety", "case", "2026-0", *where)
    (tmp_path / "bad.toml").write_text("reporter = 'Zebulon'")
    assert "Zebulon" not in refused("safety", "report", tmp_path / "bad.toml", *where)
