"""A splice design as machines read it."""

from __future__ import annotations

from typing import Any

from tolerogen.oligos.helm import to_helm
from tolerogen.oligos.skipping import Skip
from tolerogen.oligos.splicing import SpliceDesign, SpliceWindow


def splice_record(found: SpliceDesign) -> dict[str, Any]:
    """Return a design as ``tolerogen oligo splice --json`` has it."""
    return {
        "gene": found.transcript.gene,
        "transcript": found.transcript.name,
        "haplotype": found.transcript.haplotype,
        "direction": found.direction,
        "consequences": [
            {"haplotype": name, **_skip(skip)} for name, skip in found.consequences.items()
        ],
        "elements": [
            {"name": e.name, "start": e.start, "end": e.end, "weight": e.weight}
            for e in found.elements
        ],
        "windows": [_window(window) for window in found.windows],
    }


def _skip(skip: Skip) -> dict[str, Any]:
    after = skip.without_exon
    return {
        "exon": skip.exon,
        "of": skip.of,
        "length": skip.length,
        "frame": skip.frame,
        "protein": skip.protein,
        "amino_acids_with": len(skip.with_exon.protein) if skip.with_exon else None,
        "amino_acids_without": len(after.protein) if after else None,
        "decay_with": skip.with_exon.decay if skip.with_exon else None,
        "decay_without": after.decay if after else None,
        "protein_without": after.protein if after else None,
        "rests_on": skip.rests_on,
    }


def _window(window: SpliceWindow) -> dict[str, Any]:
    c = window.candidate
    return {
        "sequence": c.oligo.sequence,
        "chemistry": c.oligo.chemistry,
        "helm": to_helm(c.oligo),
        "start": c.start,
        "place": window.place,
        "effect": round(window.effect, 3),
        "covers": window.covers,
        "haplotypes": window.haplotypes,
        "tm_C": round(c.duplex.tm, 2),
        "dG37_kcal": round(c.duplex.energy, 2),
        "opening_kcal": round(c.opening, 2),
        "net_kcal": round(c.net_energy, 2),
        "other_genes": c.offtargets,
        "flags": c.flags,
    }
