"""Measured variants and candidates from tables."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from tolerogen.antibodies.readers import read_sequences, read_text
from tolerogen.antibodies.readers.cell import number
from tolerogen.antibodies.readers.table import ABSENT, SEQUENCE_COLUMNS
from tolerogen.antibodies.records import clean, refusal
from tolerogen.errors import SpecError, choices


@dataclass(frozen=True)
class Variants:
    """Sequences with a measured property, and its standard deviations (0 where not given)."""

    sequences: tuple[str, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]


def read_variants(path: str | Path, value: str, log: bool = False) -> Variants:
    """Read a CSV with a column of sequences and a column `value`; ``value_sd`` holds errors.

    Rows without a value are left out.

    Parameters
    ----------
    log
        Take the logarithm of the value: affinities.

    Raises
    ------
    SpecError
        When a column is missing, a cell is no number, or a sequence is none.
    """
    file = Path(path)
    reader = csv.DictReader(read_text(file).splitlines())
    headings = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = headings
    naming = next((n for n in headings if n.lower() in SEQUENCE_COLUMNS), None)
    if naming is None:
        raise SpecError(f"{file}: no column holds sequences; name one 'sequence' or 'VH'.")
    if value not in headings:
        raise SpecError(f"{file}: has no column '{value}'; {choices(value, headings)}")
    rows = []
    for line, row in enumerate(reader, 2):
        where = f"{file}, row {line}"
        told = (row[value] or "").strip()
        if told.lower() in ABSENT:
            continue
        measured = number(told, value, where)
        error = number((row.get(f"{value}_sd") or "0").strip() or "0", f"{value}_sd", where)
        if log and measured <= 0:
            raise SpecError(f"{where}: {value} is {told}; a logarithm needs values above zero.")
        pair = (math.log(measured), error / measured) if log else (measured, error)
        rows.append((_sequence(row[naming] or "", where), *pair))
    if not rows:
        raise SpecError(f"{file}: no row has a value in '{value}'.")
    sequences, values, errors = zip(*rows, strict=True)
    return Variants(sequences, values, errors)


def read_candidates(path: str | Path) -> list[str]:
    """Read candidate sequences from FASTA or a table, duplicates once.

    Raises
    ------
    SpecError
        When the file cannot be read, or a sequence is none.
    """
    records = read_sequences(path)
    return list(dict.fromkeys(_sequence(r.sequence, f"{path}, '{r.id}'") for r in records))


def _sequence(text: str, where: str) -> str:
    sequence = clean(text)
    wrong = refusal(sequence)
    if wrong:
        raise SpecError(f"{where}: the sequence {wrong}.")
    return sequence
