"""Sequences from the files people have: FASTA, CSV, AIRR TSV, PDB; plain or gzipped."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tolerogen.antibodies.readers.fasta import parse_fasta, survey
from tolerogen.antibodies.readers.pdb import parse_pdb
from tolerogen.antibodies.readers.table import parse_table
from tolerogen.antibodies.readers.workbook import is_workbook, sheet_text
from tolerogen.antibodies.records import SequenceRecord
from tolerogen.errors import SpecError

__all__ = [
    "lines_of",
    "parse_fasta",
    "parse_pdb",
    "parse_table",
    "read_sequences",
    "read_text",
    "stream_sequences",
]

STEP = 1000
TABLES = {".csv": ",", ".tsv": "\t", ".airr": "\t"}


def read_text(path: str | Path) -> str:
    """Return the text of a file, unzipped when its name ends in ``.gz``, of a workbook as CSV.

    Raises
    ------
    SpecError
        When the file cannot be read, or is not text.
    """
    file = Path(path)
    with told_in_words(file):
        raw = file.read_bytes()
        data = gzip.decompress(raw) if file.suffix == ".gz" else raw
        return sheet_text(data, str(file)) if is_workbook(data) else data.decode("utf-8-sig")


@contextmanager
def told_in_words(file: Path) -> Iterator[None]:
    """Turn what goes wrong in reading a file into an error that people can act on."""
    try:
        yield
    except UnicodeDecodeError:
        raise SpecError(f"{file}: not a text file. Give FASTA, CSV, AIRR TSV or PDB.") from None
    except (OSError, EOFError, zlib.error) as error:
        told = getattr(error, "strerror", None) or str(error)
        raise SpecError(f"{file}: cannot be read ({told}). Check the path.") from None


def read_sequences(path: str | Path) -> list[SequenceRecord]:
    """Read the sequences of a file, by its suffix: ``.csv``, ``.tsv``, ``.pdb``, else FASTA.

    Raises
    ------
    SpecError
        When the file cannot be read, has another form or holds no sequence.
    """
    return list(stream_sequences(path))


def stream_sequences(
    path: str | Path, progress: Callable[[int, int], None] | None = None
) -> Iterator[SequenceRecord]:
    """Read the sequences of a file as they are asked for, so that any number fits into memory.

    The file is read through once before the first record, so that what is wrong with its form is
    told before anything is computed.

    Parameters
    ----------
    progress
        Called with (records read, records in the file; of a table, its rows).

    Raises
    ------
    SpecError
        As for `read_sequences`.
    """
    file = Path(path)
    named = Path(file.stem) if file.suffix == ".gz" else file
    suffix, repeated = named.suffix.lower(), False
    if suffix in TABLES:
        total = max(sum(1 for _ in lines_of(file)) - 1, 0)
    elif suffix in (".pdb", ".ent"):
        total = 0
    else:
        total, repeated = survey(lines_of(file))
        next(parse_fasta(lines_of(file), str(file)), None)  # a sequence without a header
    if suffix in TABLES:
        records = parse_table(lines_of(file), str(file), TABLES[suffix])
    elif suffix in (".pdb", ".ent"):
        records = iter(parse_pdb(lines_of(file), named.stem))
    else:
        records = parse_fasta(lines_of(file), str(file), repeated)
    return _told(records, file, total, progress)


def _told(
    records: Iterator[SequenceRecord],
    file: Path,
    total: int,
    progress: Callable[[int, int], None] | None,
) -> Iterator[SequenceRecord]:
    count = 0
    for count, record in enumerate(records, 1):
        if progress is not None and (count % STEP == 0 or count == total):
            progress(min(count, total) if total else count, total or count)
        yield record
    if not count:
        raise SpecError(f"{file}: holds no sequence.")


def lines_of(path: str | Path) -> Iterator[str]:
    """Return the lines of a text file one by one, unzipped when its name ends in ``.gz``.

    Raises
    ------
    SpecError
        When the file cannot be read, or is not text.
    """
    file = Path(path)
    with told_in_words(file):
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8-sig") as lines:
            yield from lines
