"""What a dossier is made of: sections, in them text, tables and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | bool | None
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    key
        Name that stays the same from one dossier to the next.
    caption, columns
        What it shows; the headings.
    rows
        Cells, as many a row as columns; numbers at full precision.
    by
        How many of the first columns name a row.
    """

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    by: int = 1


@dataclass(frozen=True)
class Figure:
    """A drawing: ``svg`` is safe to put into a page (see `tolerogen.dossier.drawing.inline`)."""

    caption: str
    svg: str


@dataclass(frozen=True)
class Piece:
    """What one result has to say in one section: text, then tables, then figures."""

    section: str
    text: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section of the page; `missing` says how to come by what is not there."""

    key: str
    title: str
    pieces: tuple[Piece, ...]
    missing: str = ""


@dataclass(frozen=True)
class Reproduction:
    """How one result is made again: its command, the hash to expect, seed and versions."""

    name: str
    command: str
    content: str
    seed: str
    sha256: str
    versions: str


@dataclass(frozen=True)
class Dossier:
    """The page: title, what it must warn of, sections, how to reproduce."""

    title: str
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    reproduction: tuple[Reproduction, ...]
    version: str

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables in the order of reading: table 1 first."""
        return tuple(t for s in self.sections for p in s.pieces for t in p.tables)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return the figures in the order of reading: figure 1 first."""
        return tuple(f for s in self.sections for p in s.pieces for f in p.figures)


def table(
    key: str, caption: str, rows: Iterable[Row], columns: Sequence[tuple[str, str]], by: int = 1
) -> tuple[Table, ...]:
    """Return a table of records: none when there are no rows.

    Parameters
    ----------
    columns
        (field, heading); a field that no record has is left out.
    """
    records = list(rows)
    held = [(f, h) for f, h in columns if any(f in r for r in records)]
    if not records or not held:
        return ()
    cells = tuple(tuple(_cell(r.get(f)) for f, _ in held) for r in records)
    return (Table(key, caption, tuple(h for _, h in held), cells, by),)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    return str(value)
