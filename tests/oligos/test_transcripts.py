"""Files of transcripts: FASTA, GenBank, GTF and GFF3 with a genome, and what is refused."""

from __future__ import annotations

import gzip
import random

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import read_transcripts
from tolerogen.oligos.genome import open_genome
from tolerogen.oligos.letters import reverse_complement

SEQUENCE = "".join(random.Random(7).choices("ACGT", k=143))


def genbank(feature: str, kind: str = "DNA", sequence: str = SEQUENCE) -> str:
    blocks = [sequence[i : i + 10].lower() for i in range(0, len(sequence), 10)]
    rows = [
        f"{60 * n + 1:>9} {' '.join(blocks[6 * n : 6 * n + 6])}"
        for n in range((len(blocks) + 5) // 6)
    ]
    body = "\n".join(rows)
    return (
        f"LOCUS       SYN1                 {len(sequence)} bp    {kind}     linear   SYN\n"
        "VERSION     SYN1.1\n"
        "FEATURES             Location/Qualifiers\n"
        f"     source          1..{len(sequence)}\n"
        '                     /organism="synthetic construct"\n'
        f"{feature}ORIGIN\n{body}\n//\n"
    )


def mrna(location: str) -> str:
    return f'     mRNA            {location}\n                     /gene="SYN"\n'


def gff(strand: str, spans: list[tuple[int, int]]) -> str:
    head = (
        "##gff-version 3\n"
        "c1\tx\tgene\t1\t143\t.\t.\t.\tID=gene:G1;Name=SYN\n"
        "c1\tx\tmRNA\t1\t143\t.\t.\t.\tID=transcript:T1;Parent=gene:G1\n"
    )
    row = "c1\tx\texon\t{}\t{}\t.\t{}\t.\tParent=transcript:T1;Name=e\n"
    return head + "".join(row.format(a, b, strand) for a, b in spans)


@pytest.mark.parametrize(
    ("location", "strand"),
    [
        ("join(5..40,61..100)", "+"),
        ("join(<5..40,\n                     61..>100)", "+"),
        ("complement(join(5..40,61..100))", "-"),
        ("join(complement(61..100),complement(5..40))", "-"),
    ],
)
def test_genbank_and_gff_with_fasta_say_the_same(tmp_path, location, strand):
    record, genome, annotation = (tmp_path / n for n in ("r.gb", "g.fa", "a.gff3.gz"))
    record.write_text(genbank(mrna(location)))
    lines = [SEQUENCE[i : i + 50] for i in range(0, 143, 50)]
    genome.write_text(">c0\nACGT\n>c1\n" + "\n".join(lines) + "\n>c2\nAC\n")
    with gzip.open(annotation, "wt") as file:
        file.write(gff(strand, [(61, 100), (5, 40)]))
    [one] = read_transcripts(record)
    [two] = read_transcripts(genome, gtf=annotation, gene="SYN")
    exons = SEQUENCE[4:40] + SEQUENCE[60:100]
    assert one.mrna == two.mrna == (exons if strand == "+" else reverse_complement(exons))
    assert one.pre_mrna == two.pre_mrna
    assert (one.gene, two.gene, two.name) == ("SYN", "SYN", "T1")
    assert one.mrna_to_genome == two.mrna_to_genome


def test_a_record_of_rna_is_its_own_transcript(tmp_path):
    path = tmp_path / "r.gb"
    path.write_text(genbank("", kind="mRNA"))
    [found] = read_transcripts(path)
    assert found.mrna == found.pre_mrna == SEQUENCE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (genbank(""), "DNA and has no feature mRNA"),
        (genbank(mrna("join(5..40,complement(61..100))")), "both strands"),
        (genbank(mrna("join(J00194.1:5..40,61..100)")), "is elsewhere"),
        (genbank(mrna("5..400")), "runs over"),
        (genbank(mrna("join(5..40,30..60)")), "overlap"),
        (genbank(mrna("5..40")).replace("//\n", ""), "cut short"),
        (genbank(mrna("5..40")).replace("143 bp", "144 bp"), "LOCUS line says 144"),
        (genbank("").replace("143 bp", "143 aa"), "is a protein"),
    ],
)
def test_genbank_that_does_not_say_where_is_refused(tmp_path, text, said):
    path = tmp_path / "r.gb"
    path.write_text(text)
    with pytest.raises(SpecError, match=said):
        read_transcripts(path)


def test_stretches_of_a_genome_equal_slices_with_and_without_an_index_beside(tmp_path):
    path = tmp_path / "g.fa"
    path.write_bytes(
        b">c1 x\r\n" + b"\r\n".join(SEQUENCE[i : i + 11].encode() for i in range(0, 143, 11))
    )
    genome = open_genome(path)
    at = genome.contigs["c1"]
    fai = tmp_path / "g.fa.fai"
    fai.write_text(f"c1\t{at.length}\t{at.offset}\t{at.bases}\t{at.width}\n")
    for one in (genome, open_genome(path)):
        for start in range(0, 143, 7):
            for end in range(start + 1, 144, 5):
                assert one.fetch("chrc1", start, end) == SEQUENCE[start:end]
    with pytest.raises(SpecError, match="of the same build"):
        genome.fetch("c1", 100, 200)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (">c1\nACGT\nAC\nACGT\n", "lines differ in length"),
        ("ACGT\n", "not a header"),
        (">c1\nACGT\n>c1\nACGT\n", "used twice"),
        (">c1\nFLEPQMK\n", "looks like a protein"),
    ],
)
def test_a_genome_that_cannot_be_cut_is_refused(tmp_path, text, said):
    genome, annotation = tmp_path / "g.fa", tmp_path / "a.gff"
    genome.write_text(text)
    annotation.write_text(gff("+", [(1, 4)]))
    with pytest.raises(SpecError, match=said):
        read_transcripts(genome, gtf=annotation)


def test_an_annotation_without_the_gene_is_refused(tmp_path):
    genome, annotation = tmp_path / "g.fa", tmp_path / "a.gff"
    genome.write_text(f">c1\n{SEQUENCE}\n")
    annotation.write_text(gff("+", [(1, 4)]))
    with pytest.raises(SpecError, match="no gene or transcript 'TNF'"):
        read_transcripts(genome, gtf=annotation, gene="TNF")
    annotation.write_text(gff("+", [(100, 150)]))
    with pytest.raises(SpecError, match="of the same build"):
        read_transcripts(genome, gtf=annotation)
