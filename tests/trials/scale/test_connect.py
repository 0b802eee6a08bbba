"""A scheduler that cannot be reached is one paragraph and exit code 2, before any simulation."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tolerogen.cli import cli
from tolerogen.errors import SimulationError
from tolerogen.trials.scale import connect

EXAMPLE = Path(__file__).parents[3] / "examples" / "s95011-sjogren.toml"


@pytest.fixture
def nobody():
    """Return an address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


def refused(scheduler: str, seconds: float = 0.5) -> str:
    with pytest.raises(SimulationError) as error, connect(scheduler, seconds=seconds):
        pass
    return str(error.value)


def test_nobody_answers(nobody):
    text = refused(nobody)
    assert nobody in text
    assert "cannot be reached" in text
    assert "Nothing was simulated" in text


@pytest.mark.parametrize("address", ["carrier-pigeon://loft:1", "tcp://", "tcp://host:port", ""])
def test_an_address_that_is_none(address):
    assert f"'{address}' cannot be reached" in refused(address)


def test_a_scheduler_file_that_is_not_there(tmp_path):
    assert "No such file" in refused(str(tmp_path / "scheduler.json"))


def test_a_scheduler_file_of_something_else(tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text("{}", encoding="utf-8")
    assert "holds no address" in refused(str(file))


def test_without_dask_the_command_to_install_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'tolerogen[cluster]'" in refused("tcp://localhost:8786")


@pytest.mark.parametrize("verb", ["run", "design"])
def test_the_command_line_refuses_in_one_paragraph(verb, nobody, tmp_path, monkeypatch):
    monkeypatch.setattr("tolerogen.trials.scale.address.SECONDS", 0.5)
    file = EXAMPLE if verb == "run" else EXAMPLE.with_name("dose-and-size.toml")
    out = tmp_path / "result"
    words = ["trial", verb, str(file), "--scheduler", nobody, "--out", str(out)]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: the scheduler")
    assert "\n\n" not in result.stderr.strip()
    assert "Traceback" not in result.output
    assert not out.exists()


def test_the_command_line_prints_the_same_document_from_a_cluster(cluster):
    words = ["trial", "run", str(EXAMPLE), "--patients", "8", "--replicates", "3", "--json"]
    here = CliRunner().invoke(cli, words)
    there = CliRunner().invoke(cli, [*words, "--scheduler", cluster.scheduler_address])
    assert here.exit_code == there.exit_code == 0, there.output
    assert here.stdout == there.stdout
    assert "2 workers, 2 threads" in there.stderr


def test_a_client_is_nobodys_default(cluster):
    # A default client sets Dask's configuration of the process, and two that close in the order in
    # which they opened leave it set: xarray then refuses to write a file.
    dask = pytest.importorskip("dask")
    first, second = connect(cluster.scheduler_address), connect(cluster.scheduler_address)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert dask.config.get("scheduler", None) is None
