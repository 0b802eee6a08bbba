"""From files to transcripts of one person: haplotype pre-mRNA and mRNA, with their maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.annotation import Annotated, make_annotated, read_annotation
from tolerogen.oligos.coordinates import Block, CoordinateMap, compose, joined
from tolerogen.oligos.edits import Edited, apply_edits
from tolerogen.oligos.fasta import Record, read_fasta
from tolerogen.oligos.genbank import is_genbank, read_genbank
from tolerogen.oligos.genome import Genome, open_genome
from tolerogen.oligos.letters import reverse_complement
from tolerogen.oligos.phasing import Phase, Unphased, phases, touches
from tolerogen.oligos.variants import Variant, read_variants


@dataclass(frozen=True)
class Transcript:
    """A transcript as one chromosome of a person makes it.

    Attributes
    ----------
    name, gene
        As the annotation has them.
    haplotype
        ``reference`` without variants, ``both`` where the chromosomes agree, else a number.
    certain
        False where the phase is not known and this is one of the possible haplotypes.
    contig, strand
        Where it lies; +1 or -1.
    pre_mrna, mrna
        Sense strand, 5' to 3'.
    pre_to_genome, mrna_to_pre
        Coordinate maps, all positions from 0; see `mrna_to_genome` too.
    variants
        Those that it carries, as ``contig:position REF>ALT``, position from 1.
    notes
        What the sequence rests on: masked variants, splice sites that variants touch.
    coding_start
        First base of the start codon on the mRNA, from 0, as the annotation has it; None where it
        has none, or a variant took it.
    """

    name: str
    gene: str
    haplotype: str
    certain: bool
    contig: str
    strand: int
    pre_mrna: str
    mrna: str
    pre_to_genome: CoordinateMap
    mrna_to_pre: CoordinateMap
    variants: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    coding_start: int | None = None

    @cached_property
    def mrna_to_genome(self) -> CoordinateMap:
        """Map of the mRNA to the genome."""
        return compose(self.mrna_to_pre, self.pre_to_genome)

    def record(self, *, pre_mrna: bool = False) -> Record:
        """Return it as a sequence with a header that names transcript, haplotype and gene."""
        haplotype = "" if self.haplotype == "reference" else f".{self.haplotype}"
        name = f"{self.name}{haplotype}"
        return Record(
            name, f"{name} gene_symbol:{self.gene}", self.pre_mrna if pre_mrna else self.mrna
        )


def read_transcripts(
    path: Path,
    *,
    gtf: Path | None = None,
    vcf: Path | None = None,
    gene: str | None = None,
    sample: str | None = None,
    unphased: Unphased = "enumerate",
) -> tuple[Transcript, ...]:
    """Read transcripts, and where genotypes are given, the haplotypes of them.

    Parameters
    ----------
    path
        FASTA of transcripts; with `gtf`, FASTA of the genome; or GenBank.
    gtf
        GTF or GFF3, gzip or not.
    vcf
        VCF, gzip or not. Without `gtf`, its sequences are the records of `path`.
    gene
        Gene or transcript to take, by symbol or id; None takes all.
    sample
        Whose genotypes; not needed for a VCF of one sample.
    unphased
        See `tolerogen.oligos.phasing.phases`.

    Returns
    -------
    tuple of Transcript
        Isoforms in the order of the file, the haplotypes of each together.

    Raises
    ------
    SpecError
        When a file is wrong, files do not belong together, or nothing of that name is there.
    """
    if gtf is not None:
        annotated: Sequence[Annotated] = read_annotation(gtf, gene)
        genome = open_genome(path)
    elif is_genbank(path):
        return _from_genbank(path, vcf, gene)
    else:
        records = {record.name: record for record in read_fasta(path)}
        annotated = _chosen([_whole(record) for record in records.values()], gene, path)
        if vcf is None:
            return tuple(transcript(i, REFERENCE, records[i.name].sequence, 0) for i in annotated)
        genome = open_genome(path)
    variants = _variants(annotated, genome, vcf, sample) if vcf else None
    return tuple(
        made for item in annotated for made in _haplotypes(item, genome, variants, unphased)
    )


def transcript(item: Annotated, phase: Phase, reference: str, offset: int) -> Transcript:
    """Build one transcript on one haplotype.

    Parameters
    ----------
    reference, offset
        A stretch of the reference over transcript and variants, and where it starts.

    Raises
    ------
    SpecError
        When variants overlap, or leave nothing of the transcript.
    """
    edited = apply_edits(reference, offset, phase.edits)
    low, high = edited.start_of(item.exons[0][0]), edited.end_of(item.exons[-1][1])
    spans = [(edited.start_of(start) - low, edited.end_of(end) - low) for start, end in item.exons]
    spans = [(start, end) for start, end in spans if start < end]
    if not spans:
        raise SpecError(f"variants of haplotype {phase.name} delete all of '{item.name}'.")
    length = high - low
    pre_mrna = edited.sequence[low:high]
    to_plus = CoordinateMap((Block(0, low, length),))
    if item.strand < 0:
        pre_mrna = reverse_complement(pre_mrna)
        to_plus = CoordinateMap((Block(0, high - 1, length, -1),))
        spans = [(length - end, length - start) for start, end in reversed(spans)]
    exons = joined(spans)
    begin = _coding_start(item, edited, low, length)
    return Transcript(
        item.name,
        item.gene,
        phase.name,
        phase.certain,
        item.contig,
        item.strand,
        pre_mrna,
        "".join(pre_mrna[start:end] for start, end in spans),
        compose(to_plus, edited.map),
        exons,
        tuple(map(str, phase.variants)),
        (*_splice_notes(item, edited), *(f"{v} is not phased or called: N" for v in phase.masked)),
        None if begin is None else exons.back(begin),
    )


def _coding_start(item: Annotated, edited: Edited, low: int, length: int) -> int | None:
    """Return where the coding sequence starts on the pre-mRNA."""
    if item.coding is None:
        return None
    if item.strand > 0:
        return edited.start_of(item.coding[0]) - low
    return length - (edited.end_of(item.coding[1]) - low)


def _whole(record: Record) -> Annotated:
    exons = [(0, len(record.sequence))]
    return make_annotated(record.name, record.gene, record.name, 1, exons, record.name)


def _chosen(items: Sequence[Annotated], gene: str | None, path: Path) -> Sequence[Annotated]:
    found = [item for item in items if gene is None or gene in item.aliases]
    if not found:
        names = {item.gene for item in items}
        raise SpecError(f"{path}: no gene or transcript '{gene}'; {choices(str(gene), names)}")
    return found


def _from_genbank(path: Path, vcf: Path | None, gene: str | None) -> tuple[Transcript, ...]:
    if vcf is not None:
        raise SpecError(
            f"{path} is GenBank; variants are placed on a genome. Give genome FASTA with --gtf "
            f"for {vcf}, or a FASTA whose records the VCF is about."
        )
    records = read_genbank(path)
    found = {item.name: (item, r.sequence) for r in records for item in r.transcripts}
    kept = _chosen([item for item, _ in found.values()], gene, path)
    return tuple(transcript(i, REFERENCE, found[i.name][1], 0) for i in kept)


REFERENCE = Phase("reference", True, (), (), ())


def _variants(
    items: Sequence[Annotated], genome: Genome, vcf: Path, sample: str | None
) -> dict[str, tuple[Variant, ...]]:
    """Read the file once for each contig, not once for each isoform."""
    found = {}
    for contig in dict.fromkeys(item.contig for item in items):
        here = [item for item in items if item.contig == contig]
        start = min(item.exons[0][0] for item in here)
        end = max(item.exons[-1][1] for item in here)
        found[contig] = read_variants(vcf, genome, contig, start, end, sample)
    return found


def _haplotypes(
    item: Annotated,
    genome: Genome,
    variants: Mapping[str, tuple[Variant, ...]] | None,
    unphased: Unphased,
) -> tuple[Transcript, ...]:
    start, end = item.exons[0][0], item.exons[-1][1]
    here = [v for v in (variants or {}).get(item.contig, ()) if touches(v, start, end)]
    # Room for alleles that reach over the ends of the transcript.
    low = min([start, *(v.start for v in here)])
    high = max([end, *(v.end for v in here)])
    reference = genome.fetch(item.contig, low, high)
    known = (REFERENCE,) if variants is None else phases(here, unphased)
    return tuple(transcript(item, phase, reference, low) for phase in known)


def _splice_notes(item: Annotated, edited: Edited) -> list[str]:
    """Say which splice sites (two bases of intron, and the border) edits touch."""
    notes = []
    count = len(item.exons)
    for number, (start, end) in enumerate(item.exons):
        sites = [(start - 2, start)] if number else []
        sites += [(end, end + 2)] if number < count - 1 else []
        exon = number + 1 if item.strand > 0 else count - number
        for low, high in sites:
            touched = [e for e in edited.edits if e.start <= high and e.end >= low]
            touched = [e for e in touched if e.start == e.end or (e.start < high and e.end > low)]
            notes += [
                f"a variant at {item.contig}:{e.start + 1} touches a splice site of exon {exon}; "
                "the mRNA takes it as still used"
                for e in touched
            ]
    return notes
