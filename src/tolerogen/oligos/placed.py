"""Design against the transcripts of a person, and where on the genome the sites lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tolerogen.errors import SpecError
from tolerogen.oligos.alleles import AlleleWindow, choose_allele, design_for_allele
from tolerogen.oligos.candidates import OligoCandidate, design
from tolerogen.oligos.coordinates import CoordinateMap
from tolerogen.oligos.transcripts import Transcript


@dataclass(frozen=True)
class PlacedCandidate:
    """A candidate with its place on the genome.

    Attributes
    ----------
    candidate
        Its `start` counts on the haplotype that it was designed for.
    contig, strand
        As of the transcript.
    spans
        Half-open spans of the site on the contig, from 0, in the order of the transcript; several
        where it crosses a junction or an indel.
    haplotypes
        Those, by name, that hold the site unchanged.
    junctions
        How many exon junctions of the transcript the site crosses; 0 on pre-mRNA.
    allele
        How it tells the alleles apart; None for a design that keeps to what they share.
    """

    candidate: OligoCandidate
    contig: str
    strand: int
    spans: tuple[tuple[int, int], ...]
    haplotypes: tuple[str, ...]
    junctions: int = 0
    allele: AlleleWindow | None = None


def design_for(
    transcripts: Sequence[Transcript],
    *,
    pre_mrna: bool = False,
    allele: str | None = None,
    **options: Any,
) -> tuple[PlacedCandidate, ...]:
    """Return the best oligos against transcripts of one gene, best first.

    Parameters
    ----------
    transcripts
        From `read_transcripts`. Sites are taken from the first; where it has several haplotypes,
        only those that all of them hold, unless `allele` is given.
    pre_mrna
        Walk over the pre-mRNA instead of the mRNA.
    allele
        Take only sites of one allele that the other does not have, the most selective first; see
        `choose_allele`.
    **options
        As for `design`; with `allele`, all but ``region``.

    Raises
    ------
    SpecError
        As `design` and `allele_windows`; no site may be shared by all haplotypes.
    """
    if allele is not None:
        if options.pop("region", None):
            raise SpecError("a region and an allele cannot be asked for together: leave out one.")
        meant, _ = choose_allele(transcripts, allele)
        pairs = design_for_allele(transcripts, allele, pre_mrna=pre_mrna, **options)
        return tuple(_place(c, meant, (meant.haplotype,), pre_mrna, w) for c, w in pairs)
    first = transcripts[0]
    own = haplotypes_of_first(transcripts)
    records = [t.record(pre_mrna=pre_mrna) for t in transcripts]
    others = [t.record(pre_mrna=pre_mrna).sequence for t in own[1:]]
    found = design(records, also_in=others, **options)
    names = tuple(t.haplotype for t in own)
    return tuple(_place(c, first, names, pre_mrna, None) for c in found)


def haplotypes_of_first(transcripts: Sequence[Transcript]) -> tuple[Transcript, ...]:
    """Return the haplotypes of the transcript that is designed for."""
    first = transcripts[0]
    return tuple(t for t in transcripts if (t.name, t.contig) == (first.name, first.contig))


def _place(
    candidate: OligoCandidate,
    transcript: Transcript,
    haplotypes: tuple[str, ...],
    pre_mrna: bool,
    allele: AlleleWindow | None,
) -> PlacedCandidate:
    there: CoordinateMap = transcript.pre_to_genome if pre_mrna else transcript.mrna_to_genome
    end = candidate.start + len(candidate.oligo)
    starts = [] if pre_mrna else [block.here for block in transcript.mrna_to_pre.blocks]
    return PlacedCandidate(
        candidate,
        transcript.contig,
        transcript.strand,
        there.spans(candidate.start, end),
        haplotypes,
        sum(candidate.start < start < end for start in starts),
        allele,
    )
