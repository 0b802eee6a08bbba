"""Tables from CSV and Parquet through Arrow, with names as codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tolerogen.errors import SpecError
from tolerogen.safety.signals.reports import Codes, Names

SEPARATORS = (",", "\t", ";", "$", "|")
MISSING = "(missing)"


def header_of(file: Path) -> list[str]:
    """Read the headings of a CSV or Parquet file.

    Raises
    ------
    SpecError
        When the file cannot be read or is empty.
    """
    if not file.is_file():
        raise SpecError(f"{file}: there is no such file.")
    try:
        if file.suffix == ".parquet":
            return list(pq.read_schema(file).names)
        first = _first_line(file)
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise SpecError(f"{file}: cannot be read as a table ({error}).") from None
    if not first.strip():
        raise SpecError(f"{file}, line 1: a heading was expected, and the line is empty.")
    separator = separator_of(first)
    return [name.strip().strip('"') for name in first.lstrip("\ufeff").split(separator)]


def separator_of(line: str) -> str:
    """Guess the separator of a heading: the one that occurs most."""
    return max(SEPARATORS, key=line.count)


def read_columns(file: Path, wanted: list[str], names: set[str], numbers: set[str]) -> pa.Table:
    """Read some columns; those in `names` as text by code, those in `numbers` as float64.

    Raises
    ------
    SpecError
        When a row has the wrong number of columns or a number is not one: file and line are named.
    """
    if file.suffix == ".parquet":
        return pq.read_table(file, columns=wanted, read_dictionary=sorted(names & set(wanted)))
    separator = separator_of(_first_line(file))
    bad: list[Any] = []

    def note(row: Any) -> str:
        bad.append(row)
        return "error" if len(bad) > 0 else "skip"

    kinds: dict[str, pa.DataType] = {name: pa.dictionary(pa.int32(), pa.string()) for name in names}
    kinds |= dict.fromkeys(numbers, pa.float64())
    try:
        with pa.input_stream(str(file), compression="detect") as stream:
            return pyarrow.csv.read_csv(
                stream,
                read_options=pyarrow.csv.ReadOptions(use_threads=True),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=separator, newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    include_columns=wanted,
                    column_types=kinds,
                    strings_can_be_null=False,
                    null_values=["", "NA", "NaN", "null"],
                ),
            )
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise SpecError(_reason(file, separator, bad, str(error), numbers)) from None


def codes_of(column: pa.ChunkedArray) -> tuple[Names, Codes]:
    """Turn a column of names into sorted names and codes; missing ones get the code -1.

    Names are trimmed; two that differ in blanks at the ends are the same.
    """
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(pc.cast(column, pa.string()))
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], column.type)
    raw = [str(name).strip() if name is not None else "" for name in array.dictionary.to_pylist()]
    names, rank = np.unique(np.array([*raw, ""], dtype=object), return_inverse=True)
    place = rank[: len(raw)].astype(np.int32) - 1  # "" sorts first and becomes -1
    index = pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False)
    code = np.append(place, np.int32(-1))[index].astype(np.int32)
    return names[1:], code


def report_codes(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Turn report numbers or names into values and codes; missing ones get -1."""
    if pa.types.is_integer(column.type) and not column.null_count:
        values = column.to_numpy().astype(np.int64)
        return _integer_codes(values)
    if pa.types.is_floating(column.type):
        column = pc.cast(column, pa.string())
    return codes_of(column)


def _integer_codes(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(values):
        return values, values.astype(np.int32)
    if (values[1:] >= values[:-1]).all():  # already in order, as most files are
        new = np.concatenate([[True], values[1:] != values[:-1]])
        return values[new], (np.cumsum(new, dtype=np.int32) - 1).astype(np.int32)
    distinct, code = np.unique(values, return_inverse=True)
    return distinct, code.astype(np.int32)


def _first_line(file: Path) -> str:
    with pa.input_stream(str(file), compression="detect") as stream:
        block = b""
        while b"\n" not in block and (more := stream.read(65_536)):
            block += more
    return str(block.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r"))


def _reason(file: Path, separator: str, bad: list[Any], message: str, numbers: set[str]) -> str:
    if bad:
        row = bad[0]
        where = f", line {row.number}" if row.number is not None else ""
        line = where or _line_of(file, row.text)
        return (
            f"{file}{line}: {row.actual_columns} columns where the heading has "
            f"{row.expected_columns} (separated by '{separator}'). Correct the row, or take it out."
        )
    for name in sorted(numbers):
        if f"'{name}'" in message or "CSV conversion error" in message:
            return f"{file}: a value is not a number where one was expected. {message}"
    return f"{file}: cannot be read as a table. {message}"


def _line_of(file: Path, text: str) -> str:
    wanted = text.encode()
    with pa.input_stream(str(file), compression="detect") as stream:
        for number, line in enumerate(stream.read().split(b"\n"), start=1):
            if line.rstrip(b"\r") == wanted.rstrip(b"\r"):
                return f", line {number}"
    return ""
