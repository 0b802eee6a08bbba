"""Expectedness: whether an event is listed for a drug in a reference, such as a label."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport

Listed = Collection[tuple[str, str]]
"""Drugs and events, in lower case."""


def read_reference(file: Path) -> set[tuple[str, str]]:
    """Read listed pairs from a CSV with the columns drug and event.

    Raises
    ------
    SpecError
        When the file cannot be read or lacks a column.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SpecError(f"{file}: cannot be read ({type(error).__name__}).") from None
    if not rows or not {"drug", "event"} <= set(rows[0]):
        raise SpecError(f"{file}, line 1: listed pairs need the columns drug and event.")
    return {(_plain(row["drug"]), _plain(row["event"])) for row in rows}


def mark_expected(report: CaseReport, listed: Listed) -> CaseReport:
    """Say of each event whether it is listed for a suspect drug.

    An event whose `expected` was told keeps it: somebody judged that a listed event came more
    severe or specific than the list says, and is unexpected all the same.
    """
    suspects = [_plain(d.name) for d in report.drugs if d.role in ("suspect", "interacting")]
    events = tuple(
        event
        if event.expected is not None
        else replace(event, expected=any((d, _plain(event.term)) in listed for d in suspects))
        for event in report.events
    )
    return replace(report, events=events)


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())
