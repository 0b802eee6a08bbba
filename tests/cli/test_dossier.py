"""``tolerogen dossier``: what it prints, writes and refuses."""

from __future__ import annotations

import json

import pytest
from tests.dossier.conftest import validation

from tolerogen.errors import TolerogenError


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "val.json"
    path.write_text(json.dumps(validation()), encoding="utf-8")
    return path


def test_build_writes_one_file_and_json_is_one_document(run, result, tmp_path):
    out = tmp_path / "report.html"
    told = run("dossier", "build", result, "--out", out, "--json")
    assert told.exit_code == 0, told.output
    document = json.loads(told.stdout)
    assert document["format"] == "tolerogen-dossier/1"
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "val.json"]


def test_diff_of_a_report_with_itself_is_empty(run, result, tmp_path):
    out = tmp_path / "report.html"
    assert run("dossier", "build", result, "--out", out).exit_code == 0
    assert json.loads(run("dossier", "diff", out, out, "--json").stdout) == {"changes": []}
    assert run("dossier", "diff", out, out).stdout == "The same numbers.\n"


@pytest.mark.parametrize("verb", ["build", "diff"])
def test_a_wrong_file_is_a_users_mistake(run, tmp_path, verb):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", encoding="utf-8")
    words = ("--out", tmp_path / "report.html") if verb == "build" else (wrong,)
    told = run("dossier", verb, wrong, *words)
    assert told.exit_code == 2 or isinstance(told.exception, TolerogenError)
    assert not (tmp_path / "report.html").exists()
