"""FASTA: transcripts as the field keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.oligos.letters import plain_sequence


@dataclass(frozen=True)
class Record:
    """One sequence of a file.

    Attributes
    ----------
    name
        First word of the header.
    header
        The header without ``>``.
    sequence
        Upper case, T for U, N for every ambiguity code.
    """

    name: str
    header: str
    sequence: str

    @property
    def gene(self) -> str:
        """Gene that the header names; see `gene_of`."""
        return gene_of(self.header)


def read_fasta(path: Path) -> tuple[Record, ...]:
    """Read a FASTA file.

    Raises
    ------
    SpecError
        When the file cannot be read, is not FASTA, holds a protein or a letter that is no base,
        or uses a name twice; names file and record.
    """
    records = tuple(_records(path))
    if not records:
        raise SpecError(f"{path}: no sequence found; a FASTA file starts with '>name'.")
    seen: set[str] = set()
    for record in records:
        if record.name in seen:
            raise SpecError(f"{path}: the name '{record.name}' is used twice; names must differ.")
        seen.add(record.name)
    return records


def gene_of(header: str) -> str:
    """Return the gene that a FASTA header names, the record's own name where it names none.

    GENCODE (``ENST|ENSG|..|..|name|SYMBOL|..``), Ensembl (``gene_symbol:X``, ``gene:X``) and
    ``transcript|GENE|..`` are understood.

    Examples
    --------
    >>> gene_of("ENST01.1|ENSG01.1|-|-|TNF-201|TNF|1678|")
    'TNF'
    >>> gene_of("NM_1.2|TNF|len=9"), gene_of("x")
    ('TNF', 'x')
    >>> gene_of("ENST01.1 cdna gene:ENSG01.1 gene_symbol:TNF")
    'TNF'
    """
    for key in ("gene_symbol:", "gene:", "gene="):
        if key in header:
            return header.split(key, 1)[1].split()[0].rstrip("]")
    fields = header.split("|")
    if len(fields) >= 6 and fields[1].startswith("ENSG"):
        return fields[5]
    return fields[1].strip() if len(fields) > 1 and fields[1].strip() else header.split()[0]


def _records(path: Path) -> Iterator[Record]:
    header: str | None = None
    parts: list[str] = []
    for line in read_text(path).splitlines():
        if line.startswith(">"):
            if header is not None:
                yield _record(path, header, parts)
            header, parts = line[1:].strip(), []
        elif line.strip():
            if header is None:
                raise SpecError(f"{path}: the first line is not a header; FASTA starts with '>'.")
            parts.append(line.strip())
    if header is not None:
        yield _record(path, header, parts)


def _record(path: Path, header: str, parts: list[str]) -> Record:
    if not header:
        raise SpecError(f"{path}: a record has no name after '>'.")
    name = header.split()[0]
    return Record(name, header, plain_sequence("".join(parts), f"{path}, record '{name}'"))


def read_text(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    SpecError
        When it is missing, unreadable or not text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path} is not a text file; unpack it first if it is packed.") from None
