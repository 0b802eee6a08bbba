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
`opening_energy`, `open_sites`
    What it costs to unfold the site (`structure`: how RNA folds locally).
`build_index`, `open_index`, `find_sites`
    Every place in a transcriptome where it may bind as well, none left out. `gene_hits`: the
    nearest of each gene. `hit_share`: how often a gene with such a place was measured to fall.
`conserved`
    In which animals it finds its site.
`rank`
    How well it is expected to knock its target down, with an interval.
`design`
    All of it over one target: `OligoCandidate`, best first. `design_for`: over a person's
    transcripts, with the place on the genome, or for one allele and not the other (`hold`: how
    firmly an RNA is held that is not the perfect complement). `judge`: one oligo that you have
    already. `write_report`: a page, tables and sheets.
`make_order`, `write_order`
    Vendor strings on plates; `dimer_energy` and `hairpin_energy` tell what pairs with itself.
`splice`
    Which windows over an exon leave it out or keep it in, and what that does to the protein.
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
    from tolerogen.oligos.alleles import AlleleWindow, allele_windows
    from tolerogen.oligos.candidates import OligoCandidate, design, judge
    from tolerogen.oligos.chemistry import Oligo, read_oligo, with_conjugate
    from tolerogen.oligos.conservation import SpeciesSite, conserved, read_species, species_record
    from tolerogen.oligos.coordinates import CoordinateMap
    from tolerogen.oligos.design_rows import design_record, gene_record
    from tolerogen.oligos.expression import Expression, read_expression
    from tolerogen.oligos.fasta import Record, read_fasta
    from tolerogen.oligos.helm import from_helm, to_helm
    from tolerogen.oligos.imperfect import Hold, hold
    from tolerogen.oligos.index import TranscriptIndex, build_index, open_index, save_index
    from tolerogen.oligos.layouts import LENGTHS, read_lengths, read_region
    from tolerogen.oligos.molar_mass import formula, mass
    from tolerogen.oligos.nearest import GeneHit, expected_falls, gene_hits
    from tolerogen.oligos.offtarget import find_sites
    from tolerogen.oligos.openness import OpenSite, open_sites
    from tolerogen.oligos.order import OrderLine, make_order
    from tolerogen.oligos.order_files import order_record, write_order
    from tolerogen.oligos.placed import PlacedCandidate, design_for, with_species
    from tolerogen.oligos.ranker import Rank, rank
    from tolerogen.oligos.report import DesignContext, write_report
    from tolerogen.oligos.risk import Flag, risks
    from tolerogen.oligos.self_structure import dimer_energy, hairpin_energy
    from tolerogen.oligos.shares import HitShare, hit_share
    from tolerogen.oligos.sites import Sites
    from tolerogen.oligos.skipping import Skip, skip_exon
    from tolerogen.oligos.splice_rows import splice_record
    from tolerogen.oligos.splicing import SpliceDesign, SpliceWindow, splice
    from tolerogen.oligos.tables import Row, read_rows
    from tolerogen.oligos.thermodynamics import Buffer, Duplex, duplex
    from tolerogen.oligos.transcriptome import write_transcriptome
    from tolerogen.oligos.transcripts import Transcript, read_transcripts
    from tolerogen.oligos.vendor import order_string

# Loaded when first used: a melting temperature needs neither numpy nor the native search.
_HOME = {
    "AlleleWindow": "alleles",
    "Buffer": "thermodynamics",
    "CoordinateMap": "coordinates",
    "DesignContext": "report",
    "Duplex": "thermodynamics",
    "Expression": "expression",
    "Flag": "risk",
    "GeneHit": "nearest",
    "HitShare": "shares",
    "Hold": "imperfect",
    "LENGTHS": "layouts",
    "Oligo": "chemistry",
    "OligoCandidate": "candidates",
    "OpenSite": "openness",
    "OrderLine": "order",
    "PlacedCandidate": "placed",
    "Rank": "ranker",
    "Record": "fasta",
    "Row": "tables",
    "Sites": "sites",
    "Skip": "skipping",
    "SpeciesSite": "conservation",
    "SpliceDesign": "splicing",
    "SpliceWindow": "splicing",
    "Transcript": "transcripts",
    "TranscriptIndex": "index",
    "allele_windows": "alleles",
    "build_index": "index",
    "conserved": "conservation",
    "design": "candidates",
    "design_for": "placed",
    "design_record": "design_rows",
    "dimer_energy": "self_structure",
    "duplex": "thermodynamics",
    "expected_falls": "nearest",
    "find_sites": "offtarget",
    "formula": "molar_mass",
    "from_helm": "helm",
    "gene_hits": "nearest",
    "gene_record": "design_rows",
    "hairpin_energy": "self_structure",
    "hit_share": "shares",
    "hold": "imperfect",
    "judge": "candidates",
    "make_order": "order",
    "mass": "molar_mass",
    "open_index": "index",
    "open_sites": "openness",
    "opening_energy": "accessibility",
    "order_record": "order_files",
    "order_string": "vendor",
    "rank": "ranker",
    "read_expression": "expression",
    "read_fasta": "fasta",
    "read_lengths": "layouts",
    "read_oligo": "chemistry",
    "read_region": "layouts",
    "read_rows": "tables",
    "read_species": "conservation",
    "read_transcripts": "transcripts",
    "risks": "risk",
    "save_index": "index",
    "skip_exon": "skipping",
    "species_record": "conservation",
    "splice": "splicing",
    "splice_record": "splice_rows",
    "to_helm": "helm",
    "with_conjugate": "chemistry",
    "with_species": "placed",
    "write_order": "order_files",
    "write_report": "report",
    "write_transcriptome": "transcriptome",
}

__all__ = [
    "LENGTHS",
    "AlleleWindow",
    "Buffer",
    "CoordinateMap",
    "DesignContext",
    "Duplex",
    "Expression",
    "Flag",
    "GeneHit",
    "HitShare",
    "Hold",
    "Oligo",
    "OligoCandidate",
    "OpenSite",
    "OrderLine",
    "PlacedCandidate",
    "Rank",
    "Record",
    "Row",
    "Sites",
    "Skip",
    "SpeciesSite",
    "SpliceDesign",
    "SpliceWindow",
    "Transcript",
    "TranscriptIndex",
    "allele_windows",
    "build_index",
    "conserved",
    "design",
    "design_for",
    "design_record",
    "dimer_energy",
    "duplex",
    "expected_falls",
    "find_sites",
    "formula",
    "from_helm",
    "gene_hits",
    "gene_record",
    "hairpin_energy",
    "hit_share",
    "hold",
    "judge",
    "make_order",
    "mass",
    "open_index",
    "open_sites",
    "opening_energy",
    "order_record",
    "order_string",
    "rank",
    "read_expression",
    "read_fasta",
    "read_lengths",
    "read_oligo",
    "read_region",
    "read_rows",
    "read_species",
    "read_transcripts",
    "risks",
    "save_index",
    "skip_exon",
    "species_record",
    "splice",
    "splice_record",
    "to_helm",
    "with_conjugate",
    "with_species",
    "write_order",
    "write_report",
    "write_transcriptome",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name in _HOME:
        return getattr(import_module(f"tolerogen.oligos.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tolerogen.oligos' has no attribute '{name}'")
