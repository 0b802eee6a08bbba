"""A transcriptome out of a genome and its annotation: mRNA and pre-mRNA, with their exon junctions.

Headers carry what a search has to tell of a site: ``rna=mRNA`` or ``rna=pre-mRNA``, and
``junctions=100,250``, the first base of every exon but the first, counted from 0. A site that holds
bases of both sides of a junction exists on the mature RNA only; one in an intron, on pre-mRNA only.
FASTA files of others may carry the same words.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from tolerogen.errors import OutputError
from tolerogen.oligos.transcripts import Transcript, read_transcripts

JUNCTIONS = re.compile(r"(?:^|\s)junctions=([\d,]*)(?=\s|$)")
KIND = re.compile(r"(?:^|\s)rna=(mRNA|pre-mRNA)(?=\s|$)")
PRE = ".pre"
"""What is added to the name of a transcript for its pre-mRNA."""
WIDTH = 80


def write_transcriptome(genome: Path, gtf: Path, out: Path, *, pre_mrna: bool = True) -> int:
    """Write the transcripts of an annotation as FASTA.

    Parameters
    ----------
    genome, gtf
        FASTA of the genome; GTF or GFF3 of the same build.
    out
        The file to make.
    pre_mrna
        Whether to write the pre-mRNA of transcripts with introns as well.

    Returns
    -------
    int
        Sequences written.

    Raises
    ------
    SpecError
        As `read_transcripts`.
    OutputError
        When it cannot be written; nothing is left behind then.
    """
    found = read_transcripts(genome, gtf=gtf)
    part = out.with_name(f".{out.name}.part")
    written = 0
    try:
        with part.open("w", encoding="ascii", errors="replace") as file:
            for one in found:
                written += _write(file, one, pre_mrna)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{out}: cannot be written ({error.strerror}).") from None
    return written


def junctions_of(header: str) -> NDArray[np.int64] | None:
    """Return the junctions that a header names; None when it does not say.

    Examples
    --------
    >>> junctions_of("T1 gene_symbol:A rna=mRNA junctions=100,250").tolist()
    [100, 250]
    >>> junctions_of("T1 junctions=").tolist(), junctions_of("T1")
    ([], None)
    """
    found = JUNCTIONS.search(header)
    if found is None:
        return None
    return np.array([int(word) for word in found[1].split(",") if word], np.int64)


def kind_of(header: str) -> str | None:
    """Return ``mRNA`` or ``pre-mRNA`` as a header has it; None when it does not say."""
    found = KIND.search(header)
    return found[1] if found else None


def _write(file: TextIO, one: Transcript, pre_mrna: bool) -> int:
    borders = [block.here for block in one.mrna_to_pre.blocks[1:]]
    said = ",".join(map(str, borders))
    _record(file, f"{one.name} gene_symbol:{one.gene} rna=mRNA junctions={said}", one.mrna)
    if not (pre_mrna and borders):
        return 1
    header = f"{one.name}{PRE} gene_symbol:{one.gene} rna=pre-mRNA junctions="
    _record(file, header, one.pre_mrna)
    return 2


def _record(file: TextIO, header: str, sequence: str) -> None:
    file.write(f">{header}\n")
    for at in range(0, len(sequence), WIDTH):
        file.write(f"{sequence[at : at + WIDTH]}\n")
