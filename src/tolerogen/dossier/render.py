"""A dossier as one HTML file."""

from __future__ import annotations

import base64
import csv
import io
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tolerogen.dossier.page import Cell, Dossier, Table
from tolerogen.dossier.place import put
from tolerogen.errors import OutputError
from tolerogen.provenance import plain

MARK = '<meta name="generator" content="Tolerogen dossier">'
FORMAT = "tolerogen-dossier/1"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def to_html(dossier: Dossier) -> str:
    """Return the page: self-contained, without script, and the same for the same results."""
    numbers = {id(t): n for n, t in enumerate(dossier.tables, 1)}
    drawn = {id(f): n for n, f in enumerate(dossier.figures, 1)}
    return _environment().get_template("dossier.html").render(
        dossier=dossier,
        mark=Markup(MARK),  # noqa: S704  # a constant
        data=json.dumps(document(dossier), sort_keys=True),
        number=lambda t: numbers[id(t)],
        drawing=lambda f: drawn[id(f)],
        svg=lambda f: Markup(f.svg),  # noqa: S704  # cleaned by `drawing.inline`
        csv=_csv_link,
        shown=shown,
    )  # fmt: skip


def document(dossier: Dossier) -> dict[str, object]:
    """Return what the page carries as data: tables at full precision, how to reproduce."""
    return {
        "format": FORMAT,
        "title": dossier.title,
        "version": dossier.version,
        "tables": [plain(t) for t in dossier.tables],
        "reproduction": [plain(r) for r in dossier.reproduction],
    }


def write_dossier(dossier: Dossier, out: str | Path) -> Path:
    """Write the page, whole or not at all.

    Raises
    ------
    OutputError
        When it cannot be written, or something else than a dossier stands there.
    """
    path = Path(out).expanduser().absolute()
    check_place(path)
    put(path, to_html(dossier).encode())
    return path


def check_place(path: Path) -> None:
    """Refuse to write over anything but an older dossier."""
    if not path.exists():
        return
    if path.is_file() and MARK in path.read_text(encoding="utf-8", errors="replace")[:2000]:
        return
    raise OutputError(
        f"{path} exists and is no dossier; it would be lost. Choose another --out, or move it."
    )


def shown(cell: Cell) -> str:
    """Write a cell for people: four significant digits.

    Examples
    --------
    >>> shown(0.123456), shown(None), shown(True)
    ('0.1235', '', 'yes')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def to_csv(table: Table) -> str:
    """Return a table as CSV at full precision; text that a spreadsheet would run is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_still(cell) for cell in row])
    return out.getvalue()


def _still(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _csv_link(table: Table) -> str:
    return "data:text/csv;base64," + base64.b64encode(to_csv(table).encode()).decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tolerogen.dossier"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
