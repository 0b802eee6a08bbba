"""A design as rows: what machines read, and what a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tolerogen.oligos.alleles import AlleleWindow
from tolerogen.oligos.conservation import species_record
from tolerogen.oligos.helm import to_helm
from tolerogen.oligos.nearest import GeneHit, expected_falls
from tolerogen.oligos.placed import PlacedCandidate
from tolerogen.oligos.self_structure import dimer_energy, hairpin_energy

NEAREST = 20  # genes told one by one


def design_record(placed: PlacedCandidate) -> dict[str, Any]:
    """Return one candidate as ``tolerogen oligo design --json`` has it."""
    c = placed.candidate
    falls = expected_falls(c.genes) if c.genes is not None and c.rank else None
    return {
        "sequence": c.oligo.sequence,
        "chemistry": c.oligo.chemistry,
        "helm": to_helm(c.oligo),
        "mechanism": c.mechanism,
        "gene": c.gene,
        "transcript": c.transcript,
        "start": c.start,
        "length": len(c.oligo),
        "score": round(c.rank.score, 4) if c.rank else None,
        "low": round(c.rank.low, 4) if c.rank else None,
        "high": round(c.rank.high, 4) if c.rank else None,
        "familiar": c.rank.familiar if c.rank else None,
        "tm_C": round(c.duplex.tm, 2),
        "uncertainty_C": c.duplex.uncertainty,
        "dG37_kcal": round(c.duplex.energy, 2),
        "opening_kcal": round(c.opening, 2),
        "net_kcal": round(c.net_energy, 2),
        "self_dimer_kcal": round(dimer_energy(c.oligo), 2),
        "hairpin_kcal": round(hairpin_energy(c.oligo), 2),
        "other_genes": c.offtargets,
        "expected_falls": [round(value, 2) for value in falls] if falls else None,
        "nearest_genes": [gene_record(hit) for hit in c.genes[:NEAREST]] if c.genes else c.genes,
        "flags": c.flags,
        "contig": placed.contig,
        "strand": "+" if placed.strand > 0 else "-",
        "genome_spans": placed.spans,
        "haplotypes": placed.haplotypes,
        "junctions": placed.junctions,
        "allele": _allele(placed.allele) if placed.allele else None,
        "species": [species_record(site) for site in placed.species],
    }


def gene_record(hit: GeneHit) -> dict[str, Any]:
    """Return the nearest site in one gene."""
    return {
        "oligo": hit.oligo,
        "gene": hit.gene,
        "distance": hit.distance,
        "mismatches": hit.mismatches,
        "gu": hit.gu,
        "bulge": hit.bulge,
        "where": hit.where,
        "changed": hit.pairing.changed,
        "transcript": hit.transcript,
        "start": hit.start,
        "site": hit.pairing.target.replace("-", ""),
        "transcripts": hit.transcripts,
        "sites": hit.sites,
        "tissues": hit.tissues,
        "probability": round(hit.share.share, 4) if hit.share else None,
        "low": round(hit.share.low, 4) if hit.share else None,
        "high": round(hit.share.high, 4) if hit.share else None,
        **({} if hit.junctions is None else {"junctions": hit.junctions}),
    }


def _allele(window: AlleleWindow) -> dict[str, Any]:
    return {
        "energy_kcal": round(window.energy, 2),
        "gap_kcal": round(window.gap, 2),
        "spared": [
            {
                "haplotype": s.haplotype,
                "energy_kcal": round(s.energy, 2),
                "gap_kcal": round(s.gap, 2),
                "changed": s.changed,
                "where": s.where,
            }
            for s in window.spared
        ],
    }


SHEET = (
    "rank", "sequence", "chemistry", "start", "score", "low", "high", "tm_C", "dG37_kcal",
    "opening_kcal", "self_dimer_kcal", "hairpin_kcal", "genes_0", "genes_1", "genes_2", "genes_3",
    "allele_gap_kcal", "risks",
)  # fmt: skip


def sheet_rows(found: Sequence[PlacedCandidate]) -> list[tuple[object, ...]]:
    """Return the rows of ``candidates.csv``, columns `SHEET`."""
    rows: list[tuple[object, ...]] = []
    for number, placed in enumerate(found, start=1):
        r, c = design_record(placed), placed.candidate
        risky = "; ".join(f"{f.risk}: {f.level}" for f in c.flags if f.level in ("note", "high"))
        rows.append(
            (
                number,
                *(r[key] for key in SHEET[1:12]),
                *(c.offtargets or (None,) * 4),
                r["allele"]["gap_kcal"] if r["allele"] else None,
                risky,
            )
        )
    return rows
