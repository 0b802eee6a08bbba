"""Measured assays, read from a table and held against clinical antibodies."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tolerogen.antibodies.readers import read_text
from tolerogen.antibodies.readers.cell import number
from tolerogen.antibodies.readers.table import ABSENT, ID_COLUMNS
from tolerogen.errors import SpecError


@dataclass(frozen=True)
class Assay:
    """An assay: what it measures, in which group, and from where it counts as a flag."""

    name: str
    title: str
    pattern: str
    group: str
    cutoff: float
    high: bool
    source: str

    def flags(self, value: float) -> bool:
        """Say whether a value is among those of the worst tenth of approved antibodies."""
        return value > self.cutoff if self.high else value < self.cutoff


@dataclass(frozen=True)
class Measured:
    """The assays of one antibody.

    Attributes
    ----------
    values
        By assay name; what was not measured is not there.
    flagged
        Assays beyond their cut-off.
    groups
        Groups with such an assay: the number of these is what fell with clinical progress.
    """

    id: str
    values: dict[str, float]
    flagged: tuple[str, ...]
    groups: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: ``antibody developability --json``."""
        return {
            "id": self.id,
            "assays": self.values,
            "flagged": list(self.flagged),
            "groups": list(self.groups),
            "flags": len(self.groups),
        }


@cache
def assays() -> dict[str, Assay]:
    """Return the assays we know, by name; the more particular first where names overlap."""
    file = files("tolerogen.antibodies").joinpath("data/developability_cutoffs.toml")
    rows = tomllib.loads(file.read_text("utf-8"))
    return {name: Assay(name=name, **row) for name, row in rows.items()}


def read_assays(path: str | Path) -> list[Measured]:
    """Read a CSV with an id column and one column an assay, named so that it can be told.

    Headings are matched by the assay's usual abbreviation or name (``HIC Retention Time (Min)``);
    other columns are left alone. Empty cells were not measured.

    Raises
    ------
    SpecError
        When no column is an assay, two are the same one, or a cell is no number.
    """
    file = Path(path)
    reader = csv.DictReader(read_text(file).splitlines())
    headings = [name for name in reader.fieldnames or () if name]
    columns = _columns(headings, str(file))
    if not columns:
        raise SpecError(
            f"{file}: no column names an assay. Known are {', '.join(assays())}; found: "
            f"{', '.join(headings) or 'nothing'}."
        )
    naming = next((name for name in headings if name.strip().lower() in ID_COLUMNS), None)
    found = []
    for line, row in enumerate(reader, 2):
        values = {}
        for heading, assay in columns.items():
            cell = (row.get(heading) or "").strip()
            if cell.lower() not in ABSENT:
                values[assay.name] = number(cell, heading, f"{file}, row {line}")
        found.append(judge((row.get(naming) or "").strip() if naming else f"row {line}", values))
    if not found:
        raise SpecError(f"{file}: holds no antibody.")
    return found


def judge(name: str, values: dict[str, float]) -> Measured:
    """Hold measured values against the cut-offs."""
    flagged = tuple(key for key, value in values.items() if assays()[key].flags(value))
    groups = tuple(dict.fromkeys(assays()[key].group for key in flagged))
    return Measured(name, values, flagged, groups)


def _columns(headings: list[str], where: str) -> dict[str, Assay]:
    taken: dict[str, Assay] = {}
    for heading in headings:
        for assay in assays().values():
            if re.search(assay.pattern, heading, re.IGNORECASE):
                if assay in taken.values():
                    raise SpecError(f"{where}: two columns are {assay.name}; keep one.")
                taken[heading] = assay
                break
    return taken
