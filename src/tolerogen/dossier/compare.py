"""What differs between two dossiers, table by table and cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tolerogen.dossier.page import Cell
from tolerogen.dossier.render import FORMAT, MARK
from tolerogen.errors import SpecError

Cells = dict[tuple[str, str, str], Cell]


@dataclass(frozen=True)
class Change:
    """One difference: ``what`` is ``changed``, ``added`` or ``removed``."""

    what: str
    table: str
    row: str
    column: str
    before: Cell
    after: Cell


def compare_dossiers(before: str | Path, after: str | Path) -> tuple[Change, ...]:
    """Compare two files that `write_dossier` wrote, at the full precision they carry.

    Rows go together by the columns that name them, not by their place.

    Raises
    ------
    SpecError
        When a file is no dossier.
    """
    return tuple(_changes(_cells(_read(Path(before))), _cells(_read(Path(after)))))


def _changes(old: Cells, new: Cells) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield Change("removed", *key, old[key], None)
        elif key not in old:
            yield Change("added", *key, None, new[key])
        elif old[key] != new[key]:
            yield Change("changed", *key, old[key], new[key])


def _cells(data: dict[str, Any]) -> Cells:
    found: Cells = {}
    for item in data["reproduction"]:
        for field in ("command", "content", "seed", "versions"):
            found["reproduction", item["name"], field] = item[field]
    for table in data["tables"]:
        seen: dict[str, int] = {}
        for row in table["rows"]:
            name = ", ".join(str(cell) for cell in row[: table["by"]])
            seen[name] = seen.get(name, 0) + 1
            label = name if seen[name] == 1 else f"{name} ({seen[name]})"
            for column, cell in zip(table["columns"], row, strict=True):
                found[table["key"], label, column] = cell
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path} cannot be read: {error}.") from None
    reader = _Data()
    if MARK in text[:2000]:
        reader.feed(text)
    try:
        data = json.loads("".join(reader.found))
    except ValueError:
        data = {}
    if data.get("format") != FORMAT:
        raise SpecError(
            f"{path} is no dossier, or one of another version. Give files that "
            "'tolerogen dossier build' wrote."
        )
    return dict(data)


class _Data(HTMLParser):
    """Finds the numbers that a page carries."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or (tag == "pre" and ("id", "dossier-data") in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append(data)
