"""Off-targets gene by gene: the nearest site, where it differs, who makes it, what may happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.oligos.pairing import Pairing, pair_up
from tolerogen.oligos.shares import HitShare, hit_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.oligos.chemistry import Oligo
    from tolerogen.oligos.expression import Expression
    from tolerogen.oligos.sites import Sites


@dataclass(frozen=True)
class GeneHit:
    """The nearest site of an oligo in a gene, isoforms collapsed.

    Attributes
    ----------
    oligo, gene
        Sequence of the oligo, and the gene.
    distance, mismatches, gu, bulge
        Of the nearest site; distance is the sum of the other three.
    where
        Where the oligo differs: ``gap``, ``wing``, ``gap and wing``, ``site`` (of an oligo
        without a gap), ``none``.
    pairing
        The oligo on that site.
    transcript, start
        One isoform that has it, and its first base there, from 0 on the sense strand.
    transcripts
        All isoforms that have a site at this distance.
    sites
        How many such sites they have.
    tissues
        Transcripts per million by tissue; None when not given, or the table lacks the gene.
    share
        How often an expressed gene at this distance was measured to fall by more than half, with
        its interval; None for an oligo that does not recruit RNase H1, and beyond the distances
        measured.
    junctions
        Exon junctions that this site spans; None where the transcriptome does not tell.
    """

    oligo: str
    gene: str
    distance: int
    mismatches: int
    gu: int
    bulge: int
    where: str
    pairing: Pairing
    transcript: str
    start: int
    transcripts: tuple[str, ...]
    sites: int
    tissues: Mapping[str, float] | None
    share: HitShare | None
    junctions: int | None = None


MEASURED = 4  # distances up to here were measured


def gene_hits(
    sites: Sites,
    oligos: Sequence[Oligo],
    *,
    expression: Expression | None = None,
    leave_out: str | None = None,
) -> tuple[GeneHit, ...]:
    """Collapse sites to genes.

    Parameters
    ----------
    sites
        From `find_sites` with these oligos, in this order.
    oligos
        With their chemistry: what is gap and what is wing.
    expression
        From `read_expression`.
    leave_out
        A gene that is not wanted, such as the target itself.

    Returns
    -------
    tuple of GeneHit
        By oligo in the order given, then distance, then mismatches, then gene.
    """
    _, distance, order, bounds = _grouped(sites)
    index = sites.index
    texts = sites.sequences()
    found = []
    for low, high in pairwise(bounds):
        best = int(order[low])
        gene = index.genes[int(sites.transcript[best])]
        if gene != leave_out:
            same = [int(i) for i in order[low:high] if distance[i] == distance[best]]
            found.append(_hit(sites, same, texts[best], oligos[int(sites.oligo[best])], expression))
    turn = {oligo.sequence: n for n, oligo in reversed(list(enumerate(oligos)))}
    return tuple(sorted(found, key=lambda h: (turn[h.oligo], h.distance, h.mismatches, h.gene)))


def counts_by_distance(sites: Sites, leave_out: str) -> list[tuple[int, int, int, int]]:
    """Count, for each oligo, the genes whose nearest site is at 0, 1, 2 and 3."""
    _, distance, order, bounds = _grouped(sites)
    table = np.zeros((len(sites.oligos), 4), np.int64)
    for low in bounds[:-1]:
        best = int(order[low])
        gene = sites.index.genes[int(sites.transcript[best])]
        if gene != leave_out and distance[best] < 4:
            table[sites.oligo[best], distance[best]] += 1
    return [(a, b, c, d) for a, b, c, d in table.tolist()]


def _grouped(
    sites: Sites,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.intp], list[int]]:
    """Group sites by oligo and gene.

    Returns gene and distance of each site, the order that puts groups together with the best of
    each first, and where in that order each group begins.
    """
    index = sites.index
    number = {gene: n for n, gene in enumerate(dict.fromkeys(index.genes))}
    of_transcript = np.array([number[gene] for gene in index.genes], np.int64)
    genes = of_transcript[sites.transcript]
    distance = sites.mismatches + sites.gu + sites.bulge
    order = np.lexsort(
        (sites.start, sites.transcript, sites.mismatches, distance, genes, sites.oligo)
    )
    key = np.stack([sites.oligo[order], genes[order]], axis=1)
    changes = (key[1:] != key[:-1]).any(axis=1)
    firsts = np.flatnonzero(np.concatenate([[order.size > 0], changes])).tolist()
    return genes, distance, order, [*firsts, int(order.size)]


def _hit(
    sites: Sites, same: Sequence[int], text: str, oligo: Oligo, expression: Expression | None
) -> GeneHit:
    best, names = same[0], sites.index.names
    transcript = int(sites.transcript[best])
    gene = sites.index.genes[transcript]
    pairing = pair_up(oligo.sequence, text)
    distance = int(sites.mismatches[best] + sites.gu[best] + sites.bulge[best])
    cuts = oligo.recruits_rnase_h and distance <= MEASURED
    return GeneHit(
        oligo.sequence,
        gene,
        distance,
        int(sites.mismatches[best]),
        int(sites.gu[best]),
        int(sites.bulge[best]),
        pairing.where(oligo),
        pairing,
        names[transcript],
        int(sites.start[best]),
        tuple(dict.fromkeys(names[int(sites.transcript[i])] for i in same)),
        len(same),
        expression.of(gene) if expression else None,
        hit_share(distance) if cuts else None,
        sites.crossed(best),
    )


def expected_falls(
    hits: Sequence[GeneHit], tissue: str | None = None, expressed: float = 1.0
) -> tuple[float, float, float]:
    """Return how many genes are expected to fall by more than half, with the shares' interval.

    Parameters
    ----------
    tissue
        Count only the genes that this tissue makes at `expressed` transcripts per million or more.

    Notes
    -----
    The interval adds the ends of the shares: the spread is between oligos, so the genes of one
    oligo go up and down together.
    """
    low = middle = high = 0.0
    for hit in hits:
        made = tissue is None or (hit.tissues or {}).get(tissue, 0.0) >= expressed
        if made and hit.share:
            low, middle = low + hit.share.low, middle + hit.share.share
            high += hit.share.high
    return middle, low, high
