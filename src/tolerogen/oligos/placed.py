"""Design against the transcripts of a person, and where on the genome the sites lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tolerogen.oligos.candidates import OligoCandidate, design
from tolerogen.oligos.coordinates import CoordinateMap
from tolerogen.oligos.transcripts import Transcript


@dataclass(frozen=True)
class PlacedCandidate:
    """A candidate with its place on the genome.

    Attributes
    ----------
    candidate
        Its `start` counts on the first haplotype of the first transcript.
    contig, strand
        As of the transcript.
    spans
        Half-open spans of the site on the contig, from 0, in the order of the transcript; several
        where it crosses a junction or an indel.
    haplotypes
        Those, by name, that hold the site unchanged: all of them.
    """

    candidate: OligoCandidate
    contig: str
    strand: int
    spans: tuple[tuple[int, int], ...]
    haplotypes: tuple[str, ...]


def design_for(
    transcripts: Sequence[Transcript], *, pre_mrna: bool = False, **options: Any
) -> tuple[PlacedCandidate, ...]:
    """Return the best gapmers against transcripts of one gene, best first.

    Parameters
    ----------
    transcripts
        From `read_transcripts`. Sites are taken from the first; where it has several haplotypes,
        only those that all of them hold.
    pre_mrna
        Walk over the pre-mRNA instead of the mRNA.
    **options
        As for `design`.

    Raises
    ------
    SpecError
        As `design`; no site may be shared by all haplotypes.
    """
    first = transcripts[0]
    own = [t for t in transcripts if (t.name, t.contig) == (first.name, first.contig)]
    records = [t.record(pre_mrna=pre_mrna) for t in transcripts]
    others = [t.record(pre_mrna=pre_mrna).sequence for t in own[1:]]
    found = design(records, also_in=others, **options)
    there = first.pre_to_genome if pre_mrna else first.mrna_to_genome
    names = tuple(t.haplotype for t in own)
    return tuple(
        PlacedCandidate(c, first.contig, first.strand, _spans(there, c), names) for c in found
    )


def _spans(there: CoordinateMap, candidate: OligoCandidate) -> tuple[tuple[int, int], ...]:
    return there.spans(candidate.start, candidate.start + len(candidate.oligo.sequence))
