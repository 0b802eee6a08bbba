"""A small project, and the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from tolerogen.cli import cli
from tolerogen.projects import Candidate, add_candidate, init_project


@pytest.fixture
def project(tmp_path):
    """Folder of a project with two candidates."""
    folder = tmp_path / "p"
    init_project(folder, 'Our "project" \\ №1', "sjogren", "IL7R")
    for name, modality in (("mab", "antibody"), ("aso", "oligo")):
        add_candidate(folder, Candidate(id=name, name=name.upper(), modality=modality))
    return folder


@pytest.fixture
def run():
    """Call the command line as a user would."""
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def refused(run):
    """Call the command line, make sure that it refuses properly, and return the paragraph."""

    def call(*words):
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        return " ".join(result.stderr.split())

    return call
