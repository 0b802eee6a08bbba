"""Stretches of a genome FASTA, without reading the whole of it into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.letters import plain_sequence
from tolerogen.oligos.text_lines import GZIP


@dataclass(frozen=True)
class Contig:
    """Where a sequence lies in its file; the columns of a ``.fai`` (samtools faidx)."""

    length: int
    offset: int
    bases: int
    width: int


@dataclass(frozen=True)
class Genome:
    """A FASTA file and where its sequences lie."""

    path: Path
    contigs: dict[str, Contig]

    def name(self, contig: str) -> str:
        """Return the name this file uses, ``chr5`` and ``5`` being the same.

        Raises
        ------
        SpecError
            When the file has no such sequence.
        """
        other = contig.removeprefix("chr") if contig.startswith("chr") else f"chr{contig}"
        alias = {"MT": "chrM", "chrM": "MT"}.get(contig, other)
        for name in (contig, alias):
            if name in self.contigs:
                return name
        raise SpecError(f"{self.path}: no sequence '{contig}'; {choices(contig, self.contigs)}")

    def fetch(self, contig: str, start: int, end: int) -> str:
        """Return bases `start` to `end` (left out, from 0); N for every ambiguity code.

        Raises
        ------
        SpecError
            When the sequence is not there, is shorter, or holds letters that are no bases.
        """
        name = self.name(contig)
        at = self.contigs[name]
        if not 0 <= start < end <= at.length:
            raise SpecError(
                f"{self.path}: bases {start + 1} to {end} of '{name}' were asked for, which has "
                f"{at.length}. Annotation and genome are of the same build?"
            )
        first = at.offset + start // at.bases * at.width + start % at.bases
        last = at.offset + (end - 1) // at.bases * at.width + (end - 1) % at.bases + 1
        with self.path.open("rb") as file:
            file.seek(first)
            raw = file.read(last - first)
        text = raw.translate(None, b"\r\n").decode("ascii", errors="replace")
        return plain_sequence(text, f"{self.path}, sequence '{name}' from base {start + 1}")


def open_genome(path: Path) -> Genome:
    """Open a genome FASTA; a ``.fai`` beside it, if not older, saves looking through it.

    Raises
    ------
    SpecError
        When it cannot be read, is packed, is not FASTA, repeats a name, or breaks its lines at
        different lengths within one sequence.
    """
    try:
        beside = path.with_name(path.name + ".fai")
        if beside.exists() and beside.stat().st_mtime >= path.stat().st_mtime:
            rows = [line.split("\t") for line in beside.read_text(encoding="utf-8").splitlines()]
            found = [(r[0], Contig(int(r[1]), int(r[2]), int(r[3]), int(r[4]))) for r in rows]
        else:
            found = list(_scan(path))
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, IndexError):
        raise SpecError(f"{path}.fai is damaged; delete it, and it is not needed.") from None
    contigs = dict(found)
    if len(contigs) < len(found):
        raise SpecError(f"{path}: a name is used twice; names must differ.")
    if not contigs:
        raise SpecError(f"{path}: no sequence found; a FASTA file starts with '>name'.")
    return Genome(path, contigs)


def _scan(path: Path) -> Iterator[tuple[str, Contig]]:
    name, length, offset, bases, width, ended, at = "", 0, 0, 0, 0, False, 0
    with path.open("rb") as file:
        if file.read(2) == GZIP:
            raise SpecError(f"{path} is packed; unpack it first, a genome is read in pieces.")
        file.seek(0)
        for line in file:
            at += len(line)
            if line.startswith(b">"):
                if name and length:
                    yield name, Contig(length, offset, bases, width)
                name = (line[1:].split() or [b""])[0].decode("utf-8", errors="replace")
                length, offset, bases, width, ended = 0, at, 0, 0, False
                continue
            here = len(line.rstrip(b"\r\n"))
            if not name:
                if here:
                    raise SpecError(f"{path}: the first line is not a header of FASTA ('>name').")
                continue
            if here and ended:
                raise SpecError(
                    f"{path}, sequence '{name}': lines differ in length. Write it with lines of "
                    "one length, for example with 'seqtk seq -l 60'."
                )
            bases, width = bases or here, width or len(line)
            ended = ended or here < bases
            if here > bases:
                raise SpecError(f"{path}, sequence '{name}': lines differ in length.")
            length += here
    if name and length:
        yield name, Contig(length, offset, bases, width)
