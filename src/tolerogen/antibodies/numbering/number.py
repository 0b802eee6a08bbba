"""Find and number the variable domains of sequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any, cast

from tolerogen.antibodies.numbering.anchors import NEEDED, violated_anchors
from tolerogen.antibodies.numbering.definitions import (
    SCHEMES,
    CdrDefinition,
    cdr_definition,
    cdr_slices,
)
from tolerogen.antibodies.numbering.domain import Chain, Domain, GermlineMatch, Numbered
from tolerogen.antibodies.numbering.germline import as_matrix, nearest_genes
from tolerogen.antibodies.numbering.placement import placement_warnings
from tolerogen.antibodies.records import SHORTEST, SequenceRecord, clean, refusal
from tolerogen.errors import SpecError, choices

BATCH = 2000
FAR_FROM_HUMAN = 0.6
"""V identity below which a human gene says little about where a domain comes from (assumed)."""


@dataclass(frozen=True, slots=True)
class _Found:
    chain: Chain
    start: int
    end: int
    residues: str
    positions: tuple[str, ...]
    imgt: dict[str, str]
    confidence: float


def number(sequence: str, scheme: str = "imgt", cdrs: str | None = None) -> tuple[Domain, ...]:
    """Find and number every variable domain of one sequence.

    Parameters
    ----------
    sequence
        Amino acids in one-letter code: a variable domain, a whole chain, an scFv, a VHH. Gaps,
        white space and a closing stop are left out.
    scheme
        ``imgt``, ``kabat``, ``chothia``, ``martin`` or ``aho``.
    cdrs
        CDR definition: ``imgt``, ``kabat``, ``chothia``, ``martin``, ``contact`` or ``north``; by
        default the one that goes with the scheme (``north`` for ``aho``).

    Returns
    -------
    tuple[Domain, ...]
        In order along the sequence; empty when there is no domain.

    Raises
    ------
    SpecError
        When the sequence is not one of amino acids, or the scheme or definition is unknown.

    Notes
    -----
    The alignment is immunum's (MIT). On top come the gate on four conserved positions
    (`anchors`), warnings where the placement is a convention (`placement`), germline genes
    and CDRs.

    Examples
    --------
    >>> vh = ("EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNT"
    ...       "LYLQMNSLRAEDTAVYYCAKDLYFDYWGQGTLVTVSS")
    >>> (domain,) = number(vh)
    >>> domain.chain, domain.v.gene, domain.cdrs, domain.status
    ('H', 'IGHV3-23*04', ('GFTFSSYA', 'ISGSGGST', 'AKDLYFDY'), 'ok')
    """
    (found,) = number_many([SequenceRecord("sequence", sequence)], scheme, cdrs)
    if not found.domains and refusal(clean(sequence)):
        raise SpecError(f"The sequence {found.reason}.")
    return found.domains


def number_many(
    records: Iterable[SequenceRecord], scheme: str = "imgt", cdrs: str | None = None
) -> Iterator[Numbered]:
    """Find and number the domains of many sequences; one that cannot be read stops no other.

    Parameters
    ----------
    records
        Read one batch at a time, so a million sequences need not be in memory.
    scheme, cdrs
        As for `number`.

    Yields
    ------
    Numbered
        One a record, in order: its domains, or the reason why there are none.

    Raises
    ------
    SpecError
        When the scheme or definition is unknown.
    """
    wanted = scheme.lower()
    if wanted not in SCHEMES:
        raise SpecError(f"'{scheme}' is not a numbering scheme we know; {choices(wanted, SCHEMES)}")
    name, definition = cdr_definition(cdrs.lower() if cdrs else None, wanted)
    return _batches(iter(records), wanted, name, definition)


def _batches(
    records: Iterator[SequenceRecord], scheme: str, name: str, definition: CdrDefinition
) -> Iterator[Numbered]:
    while batch := list(islice(records, BATCH)):
        found = [_find(clean(record.sequence)) for record in batch]
        every = [domain for domains, _ in found for domain in domains]
        genes = iter(_germlines(every))
        for record, (domains, reason) in zip(batch, found, strict=True):
            finished = tuple(
                _finish(record.id, domain, next(genes), scheme, name, definition)
                for domain in domains
            )
            yield Numbered(record.id, finished, reason)


def _find(sequence: str) -> tuple[list[_Found], str]:
    reason = refusal(sequence)
    if reason:
        return [], reason
    if len(sequence) < SHORTEST:
        return [], f"has {len(sequence)} residues, too few for a variable domain"
    kept, turned_away = [], ""
    for hit in _annotator("imgt", "ig").number_domains(sequence):
        if hit.error:
            turned_away = _no_domain(hit)
            continue
        violated = violated_anchors(hit.numbering)
        if len(violated) > 4 - NEEDED:
            turned_away = f"has no variable domain: {', '.join(violated)}"
            continue
        kept.append(
            _Found(
                chain=hit.chain,
                start=hit.query_start,
                end=hit.query_end,
                residues=sequence[hit.query_start : hit.query_end + 1],
                positions=shared(tuple(hit.numbering)),
                imgt=hit.numbering,
                confidence=float(hit.confidence),
            )
        )
    return kept, "" if kept else turned_away


def _no_domain(hit: Any) -> str:
    known = {
        "low_confidence": "has no variable domain",
        "domain_too_short": "has only a fragment of a variable domain",
    }
    return known.get(hit.error_kind, f"cannot be numbered ({hit.error})")


def _germlines(
    domains: list[_Found],
) -> list[tuple[GermlineMatch, GermlineMatch]]:
    genes: dict[int, tuple[GermlineMatch, GermlineMatch]] = {}
    for chain in ("H", "K", "L"):
        which = [i for i, domain in enumerate(domains) if domain.chain == chain]
        if which:
            matrix = as_matrix([(domains[i].positions, domains[i].residues) for i in which])
            pairs = zip(
                nearest_genes("V", chain, matrix), nearest_genes("J", chain, matrix), strict=True
            )
            genes.update(zip(which, pairs, strict=True))
    return [genes[i] for i in range(len(domains))]


def _finish(
    id: str,  # noqa: A002
    found: _Found,
    genes: tuple[GermlineMatch, GermlineMatch],
    scheme: str,
    name: str,
    definition: CdrDefinition,
) -> Domain:
    own, imgt = found.residues, found.positions
    numbered = {"imgt": imgt}
    for other in {scheme, definition.scheme} - {"imgt"}:
        numbered[other] = _positions(own, found.chain, other, len(imgt))
    loops = [own[at] for at in cdr_slices(definition, found.chain, numbered[definition.scheme])]
    warnings = [*violated_anchors(found.imgt)]
    warnings += placement_warnings(found.chain, imgt, found.confidence)
    if "X" in own:
        warnings.append(f"{own.count('X')} unknown residues (X)")
    if genes[0].identity < FAR_FROM_HUMAN:
        warnings.append(f"far from every human V gene ({genes[0].identity:.0%})")
    return Domain(
        id=id,
        chain=found.chain,
        scheme=scheme,
        start=found.start,
        end=found.end,
        positions=numbered[scheme],
        imgt=imgt,
        residues=own,
        cdr_definition=name,
        cdrs=cast(tuple[str, str, str], tuple(loops)),
        v=genes[0],
        j=genes[1],
        confidence=found.confidence,
        warnings=tuple(warnings),
    )


def _positions(own: str, chain: str, scheme: str, size: int) -> tuple[str, ...]:
    # The domain is known, so one chain model aligned to its own residues is enough.
    hit = _annotator(scheme, chain).number(own)
    if hit.error or len(hit.numbering) != size:
        raise AssertionError(f"{scheme} numbering of a known domain failed: {own} {hit.error}")
    return shared(tuple(hit.numbering))


@lru_cache(maxsize=65_536)
def shared(layout: tuple[str, ...]) -> tuple[str, ...]:
    """Return the one copy of a layout: a million domains have a few thousand between them."""
    return layout


@cache
def _annotator(scheme: str, chains: str) -> Any:  # its results are None only beside an error
    from immunum import Annotator

    floor = None if chains == "ig" else 0.0
    return Annotator(chains=[chains], scheme=scheme, min_confidence=floor)
