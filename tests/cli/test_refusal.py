from __future__ import annotations

import warnings

import click
import pytest
from click.testing import CliRunner

from tolerogen.cli.refusal import RefusingGroup, paragraph, show_warning
from tolerogen.errors import TolerogenError


def group_that_raises(error: Exception) -> click.Group:
    group = RefusingGroup("group")

    @group.command()
    def verb() -> None:
        raise error

    return group


@pytest.mark.parametrize("kind", [TolerogenError, *TolerogenError.__subclasses__()])
def test_every_error_of_ours_becomes_a_paragraph_and_exit_code_2(kind):
    result = CliRunner().invoke(group_that_raises(kind("file.toml: wrong.\n  Do this.")), ["verb"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "Error: file.toml: wrong. Do this.\n"


def test_a_defect_of_ours_keeps_its_traceback():
    result = CliRunner().invoke(group_that_raises(ZeroDivisionError()), ["verb"])
    assert isinstance(result.exception, ZeroDivisionError)
    assert result.exit_code == 1


def test_paragraphs_fit_the_terminal_and_leave_paths_whole(monkeypatch):
    path = "results/" + "x" * 70 + "-y.json"
    monkeypatch.setenv("COLUMNS", "60")
    lines = paragraph(f"Error: {path} " + "word " * 60).splitlines()
    assert path in " ".join(lines).split()
    assert all(len(line) <= 60 for line in lines if path not in line)
    monkeypatch.setenv("COLUMNS", "400")
    assert max(len(line) for line in paragraph("word " * 100).splitlines()) <= 100


def test_a_warning_for_users_shows_no_code(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show_warning
        warnings.warn("the dose is large", UserWarning, stacklevel=1)
        assert capsys.readouterr().err == "Warning: the dose is large\n"
        warnings.warn("old name", DeprecationWarning, stacklevel=1)
        assert "DeprecationWarning: old name" in capsys.readouterr().err
