"""What the verbs of the safety room that end in a table share: options, printing, writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, json_option, print_json, print_table
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd

Command = Callable[..., Any]


def table_options(command: Command) -> Command:
    """Add ``--limit``, ``--out`` and ``--json``."""
    command = json_option(command)
    command = click.option(
        "--out", type=click.Path(path_type=Path), help="Write all rows: .csv or .parquet."
    )(command)
    limit = click.option("--limit", type=Whole(min=1), help="Rows to print. [20; all with --json]")
    return limit(command)


def deliver(
    frame: pd.DataFrame,
    title: str,
    *,
    limit: int | None,
    out: Path | None,
    as_json: bool,
    header: Mapping[str, Any] | None = None,
    columns: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> None:
    """Write and print a table; `columns` are those that fit a terminal."""
    from tolerogen.safety.signals.export import write_frame

    if out is not None:
        write_frame(frame, out)
    if as_json:
        rows = frame.head(limit) if limit else frame
        print_json({**(header or {}), "notes": list(notes), "rows": rows.to_dict("records")})
        return
    names = list(columns) or list(frame.columns)
    shown = frame[names].head(limit or 20).itertuples(index=False, name=None)
    print_table(title, names, [[_cell(value) for value in row] for row in shown])
    for note in notes:
        console().print(note)
    if out is not None:
        click.echo(f"Written to {out}", err=True)


def words(text: str | None) -> list[str]:
    """Split words at commas."""
    return [word.strip() for word in text.split(",")] if text else []


def headings(text: str | None) -> dict[str, str]:
    """Read ``ours=theirs`` pairs.

    Raises
    ------
    SpecError
        When a word has another form.
    """
    pairs = {}
    for word in words(text):
        ours, equals, theirs = word.partition("=")
        if not (ours and equals and theirs):
            raise SpecError(f"--columns: '{word}' must have the form ours=theirs.")
        pairs[ours] = theirs
    return pairs


def _cell(value: object) -> object:
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else ""
    return value
