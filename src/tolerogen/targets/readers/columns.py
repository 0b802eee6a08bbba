"""Find the columns of a table by the names that programs give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd


def read_table(path: Path) -> pd.DataFrame:
    """Read CSV or TSV, plain or compressed, every cell as text.

    Raises
    ------
    SpecError
        When the file cannot be read or holds no rows.
    """
    import pandas as pd

    tabs = any(end in path.name.lower() for end in (".tsv", ".txt", ".tab"))
    try:
        table = pd.read_csv(
            path, sep="\t" if tabs else ",", comment="#", dtype=str, keep_default_na=False
        )
    except (OSError, ValueError) as error:
        raise SpecError(f"{path.name}: the table cannot be read ({error}).") from None
    if table.empty:
        raise SpecError(f"{path.name}: there are no rows in it.")
    return table


def find(columns: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the first column whose folded name is one of `names`; None when there is none.

    Examples
    --------
    >>> find(["Gene.symbol", "adj.P.Val"], ["padj", "adjpval"])
    'adj.P.Val'
    """
    folded = {fold(column): column for column in reversed(columns)}
    return next((folded[name] for name in names if name in folded), None)


def fold(name: str) -> str:
    """Strip a heading to letters and digits, lower case."""
    return "".join(c for c in str(name).lower() if c.isalnum())


def need(table: pd.DataFrame, path: Path, wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Find the columns that must be there.

    Raises
    ------
    SpecError
        Names the first one missing, and the headings that would have done.
    """
    found: dict[str, str] = {}
    for key, names in wanted.items():
        column = find(list(table.columns), names)
        if column is None:
            raise SpecError(
                f"{path.name}: there is no column for the {key}; call it one of "
                f"{', '.join(names)}. Found: {', '.join(map(str, table.columns))}."
            )
        found[key] = column
    return found


def numbers(table: pd.DataFrame, path: Path, column: str) -> pd.Series:
    """Return a column as floats; empty and ``NA`` cells are NaN.

    Raises
    ------
    SpecError
        Names the first line whose cell is something else.
    """
    import pandas as pd

    text = table[column].str.strip()
    blank = text.str.lower().isin(["", "na", "nan", "nr", "null", "none"])
    values = pd.to_numeric(text.mask(blank), errors="coerce")
    bad = values.isna() & ~blank
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise SpecError(
            f"{path.name}, line {row + 2}: '{text.iloc[row]}' in column '{column}' is not a number."
        )
    return values
