"""Oligos as users keep them: one a line, FASTA, or a CSV table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.oligos.chemistry import Oligo, read_oligo
from tolerogen.oligos.fasta import read_fasta, read_text
from tolerogen.oligos.letters import plain_sequence

SEQUENCE = ("sequence", "aso_5to3", "oligo")
CHEMISTRY = ("chemistry", "sugar", "sugars")
LINKAGE = ("linkage", "linkages")
GENE = ("target", "gene")
NAME = ("name", "id")


@dataclass(frozen=True)
class Row:
    """One oligo of a table.

    Attributes
    ----------
    sequence, chemistry
        As the user wrote them.
    oligo
        What they mean.
    gene
        Gene that the oligo is meant for; empty when the table does not say.
    """

    sequence: str
    chemistry: str
    oligo: Oligo
    gene: str = ""


def read_rows(source: str, chemistry: str = "dna") -> tuple[Row, ...]:
    """Read oligos from a file, or one oligo written out.

    Parameters
    ----------
    source
        Path of a CSV (columns ``sequence``, and if wanted ``chemistry``, ``linkage``,
        ``target_rna``, ``target``, ``name``), of a FASTA file or of a list, one a line; or a
        sequence.
    chemistry
        For those that bring none; see `tolerogen.oligos.chemistry`.

    Raises
    ------
    SpecError
        Names file and line of the first oligo that cannot be read.
    """
    path = Path(source)
    try:
        is_file = path.is_file()
    except OSError:  # a name too long for a file
        is_file = False
    if not is_file:
        if "." in source or "/" in source:
            raise SpecError(f"there is no file '{source}', and it is not a sequence either.")
        return (_row({"sequence": source}, chemistry, ""),)
    text = read_text(path)
    if text.lstrip().startswith(">"):
        return tuple(
            Row(r.name, chemistry, read_oligo(r.sequence, chemistry, r.name))
            for r in read_fasta(path)
        )
    lines = text.splitlines()
    if not lines or not any(line.strip() for line in lines):
        raise SpecError(f"{source} holds no oligo.")
    head = [cell.strip() for cell in lines[0].split(",")]
    if not set(head) & set(SEQUENCE):
        if len(head) > 1:
            raise SpecError(f"{source}: a table needs a column 'sequence'; it has {head}.")
        rows = [{"sequence": line.strip()} for line in lines]
    else:
        rows = [
            {k.strip(): v or "" for k, v in r.items() if k}
            for r in csv.DictReader(io.StringIO(text))
        ]
    first = 1 + (len(head) > 1 or bool(set(head) & set(SEQUENCE)))
    return tuple(
        _row(row, chemistry, f"{source}, line {line}: ")
        for line, row in enumerate(rows, start=first)
        if any(row.values())
    )


def _row(row: Mapping[str, str], chemistry: str, where: str) -> Row:
    sequence = _value(row, SEQUENCE)
    kind = _value(row, CHEMISTRY) or chemistry
    links = _value(row, LINKAGE)
    try:
        written = f"{kind}/{links}" if links and "/" not in kind else kind
        oligo = read_oligo(sequence, written, _value(row, NAME))
        target = _value(row, ("target_rna",))
        if target:
            _on_target(oligo, target)
    except SpecError as error:
        raise SpecError(f"{where}{error}") from None
    return Row(sequence, kind, oligo, _value(row, GENE))


def _value(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def _on_target(oligo: Oligo, target: str) -> None:
    if oligo.target not in plain_sequence(target, "target_rna"):
        raise SpecError(
            f"target_rna '{target}' does not hold '{oligo.target}', the complement of the oligo. "
            "Energies are offered for perfect duplexes; is the target written 5' to 3'?"
        )
