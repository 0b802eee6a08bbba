"""Variants on a transcript: against an edit of a list of labelled bases, and refusals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.oligos import read_transcripts
from tolerogen.oligos.annotation import make_annotated
from tolerogen.oligos.edits import Edit, apply_edits, minimal
from tolerogen.oligos.letters import reverse_complement
from tolerogen.oligos.phasing import Phase
from tolerogen.oligos.transcripts import transcript

BASES = st.text("ACGT", min_size=1, max_size=4)


@st.composite
def stretches(draw):
    """A reference and variants over it that leave at least a base between each other."""
    reference = draw(st.text("ACGT", min_size=12, max_size=60))
    changes, at = [], 0
    while at < len(reference) - 5 and len(changes) < 5:
        start = at + draw(st.integers(1, 12))
        size = draw(st.integers(1, 4))
        if start + size >= len(reference):
            break
        changes.append((start, reference[start : start + size], draw(BASES)))
        at = start + size + 1
    return reference, changes


@given(stretches(), st.integers(0, 1000))
def test_edited_sequence_and_its_map(stretch, offset):
    reference, changes = stretch
    edits = [e for s, r, a in changes for e in minimal(s + offset, r, a)]
    made = apply_edits(reference, offset, edits)
    expected, at = "", 0
    for start, old, new in changes:
        expected += reference[at:start] + new
        at = start + len(old)
    assert made.sequence == expected + reference[at:]
    partners = [made.map.to(i) for i in range(len(made.sequence))]
    mapped = [p for p in partners if p is not None]
    assert mapped == sorted(set(mapped))
    assert all(made.map.back(p) == i for i, p in enumerate(partners) if p is not None)
    # Where a base has a partner and no edit is there, it is that base.
    edited = {i for e in edits for i in range(e.start, e.end)}
    for base, p in zip(made.sequence, partners, strict=True):
        if p is not None and p not in edited:
            assert base == reference[p - offset]
    # What has no partner was inserted, and what no base maps to was deleted.
    unpaired = [e for e in edits if e.shift]
    assert partners.count(None) == sum(len(e.sequence) for e in unpaired)
    gone = set(range(offset, offset + len(reference))) - set(mapped)
    assert gone == {i for e in unpaired for i in range(e.start, e.end)}


@settings(max_examples=200)
@given(stretches(), st.data())
def test_transcripts_on_both_strands_against_labelled_bases(stretch, data):
    reference, changes = stretch
    cuts = sorted(
        data.draw(st.sets(st.integers(0, len(reference)), min_size=4, max_size=6).map(list))
    )
    cuts = cuts[: len(cuts) // 2 * 2]
    exons = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if a < b]
    edits = sorted({e for s, r, a in changes for e in minimal(s, r, a)})
    # The oracle: each base of the reference with its label; inserted ones belong where they start.
    exon_of = {i: n for n, (a, b) in enumerate(exons) for i in range(a, b)}
    cells = [(i, base, exon_of.get(i)) for i, base in enumerate(reference)]
    for e in reversed(edits):
        if e.start == e.end:
            inside = exon_of.get(e.start) if e.start - 1 in exon_of else None
            inside = inside if exon_of.get(e.start - 1) == exon_of.get(e.start) else None
            labels = [inside] * len(e.sequence)
        else:
            own = [exon_of.get(i) for i in range(e.start, e.end)]
            if len(set(own)) > 1 and e.shift:
                return  # a replacement over a border: the rule is ours, tested by hand below
            labels = (own * 9)[: len(e.sequence)]
        new = [
            (e.start + k if e.shift == 0 else None, base, labels[k])
            for k, base in enumerate(e.sequence)
        ]
        cells[e.start : e.end] = new
    kept = [c for c in cells if c[2] is not None]
    if not kept:
        return
    phase = Phase("1", True, tuple(edits), (), ())
    for strand in (1, -1):
        item = make_annotated("t", "g", "c", strand, exons, "here")
        made = transcript(item, phase, reference, 0)
        ordered = kept[::strand]
        expected = "".join(base for _, base, _ in kept)
        assert made.mrna == (expected if strand > 0 else reverse_complement(expected))
        assert [made.mrna_to_genome.to(i) for i in range(len(made.mrna))] == [
            label for label, _, _ in ordered
        ]
        for i in range(len(made.mrna)):
            j = made.mrna_to_pre.to(i)
            assert made.pre_mrna[j] == made.mrna[i]
            assert made.mrna_to_pre.back(j) == i


def test_a_deletion_over_the_border_of_an_exon_shortens_it_and_is_told():
    #            0123456789012345
    reference = "AAAACCCCGGGGTTTT"
    item = make_annotated("t", "g", "c", 1, [(0, 6), (10, 16)], "here")
    phase = Phase("1", True, (Edit(4, 8, ""),), (), ())
    made = transcript(item, phase, reference, 0)
    assert made.pre_mrna == "AAAAGGGGTTTT"
    assert made.mrna == "AAAAGGTTTT"
    assert "splice site of exon 1" in made.notes[0]


def test_overlapping_edits_of_one_haplotype_are_refused():
    with pytest.raises(SpecError, match="overlap at base 6"):
        apply_edits("ACGTACGTACGT", 0, [Edit(3, 6, ""), Edit(5, 6, "T")])


GENOME = (
    "ACGTTGCAAGGCTTACCGATGGATCCTTAAGC"  # 32 bases, exons 3-10 and 18-28 (1-based 4..10, 19..28)
)


@pytest.fixture
def files(tmp_path):
    """A genome of one sequence, a gene on its minus strand, and a VCF to be filled."""
    fasta, gtf = tmp_path / "genome.fa", tmp_path / "genes.gtf"
    fasta.write_text(">chr9 synthetic\n" + GENOME[:20] + "\n" + GENOME[20:] + "\n")
    told = 'gene_id "G1.2"; transcript_id "T1.1"; gene_name "SYN";'
    rows = [("4", "10"), ("19", "28")]
    gtf.write_text("".join(f"9\tx\texon\t{a}\t{b}\t.\t-\t.\t{told}\n" for a, b in rows))

    def vcf(*rows, head="##contig=<ID=chr9,length=32>\n", samples="P"):
        path = tmp_path / "p.vcf"
        columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT " + samples
        body = "".join("\t".join(row.split()) + "\n" for row in rows)
        path.write_text(f"##fileformat=VCFv4.2\n{head}" + "\t".join(columns.split()) + "\n" + body)
        return path

    return fasta, gtf, vcf


def line(pos, ref, alt, gt, passed="PASS", form="GT"):
    return f"chr9 {pos} . {ref} {alt} . {passed} . {form} {gt}"


def test_phased_haplotypes_of_a_gene_on_the_minus_strand(files):
    fasta, gtf, vcf = files
    path = vcf(line(6, "G", "GA", "0|1"), line(12, "C", "T", "1|1"), line(21, "G", "C", "1|0"))
    one, two = read_transcripts(fasta, gtf=gtf, vcf=path, gene="SYN")
    assert GENOME[5] == "G"
    assert GENOME[20] == "G"
    # Exons of the plus strand by hand.
    left, right = GENOME[3:10], GENOME[18:28]
    assert one.mrna == reverse_complement(left + right[:2] + "C" + right[3:])
    assert two.mrna == reverse_complement(left[:3] + "A" + left[3:] + right)
    assert (one.haplotype, one.certain, two.variants[0]) == ("1", True, "chr9:6 G>GA")
    # The inserted base has no partner; behind it (towards 3' of the gene) positions shift.
    at = len(two.mrna) - 4
    assert two.mrna_to_genome.to(at) is None
    assert two.mrna_to_genome.to(at + 1) == 5
    assert two.mrna_to_genome.back(27) == 0
    assert one.mrna_to_genome.spans(0, len(one.mrna)) == ((18, 28), (3, 10))


def test_unphased_variants_are_enumerated_or_masked(files):
    fasta, gtf, vcf = files
    path = vcf(line(6, "G", "A", "0/1"), line(21, "G", "C", "0/1"))
    found = read_transcripts(fasta, gtf=gtf, vcf=path)
    assert len({t.mrna for t in found}) == 4
    assert not any(t.certain for t in found)
    masked = read_transcripts(fasta, gtf=gtf, vcf=path, unphased="mask")
    assert len(masked) == 2
    assert all(t.mrna.count("N") == 1 for t in masked)
    alone = read_transcripts(fasta, gtf=gtf, vcf=vcf(line(6, "G", "A", "0/1")))
    assert [t.certain for t in alone] == [True, True]
    many = vcf(
        *(line(p, GENOME[p - 1], "ACGT"[GENOME[p - 1] == "A"], "0/1") for p in (4, 6, 8, 20, 22))
    )
    with pytest.raises(SpecError, match="32 possible"):
        read_transcripts(fasta, gtf=gtf, vcf=many)


def test_missing_calls_become_n_and_failed_lines_are_left_out(files):
    fasta, gtf, vcf = files
    path = vcf(line(6, "G", "A", "./."), line(21, "G", "C", "1/1", passed="LowQual"))
    [both] = read_transcripts(fasta, gtf=gtf, vcf=path)
    assert both.haplotype == "both"
    assert both.mrna == reverse_complement(GENOME[3:5] + "N" + GENOME[6:10] + GENOME[18:28])


def test_insertions_at_the_borders_of_the_transcript_are_no_part_of_it(files):
    fasta, gtf, vcf = files
    path = vcf(line(3, "G", "GAA", "1/1"), line(28, GENOME[27], GENOME[27] + "CC", "1/1"))
    [both] = read_transcripts(fasta, gtf=gtf, vcf=path)
    assert both.mrna == reverse_complement(GENOME[3:10] + GENOME[18:28])


@pytest.mark.parametrize(
    ("rows", "more", "said"),
    [
        ([line(6, "C", "A", "0|1")], {}, "reference allele is C, but .* has G at chr9:6"),
        ([line(6, "N", "A", "0|1")], {}, "N matches nothing"),
        ([line(6, "G", "A", "0|1")], {"head": "##contig=<ID=9,length=99>\n"}, "different builds"),
        ([], {"head": "##contig=<ID=chr8,length=32>\n"}, "says nothing of 'chr9'"),
        ([line(6, "G", "<DEL>", "0|1")], {}, "not spelled out"),
        ([line(6, "G", "A", "0|2")], {}, "not listed"),
        ([line(6, "G", "A", "0/0/1")], {}, "not understood"),
        ([line(6, "G", "A", "0|1") + " 0|0"], {"samples": "P Q"}, "2 samples; name one"),
        ([line(6, "GC", "G", "1|1"), line(7, "C", "A", "1|1")], {}, "overlap"),
    ],
)
def test_what_does_not_belong_together_is_refused(files, rows, more, said):
    fasta, gtf, vcf = files
    with pytest.raises(SpecError, match=said):
        read_transcripts(fasta, gtf=gtf, vcf=vcf(*rows, **more))
