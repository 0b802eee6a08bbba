"""From a transcript to a ranked list of oligos, each with what speaks for it and against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.accessibility import fold_once, opening_energy
from tolerogen.oligos.chemistry import Oligo, read_oligo
from tolerogen.oligos.features import features
from tolerogen.oligos.layouts import DEFAULT, LENGTHS, Mechanism, layouts
from tolerogen.oligos.ranker import Rank, model, predict, rank
from tolerogen.oligos.risk import Flag, risks
from tolerogen.oligos.thermodynamics import Duplex, duplex
from tolerogen.oligos.walk import Placed, walk

if TYPE_CHECKING:
    from tolerogen.oligos.expression import Expression
    from tolerogen.oligos.fasta import Record
    from tolerogen.oligos.index import TranscriptIndex
    from tolerogen.oligos.nearest import GeneHit

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
    mechanism
        ``rnase-h`` or ``steric``.
    rank
        Expected knock-down with its interval; None for an oligo that only blocks: nothing open
        was measured to rank those by.
    duplex
        Energy and melting temperature on the target.
    opening
        What unfolding the site costs, kcal/mol.
    flags
        Risks, each with its accuracy.
    offtargets
        Other genes by the distance (mismatches and G:U) of their nearest site: at index 0 those
        with a perfect one, and so on to 3; None when no transcriptome was given.
    genes
        Those genes one by one, nearest first; None when no transcriptome was given.
    """

    oligo: Oligo
    gene: str
    transcript: str
    start: int
    mechanism: Mechanism
    rank: Rank | None
    duplex: Duplex
    opening: float
    flags: tuple[Flag, ...]
    offtargets: tuple[int, int, int, int] | None
    genes: tuple[GeneHit, ...] | None = None

    @property
    def net_energy(self) -> float:
        """Free energy of binding with the cost of opening the site, kcal/mol."""
        return self.duplex.energy + self.opening


def design(
    transcripts: Sequence[Record],
    *,
    mechanism: Mechanism = "rnase-h",
    chemistries: Sequence[str] = (),
    lengths: Sequence[int] = LENGTHS,
    region: tuple[int, int] | None = None,
    index: TranscriptIndex | None = None,
    expression: Expression | None = None,
    top: int = 20,
    also_in: Sequence[str] = (),
) -> tuple[OligoCandidate, ...]:
    """Walk over a target and return the best oligos, best first.

    Parameters
    ----------
    transcripts
        The isoforms of one gene; sites are taken from the first.
    mechanism
        ``rnase-h``: gapmers, by expected knock-down. ``steric``: oligos without a gap, by their
        energy of binding less that of opening the site; what standing there does is yours to know.
    chemistries
        For example ``moe 5-10-5``, ``lna 3-*-3``, ``moe/ps``; a usual one unless given.
    lengths
        Of chemistries that leave it open.
    region
        Sites lie within ``start`` to ``end`` of the first transcript.
    index
        Transcriptome to look for off-targets in. Candidates with a perfect site in another gene
        come last, whatever their score.
    expression
        Of genes in tissues, for the off-targets.
    top
        How many to return.
    also_in
        Sequences, such as the person's other haplotype, in which a site must be found unchanged.

    Returns
    -------
    tuple of OligoCandidate
        Each chemistry has an equal share, because scores do not tell chemistries apart.

    Raises
    ------
    SpecError
        For transcripts of several genes, a chemistry that does not work by the mechanism, or a
        target without a site.
    """
    genes = {record.gene for record in transcripts}
    if len(genes) != 1:
        raise SpecError(
            f"the target must be the transcripts of one gene, but these are {sorted(genes)}. Give "
            "a FASTA of one gene, or headers that name it, such as '>ENST01|TNF'."
        )
    if top < 1:
        raise SpecError(f"--top must be 1 or more, not {top}.")
    target = transcripts[0]
    by_skill = _by_knock_down if mechanism == "rnase-h" else _by_energy
    wanted = tuple(dict.fromkeys(chemistries or DEFAULT.get(mechanism, ("",))))
    share = -(-top // len(wanted))
    found: list[OligoCandidate] = []
    for chemistry in wanted:
        kinds = layouts([chemistry], lengths, mechanism)
        sites = walk(target.sequence, kinds, also_in, region)
        close = by_skill(sites, transcripts, share)
        found += _specific(close, target.gene, index, expression, share)
    found.sort(key=_order)
    return tuple(found[:top])


def _order(c: OligoCandidate) -> tuple[bool, float]:
    unspecific = c.offtargets is not None and c.offtargets[0] > 0
    return unspecific, -c.rank.score if c.rank else c.net_energy


def judge(
    oligo: Oligo,
    transcripts: Sequence[Record],
    *,
    index: TranscriptIndex | None = None,
    expression: Expression | None = None,
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
    scored = rank([oligo], transcripts, [record.gene])[0] if oligo.recruits_rnase_h else None
    found = candidate(oligo, record, start, scored)
    return _specific([found], record.gene, index, expression, 1)[0]


def candidate(oligo: Oligo, record: Record, start: int, scored: Rank | None) -> OligoCandidate:
    """Put together what the oligo and its target tell, without off-targets."""
    return OligoCandidate(
        oligo,
        record.gene,
        record.name,
        start,
        "rnase-h" if oligo.recruits_rnase_h else "steric",
        scored,
        duplex(oligo),
        opening_energy(record.sequence, start, len(oligo)),
        risks(oligo),
        None,
    )


def _by_knock_down(
    sites: Sequence[Placed], transcripts: Sequence[Record], top: int
) -> list[OligoCandidate]:
    """Shortlist by what the sequence alone tells: folding every site would take minutes."""
    ordered = sorted({site.sequence for site in sites})
    scores = predict(np.array([features(sequence, []) for sequence in ordered]), model())
    score = dict(zip(ordered, scores.tolist(), strict=True))
    close = sorted(sites, key=lambda s: (-score[s.sequence], s.start))[: top * SHORTLIST]
    fold_once(transcripts[0].sequence, len(close))
    oligos = [read_oligo(s.sequence, s.chemistry) for s in close]
    ranks = rank(oligos, transcripts, [transcripts[0].gene] * len(oligos))
    order = sorted(range(len(oligos)), key=lambda i: -ranks[i].score)
    # as many again as wanted, should some turn out to be unspecific
    return [
        candidate(oligos[i], transcripts[0], close[i].start, ranks[i]) for i in order[: 2 * top]
    ]


def _by_energy(
    sites: Sequence[Placed], transcripts: Sequence[Record], top: int
) -> list[OligoCandidate]:
    oligos = [(read_oligo(s.sequence, s.chemistry), s.start) for s in sites]
    held = sorted(oligos, key=lambda pair: (duplex(pair[0]).energy, pair[1]))[: top * SHORTLIST]
    fold_once(transcripts[0].sequence, len(held))
    found = [candidate(oligo, transcripts[0], start, None) for oligo, start in held]
    return sorted(found, key=lambda c: c.net_energy)[: 2 * top]


def _specific(
    found: Sequence[OligoCandidate],
    gene: str,
    index: TranscriptIndex | None,
    expression: Expression | None,
    top: int,
) -> tuple[OligoCandidate, ...]:
    """Add off-targets and return `top`; those with a perfect site elsewhere go to the end."""
    if index is None:
        return tuple(found[:top])
    from tolerogen.oligos.nearest import counts_by_distance, gene_hits
    from tolerogen.oligos.offtarget import find_sites

    sequences = sorted({c.oligo.sequence for c in found})
    sites = find_sites(index, sequences)
    counts = dict(zip(sequences, counts_by_distance(sites, gene), strict=True))
    counted = [replace(c, offtargets=counts[c.oligo.sequence]) for c in found]
    counted.sort(key=lambda c: counts[c.oligo.sequence][0] > 0)  # stable
    told = []
    for c in counted[:top]:
        own = sites.only(sequences.index(c.oligo.sequence))
        hits = gene_hits(own, [c.oligo], expression=expression, leave_out=gene)
        told.append(replace(c, genes=hits))
    return tuple(told)


def with_offtargets(
    found: Sequence[OligoCandidate],
    gene: str,
    index: TranscriptIndex | None,
    expression: Expression | None = None,
) -> tuple[OligoCandidate, ...]:
    """Add the sites in other genes than `gene`, the order kept; nothing without an index."""
    made = _specific(found, gene, index, expression, len(found))
    turn = {(c.oligo, c.start): n for n, c in enumerate(found)}
    return tuple(sorted(made, key=lambda c: turn[c.oligo, c.start]))
