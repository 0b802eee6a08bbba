"""What a page says about the terminal and Python is true: the commands are there, the code runs."""

from __future__ import annotations

import ast
import shlex

import pytest
from lxml import html
from starlette.testclient import TestClient

from tolerogen.cli import cli
from tolerogen.workbench import make_app
from tolerogen.workbench.pages import pages

ADDRESSES = ["/", *(f"/{page.name}" for page in pages()), "/trials/new", "/therapies/rituximab",
             "/disease/sjogren?therapy=rituximab"]  # fmt: skip
QUICK = ["/disease/sjogren?therapy=rituximab", "/therapies", "/therapies/rituximab", "/trials"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return TestClient(make_app(tmp_path_factory.mktemp("bench")))


def blocks(client, address):
    """Return the commands and the Python of a page."""
    page = html.fromstring(client.get(address).text)
    commands, python = page.xpath("//section[@class='same']//pre")
    return commands.text_content(), python.text_content()


def arguments(line):
    """Parse a command as the terminal would, without running it."""
    words, command = shlex.split(line)[1:], cli
    context = command.make_context("tolerogen", [], resilient_parsing=True)
    while hasattr(command, "get_command"):
        found = command.get_command(context, words[0]) if words else None
        if found is None:
            break
        command, words = found, words[1:]
    if hasattr(command, "get_command") and words == ["--help"]:
        return command.name
    return command.make_context(command.name, words).params


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_commands_of_a_page_can_be_typed(client, address):
    commands, _ = blocks(client, address)
    lines = commands.replace("\\\n", " ").strip().splitlines()
    assert lines
    for line in lines:
        assert line.startswith("tolerogen ")
        assert arguments(line)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_python_of_a_page_is_python(client, address):
    assert ast.parse(blocks(client, address)[1]).body


@pytest.mark.parametrize("address", QUICK)
def test_the_python_of_a_page_runs(client, address, capsys):
    exec(blocks(client, address)[1], {})  # noqa: S102 (what the page tells people to run)
    assert capsys.readouterr().out
