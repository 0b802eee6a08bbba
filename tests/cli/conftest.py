"""A model whose course is known in closed form, and a command line in one process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tolerogen.cli import cli

ONE_COMPARTMENT = """
model one_compartment
  unit substance = 1e-3 gram; unit time_unit = 86400 second; unit volume = litre
  unit mg_per_L = 1e-3 gram / litre
  compartment plasma = 3
  species drug in plasma
  drug = 0; CL = 0.6; weight = 70
  drug has mg_per_L
  k := CL * (weight / 70)^0.75 / plasma
  loss: drug => ; k * drug * plasma
end
"""

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Call the command line as a user would; what is printed is in ``stdout`` and ``stderr``."""
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    path = tmp_path / "one_compartment.ant"
    path.write_text(ONE_COMPARTMENT, encoding="utf-8")
    return path


@pytest.fixture
def refused(run: Run) -> Callable[..., str]:
    """Call the command line, make sure that it refuses properly, and return the paragraph."""

    def call(*words: object) -> str:
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert result.stderr.startswith("Error:")
        assert "\n\n" not in result.stderr.strip()
        assert "Traceback" not in result.output
        return " ".join(result.stderr.split())

    return call
