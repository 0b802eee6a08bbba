"""Sequences from the files people have: FASTA, CSV, AIRR TSV, PDB; plain or gzipped."""

from __future__ import annotations

import gzip
from pathlib import Path

from tolerogen.antibodies.readers.fasta import parse_fasta
from tolerogen.antibodies.readers.pdb import parse_pdb
from tolerogen.antibodies.readers.table import parse_table
from tolerogen.antibodies.records import SequenceRecord
from tolerogen.errors import SpecError

__all__ = ["parse_fasta", "parse_pdb", "parse_table", "read_sequences", "read_text"]

TABLES = {".csv": ",", ".tsv": "\t", ".airr": "\t"}


def read_text(path: str | Path) -> str:
    """Return the text of a file, unzipped when its name ends in ``.gz``.

    Raises
    ------
    SpecError
        When the file cannot be read, or is not text.
    """
    file = Path(path)
    try:
        raw = file.read_bytes()
        data = gzip.decompress(raw) if file.suffix == ".gz" else raw
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(f"{file}: not a text file. Give FASTA, CSV, AIRR TSV or PDB.") from None
    except (OSError, EOFError) as error:
        told = getattr(error, "strerror", None) or str(error)
        raise SpecError(f"{file}: cannot be read ({told}). Check the path.") from None


def read_sequences(path: str | Path) -> list[SequenceRecord]:
    """Read the sequences of a file, by its suffix: ``.csv``, ``.tsv``, ``.pdb``, else FASTA.

    Raises
    ------
    SpecError
        When the file cannot be read, has another form or holds no sequence.
    """
    file = Path(path)
    lines = read_text(file).splitlines()
    named = Path(file.stem) if file.suffix == ".gz" else file
    suffix = named.suffix.lower()
    if suffix in TABLES:
        records = parse_table(lines, str(file), TABLES[suffix])
    elif suffix in (".pdb", ".ent"):
        records = parse_pdb(lines, named.stem)
    else:
        records = parse_fasta(lines, str(file))
    if not records:
        raise SpecError(f"{file}: holds no sequence.")
    return records
