"""Progress of a long run, on standard error: a bar for people, sparse lines for logs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Report = Callable[[int, int], None]

LINES = 10


@contextmanager
def progress(label: str) -> Iterator[Report]:
    """Give a function ``report(done, total)`` and show what it is told.

    Parameters
    ----------
    label
        What is being done, shown beside the bar.
    """
    if sys.stderr.isatty():
        with _bar(label) as report:
            yield report
    else:
        yield _lines(label)


@contextmanager
def _bar(label: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bars:
        task = bars.add_task(label, total=None)

        def report(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield report


def _lines(label: str) -> Report:
    seen = (0, 0)  # total, tenths told: a new total is a new stage and starts afresh

    def report(done: int, total: int) -> None:
        nonlocal seen
        tenths = LINES * done // max(total, 1)
        last = seen[1] if seen[0] == total else 0
        if tenths > last:
            click.echo(f"{label}: {done} of {total}", err=True)
        seen = (total, tenths)

    return report
