"""The command line: ``tolerogen <room> <verb>``, the rooms in the singular.

A command parses what the user wrote, calls one room of the house, and renders what comes
back. It computes nothing, so whatever it prints can be had from Python too. Four rules hold
for every verb:

- ``--json`` puts one JSON document on standard output, and nothing else;
- progress, notes and warnings go to standard error;
- ``--help`` ends with an example that works;
- a user's mistake is one readable paragraph and exit code 2. A traceback is a defect of ours.

Exit codes: 0 done, 2 the user can put it right, 130 interrupted, 1 a defect.

The module of a group is imported when the group is used, and a room when a verb runs, so that
``tolerogen --version`` answers at once.

Examples
--------
>>> from click.testing import CliRunner
>>> from tolerogen.cli import cli
>>> print(CliRunner().invoke(cli, ["--version"]).output)
tolerogen ...
"""

from __future__ import annotations

from tolerogen.cli.entry import cli, main

__all__ = ["cli", "main"]
