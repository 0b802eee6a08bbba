"""Every verb with a file that is not there, is a folder, is empty, or holds something else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tolerogen.cli import cli
from tolerogen.cli.refusal import Number, Whole

SERVERS = {("safety", "serve"), ("workbench", "serve")}
ENDINGS = ("csv", "fa", "json", "toml", "xml", "zip")
WRONG = ("nope", "folder", "empty.txt", *(f"bytes.{e}" for e in ENDINGS), "empty.csv", "empty.zip")


def verbs(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        yield name
        return
    context = click.Context(command)
    for part in command.list_commands(context):
        found = command.get_command(context, part)
        assert found is not None
        yield from verbs(found, (*name, part))


def find(name: tuple[str, ...]) -> click.Command:
    command: click.Command = cli
    for part in name:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), part)
        assert found is not None
        command = found
    return command


def words(name: tuple[str, ...], file: str) -> list[str]:
    """Give a verb the file for every argument, and for every option that it insists on."""
    given = list(name)
    for parameter in find(name).params:
        if isinstance(parameter, click.Argument):
            given.append(file)
        elif parameter.required:
            value = file if isinstance(parameter.type, click.Path) else "1"
            given += [parameter.opts[0], "made" if parameter.name == "out" else value]
    return given


TAKE = [
    name
    for name in verbs(cli)
    if name not in SERVERS and any(isinstance(p, click.Argument) for p in find(name).params)
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path
    (folder / "folder").mkdir()
    (folder / "empty.txt").touch()
    (folder / "empty.csv").touch()
    (folder / "empty.zip").touch()
    for ending in ENDINGS:
        (folder / f"bytes.{ending}").write_bytes(bytes(range(256)) * 20)
    return folder


@pytest.mark.parametrize("name", TAKE, ids=" ".join)
def test_a_wrong_file_is_refused_and_leaves_nothing(place, monkeypatch, name) -> None:
    monkeypatch.chdir(place)
    for file in WRONG:
        there = sorted(os.listdir())
        result = CliRunner().invoke(cli, words(name, file))
        assert result.exit_code in (0, 2), (file, result.exception)
        assert isinstance(result.exception, SystemExit | None), (file, result.exception)
        if result.exit_code == 2:
            assert result.stdout == ""
            assert result.stderr.strip()
            assert sorted(os.listdir()) == there, file


def numbers() -> Iterator[tuple[tuple[str, ...], click.Option]]:
    for name in verbs(cli):
        for option in find(name).params:
            if isinstance(option, click.Option) and isinstance(
                option.type, click.types.IntParamType | click.types.FloatParamType
            ):
                yield name, option


@pytest.mark.parametrize(
    ("name", "option"),
    list(numbers()),
    ids=lambda x: " ".join(x) if isinstance(x, tuple) else x.name,
)
def test_a_number_that_is_none_is_refused(name, option) -> None:
    assert isinstance(option.type, Whole | Number), "use Whole or Number: they refuse nan and 1e400"
    wrong = ["nan", "inf", "-inf", "text", "", "9" * 400]
    if isinstance(option.type, Whole):
        wrong += ["1.5", "99999999999999999999"]
    for text in wrong:
        result = CliRunner().invoke(cli, [*words(name, "nope"), f"{option.opts[0]}={text}"])
        assert result.exit_code == 2, text
        assert option.opts[0] in result.stderr, text


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "tolerogen", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("tolerogen ")
