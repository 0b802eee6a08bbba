"""From a transcript to a ranked list of gapmers, each with what speaks for it and against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.chemistry import Oligo, gapmer_length, read_oligo
from tolerogen.oligos.features import features
from tolerogen.oligos.letters import reverse_complement
from tolerogen.oligos.ranker import Rank, model, predict, rank
from tolerogen.oligos.risk import Flag, risks
from tolerogen.oligos.thermodynamics import Duplex, duplex

if TYPE_CHECKING:
    from tolerogen.oligos.fasta import Record
    from tolerogen.oligos.index import TranscriptIndex

DEFAULT = ("moe 5-10-5", "lna 3-10-3")
SHORTLIST = 10  # times as many candidates are looked at closely as are asked for


@dataclass(frozen=True)
class OligoCandidate:
    """An oligo for a target.

    Attributes
    ----------
    oligo, gene, transcript
        The molecule, and what it is for.
    start
        First base of its site on the transcript's sense strand, counted from 0.
    rank
        Expected knock-down with its interval.
    duplex
        Energy and melting temperature on the target.
    flags
        Risks, each with its accuracy.
    offtargets
        Other genes by the distance (mismatches and G:U) of their nearest site: at index 0 those
        with a perfect one, and so on to 3; None when no transcriptome was given.
    """

    oligo: Oligo
    gene: str
    transcript: str
    start: int
    rank: Rank
    duplex: Duplex
    flags: tuple[Flag, ...]
    offtargets: tuple[int, int, int, int] | None


def design(
    transcripts: Sequence[Record],
    *,
    chemistries: Sequence[str] = DEFAULT,
    index: TranscriptIndex | None = None,
    top: int = 20,
    also_in: Sequence[str] = (),
) -> tuple[OligoCandidate, ...]:
    """Walk over a target and return the best gapmers, best first.

    Parameters
    ----------
    transcripts
        The isoforms of one gene; sites are taken from the first.
    chemistries
        Gapmers, for example ``moe 5-10-5``; each is laid on every site of its length.
    index
        Transcriptome to look for off-targets in. Candidates with a perfect site in another gene
        come last, whatever their score.
    top
        How many to return.
    also_in
        Sequences, such as the person's other haplotype, in which a site must be found unchanged.

    Raises
    ------
    SpecError
        For transcripts of several genes, a chemistry that is no gapmer, or a target without a site.
    """
    genes = {record.gene for record in transcripts}
    if len(genes) != 1:
        raise SpecError(
            f"the target must be the transcripts of one gene, but these are {sorted(genes)}. Give "
            "a FASTA of one gene, or headers that name it, such as '>ENST01|TNF'."
        )
    if top < 1:
        raise SpecError(f"--top must be 1 or more, not {top}.")
    shortlist = _shortlist(transcripts[0].sequence, chemistries, top * SHORTLIST, also_in)
    oligos = [oligo for oligo, _ in shortlist]
    ranks = rank(oligos, transcripts, [transcripts[0].gene] * len(oligos))
    order = sorted(range(len(oligos)), key=lambda i: -ranks[i].score)
    order = order[: 2 * top]  # as many again as wanted, should some turn out to be unspecific
    elsewhere = _offtargets([oligos[i] for i in order], transcripts[0].gene, index)
    found = [
        OligoCandidate(
            oligos[i],
            transcripts[0].gene,
            transcripts[0].name,
            shortlist[i][1],
            ranks[i],
            duplex(oligos[i]),
            risks(oligos[i]),
            genes_at,
        )
        for i, genes_at in zip(order, elsewhere, strict=True)
    ]
    found.sort(key=lambda c: c.offtargets is not None and c.offtargets[0] > 0)  # stable
    return tuple(found[:top])


def judge(
    oligo: Oligo, transcripts: Sequence[Record], *, index: TranscriptIndex | None = None
) -> OligoCandidate:
    """Return what is known of one oligo against the transcripts of a gene.

    Raises
    ------
    SpecError
        When none of the transcripts holds its site.
    """
    where = [(r, r.sequence.find(oligo.target)) for r in transcripts if oligo.target in r.sequence]
    if not where:
        raise SpecError(
            f"'{oligo.sequence}': its site {oligo.target} is in none of the "
            f"{len(transcripts)} transcripts. Sequences are written 5' to 3', an oligo as the "
            "strand that pairs."
        )
    record, start = where[0]
    [scored] = rank([oligo], transcripts, [record.gene])
    [elsewhere] = _offtargets([oligo], record.gene, index)
    held, flags = duplex(oligo), risks(oligo)
    return OligoCandidate(oligo, record.gene, record.name, start, scored, held, flags, elsewhere)


def _shortlist(
    target: str, chemistries: Sequence[str], most: int, also_in: Sequence[str]
) -> list[tuple[Oligo, int]]:
    """Choose sites by what the sequence alone tells: folding every site would take minutes."""
    sites = []
    for chemistry in chemistries:
        length = gapmer_length(chemistry)
        for start in range(len(target) - length + 1):
            site = target[start : start + length]
            if "N" not in site and all(site in other for other in also_in):
                sites.append((reverse_complement(site), chemistry, start))
    if not sites:
        shared = " that every haplotype shares" if also_in else ""
        raise SpecError(f"the target of {len(target)} bases has no site for {chemistries}{shared}.")
    own = {sequence for sequence, _, _ in sites}
    ordered = sorted(own)
    scores = predict(np.array([features(sequence, []) for sequence in ordered]), model())
    score = dict(zip(ordered, scores.tolist(), strict=True))
    sites.sort(key=lambda site: (-score[site[0]], site[2]))
    return [(read_oligo(sequence, kind), start) for sequence, kind, start in sites[:most]]


def _offtargets(
    oligos: Sequence[Oligo], gene: str, index: TranscriptIndex | None
) -> list[tuple[int, int, int, int] | None]:
    if index is None:
        return [None] * len(oligos)
    from tolerogen.oligos.offtarget import find_sites

    sequences = sorted({oligo.sequence for oligo in oligos})
    table = find_sites(index, sequences).genes()
    table = table[table["gene"] != gene]
    counts = Counter(zip(table["oligo"], table["distance"].astype(int), strict=True))
    return [
        (
            counts[oligo.sequence, 0],
            counts[oligo.sequence, 1],
            counts[oligo.sequence, 2],
            counts[oligo.sequence, 3],
        )
        for oligo in oligos
    ]
