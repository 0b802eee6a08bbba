"""Oligos: from a transcript to an antisense oligonucleotide that is checked, ranked and handed on.

An antisense oligonucleotide (ASO) is a short strand, 14 to 22 bases, of modified DNA or RNA that
pairs with an RNA of the patient. A gap of DNA has RNase H1 cut that RNA; without a gap the oligo
stands in the way, of a ribosome or of the splicing machinery.

`read_transcripts`, `Transcript`
    Pre-mRNA and mRNA from FASTA, GenBank, or GTF with a genome; with a VCF, as each chromosome of
    a person makes them. `CoordinateMap`: from mRNA to pre-mRNA to genome, and back.
`read_oligo`, `Oligo`
    Chemistry as data: base, sugar and linkage of every position. `to_helm`, `from_helm`, `mass`.
`duplex`
    How firmly it holds its RNA.
`opening_energy`
    What it costs to unfold the site.
`build_index`, `open_index`, `find_sites`
    Every place in a transcriptome where it may bind as well, none left out. `hit_share`: how
    often a gene with such a place was measured to fall.
`rank`
    How well it is expected to knock its target down, with an interval.
`design`
    All of it over one target: `OligoCandidate`, best first. `design_for`: over a person's
    transcripts, with the place on the genome. `judge`: one oligo that you have already.
`risks`
    Flags, each with its measured accuracy, or the word that it is not predictable.

Sites are counted from 0 on the sense strand of the transcript, and sequences are written 5' to 3'
with T for U.

Examples
--------
>>> from tolerogen.oligos import duplex, read_oligo
>>> oligo = read_oligo("TGGCAAGCATCCTGTA", "lna 4-8-4")
>>> oligo.recruits_rnase_h, oligo.target
(True, 'TACAGGATGCTTGCCA')
>>> found = duplex(oligo)
>>> found.method
'calibrated on LNA gapmers'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.oligos.accessibility import opening_energy
    from tolerogen.oligos.candidates import OligoCandidate, design, judge
    from tolerogen.oligos.chemistry import Oligo, read_oligo, with_conjugate
    from tolerogen.oligos.coordinates import CoordinateMap
    from tolerogen.oligos.fasta import Record, read_fasta
    from tolerogen.oligos.helm import from_helm, to_helm
    from tolerogen.oligos.index import TranscriptIndex, build_index, open_index, save_index
    from tolerogen.oligos.molar_mass import formula, mass
    from tolerogen.oligos.offtarget import find_sites
    from tolerogen.oligos.placed import PlacedCandidate, design_for
    from tolerogen.oligos.ranker import Rank, rank
    from tolerogen.oligos.risk import Flag, risks
    from tolerogen.oligos.shares import HitShare, hit_share
    from tolerogen.oligos.sites import Sites
    from tolerogen.oligos.tables import Row, read_rows
    from tolerogen.oligos.thermodynamics import Buffer, Duplex, duplex
    from tolerogen.oligos.transcripts import Transcript, read_transcripts

# Loaded when first used: a melting temperature needs neither numpy nor the native search.
_HOME = {
    "Buffer": "thermodynamics",
    "CoordinateMap": "coordinates",
    "Duplex": "thermodynamics",
    "Flag": "risk",
    "HitShare": "shares",
    "Oligo": "chemistry",
    "OligoCandidate": "candidates",
    "PlacedCandidate": "placed",
    "Rank": "ranker",
    "Record": "fasta",
    "Row": "tables",
    "Sites": "sites",
    "Transcript": "transcripts",
    "TranscriptIndex": "index",
    "build_index": "index",
    "design": "candidates",
    "design_for": "placed",
    "duplex": "thermodynamics",
    "find_sites": "offtarget",
    "formula": "molar_mass",
    "from_helm": "helm",
    "hit_share": "shares",
    "judge": "candidates",
    "mass": "molar_mass",
    "open_index": "index",
    "opening_energy": "accessibility",
    "rank": "ranker",
    "read_fasta": "fasta",
    "read_oligo": "chemistry",
    "read_rows": "tables",
    "read_transcripts": "transcripts",
    "risks": "risk",
    "save_index": "index",
    "to_helm": "helm",
    "with_conjugate": "chemistry",
}

__all__ = [
    "Buffer",
    "CoordinateMap",
    "Duplex",
    "Flag",
    "HitShare",
    "Oligo",
    "OligoCandidate",
    "PlacedCandidate",
    "Rank",
    "Record",
    "Row",
    "Sites",
    "Transcript",
    "TranscriptIndex",
    "build_index",
    "design",
    "design_for",
    "duplex",
    "find_sites",
    "formula",
    "from_helm",
    "hit_share",
    "judge",
    "mass",
    "open_index",
    "opening_energy",
    "rank",
    "read_fasta",
    "read_oligo",
    "read_rows",
    "read_transcripts",
    "risks",
    "save_index",
    "to_helm",
    "with_conjugate",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name in _HOME:
        return getattr(import_module(f"tolerogen.oligos.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tolerogen.oligos' has no attribute '{name}'")
