"""Read a delimited file as text columns; rows of the wrong width are put apart with their line."""

from __future__ import annotations

from pathlib import PurePosixPath

import pyarrow as pa
from pyarrow import csv

from tolerogen.errors import SpecError
from tolerogen.safety.ingest.stage import Reject

SHOWN = 200
EXTRA = "__after_the_last_delimiter"


def read_delimited(
    name: str, content: bytes, delimiter: str, *, quoted: bool
) -> tuple[pa.Table, list[Reject]]:
    """Read all columns as text, headings in small letters.

    Parameters
    ----------
    name
        Name of the file, for messages.
    content
        The file; UTF-8, or else read as Latin-1, which older quarters use.
    delimiter
        What separates columns.
    quoted
        Whether ``"`` quotes values. FAERS does not quote: there it is an inch sign.

    Raises
    ------
    SpecError
        When the file has no heading.
    """
    content = _utf8(content).removeprefix(b"\xef\xbb\xbf")
    head, _, rest = content.partition(b"\n")
    names = [word.strip().strip('"').lower() for word in head.decode().strip().split(delimiter)]
    if len(names) < 2 and delimiter.encode() in rest[:10_000]:
        raise SpecError(f"{name}, line 1: no heading with '{delimiter}' between the names.")
    second = rest.partition(b"\n")[0].rstrip(b"\r")
    if (
        not quoted
        and second.count(delimiter.encode()) == len(names)
        and second.endswith(delimiter.encode())
    ):
        names.append(EXTRA)  # old quarters end every row, not the heading, with the delimiter
    rejects: list[Reject] = []

    def apart(row: csv.InvalidRow) -> str:
        reason = f"wrong number of columns: {row.actual_columns} instead of {row.expected_columns}"
        line = (row.number or 0) + 1
        rejects.append(Reject(PurePosixPath(name).name, line, reason, row.text[:SHOWN]))
        return "skip"

    if not rest.strip():
        return pa.table({n: pa.array([], pa.string()) for n in names}), rejects
    read = csv.read_csv(
        pa.BufferReader(rest),
        read_options=csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 24),
        parse_options=csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if quoted else False,
            newlines_in_values=quoted,
            invalid_row_handler=apart,
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return read.combine_chunks(), rejects


def _utf8(content: bytes) -> bytes:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1").encode()
    return content
