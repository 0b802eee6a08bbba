"""Every number that ships in a data file says where it is from."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tolerogen

PACKAGE = Path(tolerogen.__file__).parent
ROOT = Path(__file__).parents[1]
FILES = sorted(p for p in PACKAGE.rglob("*") if p.suffix in (".toml", ".csv"))
# Numbers that are definitions or bookkeeping, not claims about the world.
MARKS = ("doi:", "https://", "PMID", "fitted", "assumed", "unsourced")
FREE = {"levels", "threshold", "points", "kinds"}


def orphans(value: Any, path: str, cited: bool) -> Iterator[str]:
    """Name every number under which and above which no source is given."""
    if isinstance(value, dict):
        cited = cited or "source" in value
        for key, item in value.items():
            if key not in FREE:
                yield from orphans(item, f"{path}.{key}", cited or f"{key}_source" in value)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from orphans(item, f"{path}[{number}]", cited)
    elif isinstance(value, int | float) and not isinstance(value, bool) and not cited:
        yield path


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_number_has_a_source(path):
    if path.suffix == ".toml":
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        assert list(orphans(data, path.stem, cited=False)) == []
        return
    head, rows = table(path)
    for number, row in enumerate(rows, start=1):
        cited = row["source"].strip() if "source" in row else any(m in head for m in MARKS)
        assert cited, f"{path.name}, row {number}"


def table(path: Path) -> tuple[str, list[dict[str, str]]]:
    """Read a table; remarks above it speak for rows without a source of their own."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = " ".join(line for line in lines if line.startswith("#"))
    return head, list(csv.DictReader(line for line in lines if not line.startswith("#")))


def unsourced() -> Iterator[str]:
    """Name everything in the data that is marked as unsourced."""
    for path in FILES:
        if path.suffix == ".toml":
            yield from _unsourced(tomllib.loads(path.read_text(encoding="utf-8")))
            continue
        for row in table(path)[1]:
            if "unsourced" in " ".join(filter(None, row.values())):
                yield row["id"]
    for path in sorted(PACKAGE.rglob("*.py")):  # a layout that was recalled says so in its module
        if "(unsourced)" in path.read_text(encoding="utf-8"):
            yield str(path.relative_to(PACKAGE))


def _unsourced(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if any(isinstance(item, str) and "unsourced" in item for item in value.values()):
            yield str(value.get("id") or value.get("name"))
        for item in value.values():
            yield from _unsourced(item)
    elif isinstance(value, list):
        for item in value:
            yield from _unsourced(item)


def test_the_page_on_unsourced_numbers_names_each_and_no_other():
    page = (ROOT / "docs" / "unsourced.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `")]
    named = {name.strip(" `") for row in rows for name in row.split(",")}
    assert named == set(unsourced())
