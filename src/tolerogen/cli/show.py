"""What every verb prints with: a console, a table, a JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from tolerogen.provenance import finite, plain

if TYPE_CHECKING:
    from rich.console import Console

Command = TypeVar("Command", bound=Callable[..., Any])


class Result(Protocol):
    """What a long run brings: a document, and a folder where one is wanted."""

    def to_json(self) -> str:
        """Return one JSON document."""

    def write(self, out: Path) -> Path:
        """Write the result to a folder, whole or not at all."""


Found = TypeVar("Found", bound=Result)

WIDTH_OF_LOGS = 120


def json_option(command: Command) -> Command:
    """Add ``--json`` to a verb."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
    )(command)


def examples(*lines: str) -> str:
    """Lay out the examples that end a verb's help."""
    return "\b\n" + "\n".join(
        ["Examples:" if len(lines) > 1 else "Example:", *("  " + x for x in lines)]
    )


def print_json(value: Any) -> None:
    """Print `value` as one JSON document; what is not a finite number becomes ``null``."""
    click.echo(json.dumps(finite(plain(value)), indent=2, allow_nan=False))


def hand_over(
    result: Found, out: Path | None, as_json: bool, show: Callable[[Found], None]
) -> None:
    """Write a result where it is wanted, then print it, as JSON or by `show` for people."""
    if out is not None:
        result.write(out)
    if as_json:
        click.echo(result.to_json())
    else:
        show(result)
    if out is not None:
        click.echo(f"Written to {out}", err=True)


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: int = 0
) -> None:
    """Print a table to standard output.

    Parameters
    ----------
    columns
        Headings. The first column is never wrapped: it holds the name.
    rows
        One sequence a row, as long as `columns`; numbers are shown with four digits.
    numbers
        How many of the columns after the first are flush right.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, heading in enumerate(columns):
        right = 0 < place <= numbers
        table.add_column(
            heading,
            justify="right" if right else "left",
            no_wrap=place <= numbers,
            overflow="fold",  # a formula cut short with "..." would be worse than a tall row
        )
    for row in rows:
        table.add_row(*(cell(item) for item in row))
    out = console()
    out.print(title, style="bold")
    out.print(table)
    out.print()


def console() -> Console:
    """Return a console on standard output, wide enough for tables when it is not a terminal."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else WIDTH_OF_LOGS, highlight=False, markup=False)


def cell(item: object) -> str:
    """Write one value for people.

    Examples
    --------
    >>> cell(0.000123456), cell(None), cell("mg")
    ('0.0001235', '', 'mg')
    """
    if item is None:
        return ""
    return f"{item:.4g}" if isinstance(item, float) else str(item)
