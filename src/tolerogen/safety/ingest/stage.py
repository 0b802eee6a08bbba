"""What one source becomes: three tables tied by row number, and the rows that were put apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

REPORTS = pa.schema(
    [
        ("case_id", pa.string()),
        ("version", pa.int32()),
        ("received", pa.string()),
        ("event_date", pa.string()),
        ("sex", pa.string()),
        ("age_years", pa.float32()),
        ("country", pa.string()),
        ("reporter", pa.string()),
        ("serious", pa.string()),
        ("source", pa.string()),
    ]
)
DRUGS = pa.schema(
    [
        ("row", pa.int32()),
        ("drug", pa.dictionary(pa.int32(), pa.string())),
        ("substance", pa.dictionary(pa.int32(), pa.string())),
        ("role", pa.dictionary(pa.int32(), pa.string())),
    ]
)
EVENTS = pa.schema([("row", pa.int32()), ("event", pa.dictionary(pa.int32(), pa.string()))])
SCHEMAS = {"reports": REPORTS, "drugs": DRUGS, "events": EVENTS}


@dataclass(frozen=True)
class Reject:
    """A row that was put apart.

    Attributes
    ----------
    file, line
        Where it was read; line 0 when the format has none (a JSON document).
    reason
        Why, in words that can be counted.
    text
        Its beginning, at most 200 characters.
    """

    file: str
    line: int
    reason: str
    text: str


@dataclass
class Stage:
    """What was read from one source.

    Attributes
    ----------
    reports
        One row a version of a case, with the columns of `REPORTS`.
    drugs, events
        Their column `row` points into `reports`.
    deleted
        Case numbers that the agency has withdrawn.
    rejects
        Rows that were put apart.
    warnings
        Counted facts that cost a value but not the row, for example a date that does not exist.
    rows
        How many rows of the source were read, those put apart included.
    """

    reports: pa.Table
    drugs: pa.Table
    events: pa.Table
    deleted: tuple[str, ...] = ()
    rejects: list[Reject] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    rows: int = 0


def table(schema: pa.Schema, columns: dict[str, pa.Array]) -> pa.Table:
    """Put columns in the order of `schema`; those not given are null."""
    rows = len(next(iter(columns.values())))
    made = []
    for name, kind in zip(schema.names, schema.types, strict=True):
        column = columns.get(name)
        if column is None:
            column = pa.nulls(rows, kind)
        elif column.type != kind:
            column = column.cast(kind)
        made.append(column)
    return pa.table(made, schema=schema)
