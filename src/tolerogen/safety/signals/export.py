"""Write results to files that people open in spreadsheets."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tolerogen.errors import OutputError
from tolerogen.safety.signals.result import SignalTable

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(results: Sequence[SignalTable], file: Path) -> None:
    """Write the rows of all results to ``.csv`` or ``.parquet``; complete, or not at all.

    In CSV a name that a spreadsheet would take for a formula gets an apostrophe in front.

    Raises
    ------
    OutputError
        When the ending is another one or the file cannot be written.
    """
    write_frame(pd.concat([result.frame() for result in results], ignore_index=True), file)


def write_frame(frame: pd.DataFrame, file: Path) -> None:
    """Write any table the same way.

    Raises
    ------
    OutputError
        When the ending is another one or the file cannot be written.
    """
    frame = frame.copy()
    if file.suffix not in (".csv", ".parquet"):
        raise OutputError(f"{file}: a table is written as .csv or .parquet.")
    part = file.with_name(f".{file.name}.part")
    try:
        if file.suffix == ".csv":
            for name in frame.columns:
                if not pd.api.types.is_numeric_dtype(frame[name]):
                    texts = frame[name].astype(object)
                    frame[name] = texts.map(lambda x: harmless(str(x)), na_action="ignore")
            frame.to_csv(part, index=False)
        else:
            frame.to_parquet(part, index=False)
        os.replace(part, file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{file}: cannot be written ({error.strerror}).") from None


def harmless(text: str) -> str:
    """Keep a spreadsheet from running text as a formula.

    Examples
    --------
    >>> harmless("=HYPERLINK(1)"), harmless("Nausea")
    ("'=HYPERLINK(1)", 'Nausea')
    """
    return f"'{text}" if text.startswith(FORMULA) else text
