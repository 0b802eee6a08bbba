"""What becomes of the protein when an exon is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tolerogen.errors import SpecError
from tolerogen.oligos.protein import Product, change, longest_frame, translate
from tolerogen.oligos.transcripts import Transcript


@dataclass(frozen=True)
class Skip:
    """One exon, in the mRNA and left out of it.

    Attributes
    ----------
    exon, of
        Its number, from 1 at the 5' end, and how many there are.
    length
        Its bases.
    place
        Half-open span on the pre-mRNA.
    frame
        ``kept``, ``shifted``, or ``start lost`` where it holds the start codon, ``untranslated``
        where it lies outside what is read.
    with_exon, without_exon
        What is read; None without a start codon, or when it is lost.
    protein
        How leaving it out changes the protein, as HGVS writes it.
    rests_on
        Where the reading frame is from: the annotation, or the longest open reading frame.
    """

    exon: int
    of: int
    length: int
    place: tuple[int, int]
    frame: str
    with_exon: Product | None
    without_exon: Product | None
    protein: str
    rests_on: str


def skip_exon(transcript: Transcript, exon: int) -> Skip:
    """Leave an exon out and read what is left.

    Parameters
    ----------
    exon
        Number from 1, at the 5' end of the transcript.

    Raises
    ------
    SpecError
        When the transcript has no such exon, or it is the first or the last: those are not
        skipped, they start and end the RNA.
    """
    blocks = transcript.mrna_to_pre.blocks
    count = len(blocks)
    if count < 3:
        raise SpecError(
            f"'{transcript.name}' has {count} exon(s) here: splicing needs the exons. Give a "
            "genome FASTA with --gtf, or GenBank with its mRNA as a join of spans."
        )
    if not 1 <= exon <= count:
        raise SpecError(f"'{transcript.name}' has exons 1 to {count}, not {exon}.")
    if exon in (1, count):
        raise SpecError(
            f"exon {exon} is the {'first' if exon == 1 else 'last'} of '{transcript.name}': it "
            f"cannot be skipped. Choose 2 to {count - 1}."
        )
    block = blocks[exon - 1]
    start, rests_on = _start(transcript)
    junctions = [b.here for b in blocks[1:]]
    whole = translate(transcript.mrna, start, junctions)
    low, high = block.here, block.here + block.length
    mrna = transcript.mrna[:low] + transcript.mrna[high:]
    left = _junctions_without(junctions, low, block.length)
    frame = _frame(start, whole, low, high)
    if frame == "start lost":
        made, told = None, "p.0?"
    else:
        begin = start - block.length if start >= high else start
        made = translate(mrna, begin, left)
        own_stop = made.stop is not None and whole.stop is not None and (
            len(mrna) - made.stop == len(transcript.mrna) - whole.stop
        )  # fmt: skip
        told = change(whole.protein, made.protein, shifted=not own_stop)
    return Skip(
        exon, count, block.length, (block.there, block.there + block.length), frame, whole, made,
        told, rests_on,
    )  # fmt: skip


def _start(transcript: Transcript) -> tuple[int, str]:
    if transcript.coding_start is not None:
        return transcript.coding_start, "the annotation's coding sequence"
    return longest_frame(transcript.mrna), "the longest open reading frame (assumed)"


def _junctions_without(junctions: Sequence[int], low: int, length: int) -> list[int]:
    return sorted({at if at <= low else at - length for at in junctions})


def _frame(start: int, whole: Product, low: int, high: int) -> str:
    if low < start + 3 and high > start:
        return "start lost"
    if high <= start or (whole.stop is not None and low >= whole.stop):
        return "untranslated"
    return "kept" if (high - low) % 3 == 0 else "shifted"
