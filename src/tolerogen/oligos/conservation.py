"""In which animals an oligo finds its site: what a toxicity study can be done in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.oligos.imperfect import hold
from tolerogen.oligos.index import MAGIC, TranscriptIndex, build_index, open_index
from tolerogen.oligos.nearest import GeneHit, gene_hits
from tolerogen.oligos.offtarget import find_sites
from tolerogen.oligos.thermodynamics import duplex

if TYPE_CHECKING:
    from tolerogen.oligos.chemistry import Oligo


@dataclass(frozen=True)
class SpeciesSite:
    """The nearest site of an oligo in one species.

    Attributes
    ----------
    species
        As the user calls it.
    orthologue
        Whether the species has a gene of the target's name (capitals or not), and only that was
        looked at; else every gene was.
    hit
        The nearest site; None when there is none within three mismatches or G:U pairs.
    lost
        By how many kcal/mol the oligo holds it less firmly than its target; None without a site.
    """

    species: str
    orthologue: bool
    hit: GeneHit | None
    lost: float | None

    @property
    def verdict(self) -> str:
        """``same site``, ``changed site``, ``no site``, or ``another gene only``."""
        if self.hit is None:
            return "no site"
        if not self.orthologue:
            return "another gene only"
        return "same site" if self.hit.distance == 0 else "changed site"


def read_species(texts: Sequence[str]) -> dict[str, TranscriptIndex]:
    """Read ``NAME=FILE``, a FASTA of transcripts or an index of them, for each species.

    Raises
    ------
    SpecError
        For another form, a name used twice, or a file that cannot be used.
    """
    found: dict[str, TranscriptIndex] = {}
    for text in texts:
        name, equals, file = text.partition("=")
        name, path = name.strip(), Path(file.strip())
        if not equals or not name or not file.strip():
            raise SpecError(f"species '{text}' is not NAME=FILE, for example mouse=mouse.fa.")
        if name in found:
            raise SpecError(f"the species '{name}' is named twice; give each once.")
        found[name] = open_index(path) if _is_index(path) else build_index(path)
    return found


def conserved(
    oligos: Sequence[Oligo], species: Mapping[str, TranscriptIndex], gene: str
) -> tuple[tuple[SpeciesSite, ...], ...]:
    """Return the nearest site of each oligo in each species, in the order given.

    Parameters
    ----------
    gene
        The target; an orthologue has the same symbol, capitals apart.
    """
    sequences = sorted({oligo.sequence for oligo in oligos})
    by_species = []
    for name, index in species.items():
        sites = find_sites(index, sequences)
        here = any(other.casefold() == gene.casefold() for other in index.genes)
        found = []
        for oligo in oligos:
            hits = gene_hits(sites.only(sequences.index(oligo.sequence)), [oligo])
            own = [h for h in hits if not here or h.gene.casefold() == gene.casefold()]
            found.append(_site(oligo, name, here, own[0] if own else None))
        by_species.append(found)
    return tuple(tuple(found[k] for found in by_species) for k in range(len(oligos)))


def species_record(site: SpeciesSite) -> dict[str, object]:
    """Return one species as ``tolerogen oligo conserve --json`` has it."""
    hit = site.hit
    return {
        "species": site.species,
        "verdict": site.verdict,
        "gene": hit.gene if hit else None,
        "transcript": hit.transcript if hit else None,
        "start": hit.start if hit else None,
        "mismatches": hit.mismatches if hit else None,
        "gu": hit.gu if hit else None,
        "where": hit.where if hit else None,
        "lost_kcal": None if site.lost is None else round(site.lost, 2),
    }


def _site(oligo: Oligo, species: str, orthologue: bool, hit: GeneHit | None) -> SpeciesSite:
    if hit is None:
        return SpeciesSite(species, orthologue, None, None)
    there = hold(oligo, hit.pairing.target.replace("-", "")).energy
    return SpeciesSite(species, orthologue, hit, max(0.0, there - duplex(oligo).energy))


def _is_index(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
