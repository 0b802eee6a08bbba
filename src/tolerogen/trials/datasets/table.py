"""A dataset with its definition: every column named, labelled and traced to where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ORIGINS = ("assigned", "derived", "simulated")


@dataclass(frozen=True)
class Variable:
    """A column.

    Attributes
    ----------
    name, label
        At most 8 and 40 characters, as the transport format has room for.
    kind
        ``text``, ``integer`` or ``float``.
    origin
        ``assigned`` by the design, ``simulated``, or ``derived`` from other columns.
    comment
        How it is made, with units.
    """

    name: str
    label: str
    kind: str
    origin: str
    comment: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """A dataset.

    Attributes
    ----------
    name, label
        ``ADSL``; "Subject-Level Analysis Dataset".
    structure
        What one row is.
    keys
        Columns that name a row.
    variables
        In order; the columns of `frame`.
    frame
        The rows; missing text is an empty string.
    """

    name: str
    label: str
    structure: str
    keys: tuple[str, ...]
    variables: tuple[Variable, ...]
    frame: pd.DataFrame


def table(
    name: str,
    label: str,
    structure: str,
    keys: tuple[str, ...],
    variables: Sequence[Variable],
    rows: pd.DataFrame,
) -> Table:
    """Build a dataset: columns in the order of `variables`, in their kind."""
    import pandas as pd

    columns: dict[str, pd.Series[Any]] = {}
    for variable in variables:
        values = rows[variable.name]
        if variable.kind == "text":
            columns[variable.name] = values.astype(object).where(values.notna(), "").astype(str)
        elif variable.kind == "integer":
            columns[variable.name] = values.astype("Int64")
        else:
            columns[variable.name] = values.astype(float)
    frame = pd.DataFrame(columns).reset_index(drop=True)
    return Table(name, label, structure, keys, tuple(variables), frame)


def define(tables: Sequence[Table]) -> pd.DataFrame:
    """Return the define table: one row a dataset and variable.

    Returns
    -------
    pandas.DataFrame
        ``dataset, dataset_label, structure, rows, variable, label, type, length, key, origin,
        comment``; `length` is the longest text in bytes, or 8; `key` the place among the keys,
        0 for none.
    """
    import pandas as pd

    rows = []
    for item in tables:
        for v in item.variables:
            values = item.frame[v.name]
            text = v.kind == "text"
            longest = max((len(t.encode()) for t in values), default=1) if text else 8
            rows.append(
                {
                    "dataset": item.name,
                    "dataset_label": item.label,
                    "structure": item.structure,
                    "rows": len(item.frame),
                    "variable": v.name,
                    "label": v.label,
                    "type": v.kind,
                    "length": max(1, longest),
                    "key": item.keys.index(v.name) + 1 if v.name in item.keys else 0,
                    "origin": v.origin,
                    "comment": v.comment,
                }
            )
    return pd.DataFrame(rows)
