"""Exon skipping: frames by hand, the walk against its definition, the site of a known drug."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.oligos import read_transcripts, skip_exon, splice
from tolerogen.oligos.protein import CODE, change, longest_frame, translate
from tolerogen.oligos.splicing import effect, elements

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
EXONS = ROOT.parent / "shared" / "oligo" / "autoimmune_targets_exons_grch38.csv"
FASTA, GTF, VCF = (
    EXAMPLES / n for n in ("synthetic-gene.fa", "synthetic-gene.gtf", "synthetic-patient.vcf")
)
NUSINERSEN = "TCACTTTCATAATGCTGG"


@pytest.fixture(scope="module")
def gene():
    return read_transcripts(FASTA, gtf=GTF)


def test_the_code_has_the_degeneracy_of_the_standard_one() -> None:
    counts = Counter(CODE.values())
    assert counts == Counter("FFLLLLLLIIIMVVVVSSSSSSPPPPTTTTAAAAYY***HHQQNNKKDDEECCWRRRRRRGGGG")
    known = {"ATG": "M", "TGG": "W", "TAA": "*", "TAG": "*", "TGA": "*", "GAA": "E", "CGA": "R"}
    assert {codon: CODE[codon] for codon in known} == known


def test_reading_stops_and_decays_by_the_rule() -> None:
    mrna = "ATGAAATAA" + "C" * 60
    assert translate(mrna, 0, [59]).decay  # 50 bases behind the stop
    assert not translate(mrna, 0, [58]).decay
    assert translate("ATGAAA", 0, []).stop is None
    assert translate("ATGNAATAA", 0, []).protein == "MX"
    with pytest.raises(SpecError, match="no open reading frame"):
        longest_frame("CCCATGCCC")


@given(st.text("ACDEFGHIKLMNPQRSTVWY", min_size=4, max_size=30), st.data())
def test_a_deletion_is_named_so_that_it_can_be_undone(protein, data) -> None:
    first = data.draw(st.integers(1, len(protein) - 2))
    last = data.draw(st.integers(first + 1, len(protein) - 1))
    told = change(protein, protein[:first] + protein[last:], shifted=False)
    assert told.endswith("del)")
    places = [int("".join(filter(str.isdigit, part))) for part in told[3:-4].split("_")]
    low, high = places[0] - 1, places[-1]
    assert protein[:low] + protein[high:] == protein[:first] + protein[last:]


@pytest.mark.parametrize("exon", [2, 3, 4])
def test_leaving_an_exon_out_reads_what_is_left(gene, exon: int) -> None:
    found, block = skip_exon(gene[0], exon), gene[0].mrna_to_pre.blocks[exon - 1]
    mrna = gene[0].mrna[: block.here] + gene[0].mrna[block.here + block.length :]
    start = gene[0].coding_start
    codons = [mrna[i : i + 3] for i in range(start, len(mrna) - 2, 3)]
    stops = [n for n, codon in enumerate(codons) if codon in ("TAA", "TAG", "TGA")]
    assert len(found.without_exon.protein) == stops[0]
    assert found.frame == ("kept" if block.length % 3 == 0 else "shifted")
    assert (len(found.with_exon.protein) - stops[0] == block.length // 3) == (found.frame == "kept")
    assert found.rests_on == "the annotation's coding sequence"


@pytest.mark.skipif(not EXONS.is_file(), reason="exon coordinates of IL7R are not there")
def test_exon_six_of_il7r_shifts_the_frame() -> None:
    with EXONS.open() as handle:
        rows = csv.DictReader(line for line in handle if not line.startswith("#"))
        lengths = [int(row["length"]) for row in rows if row["gene"] == "IL7R"]
    assert lengths[5] == 94
    assert lengths[5] % 3


def test_the_ends_of_a_transcript_cannot_be_skipped(gene, tmp_path: Path) -> None:
    for exon, said in ((1, "first"), (5, "last"), (6, "exons 1 to 5")):
        with pytest.raises(SpecError, match=said):
            skip_exon(gene[0], exon)
    alone = tmp_path / "one.fa"
    alone.write_text(">t\nATGAAATAACCC\n")
    with pytest.raises(SpecError, match="--gtf"):
        skip_exon(read_transcripts(alone)[0], 2)


def test_skipping_covers_splice_sites_and_inclusion_the_silencer(gene) -> None:
    skip = splice(gene, 3, top=3)
    assert all(w.effect < -0.5 and "donor" in w.covers for w in skip.windows)
    keep = splice(gene, 3, direction="include", top=3)
    assert all(w.effect > 0.5 and "silencer hnRNP A1" in w.covers for w in keep.windows)
    assert all(w.place.startswith("+1") for w in keep.windows)
    assert keep.windows[0].candidate.rank is None
    low, high = keep.consequences["reference"].place
    for w in (*skip.windows, *keep.windows):
        start = w.candidate.start
        assert gene[0].pre_mrna[start:].startswith(w.candidate.oligo.target)
        assert low - 60 <= start <= high + 60 - 18


@settings(max_examples=60)
@given(st.integers(300, 800), st.integers(12, 25))
def test_the_effect_adds_up_and_stays_within_bounds(start: int, length: int) -> None:
    gene = read_transcripts(FASTA, gtf=GTF)
    found = elements(gene[0], 3)
    value = effect(found, start, start + length)
    assert -1 <= value <= 1
    one = sum(effect([e], start, start + length) for e in found)
    assert value == pytest.approx(max(-1, min(1, one)))


def test_windows_over_a_variant_are_left_to_the_haplotype_that_holds_them() -> None:
    person = read_transcripts(FASTA, gtf=GTF, vcf=VCF)
    both = splice(person, 3, top=200)
    assert {w.haplotypes for w in both.windows} == {("1", "2")}
    one = splice(person, 3, haplotype="2", top=400)
    assert {w.haplotypes for w in one.windows} == {("1", "2"), ("2",)}
    assert set(both.consequences) == {"1", "2"}
    with pytest.raises(SpecError, match="no haplotype '3'"):
        splice(person, 3, haplotype="3")


def test_nusinersen_would_be_found(tmp_path: Path) -> None:
    """Its published site at +10 of an intron, in a made-up gene: inclusion, by two silencers."""
    rnd = random.Random(4)
    site = "CCAGCATTATGAAAGTGA"
    exon = ["".join(rnd.choice("ACGT") for _ in range(60)) for _ in range(3)]
    intron = "GTAAGTCTT" + site + "TTTCACTCTGTTTTTTCTTTTTTTTTCTAATTTTTTTCTTTTTCTTTCAG"
    genome = exon[0] + intron + exon[1] + intron + exon[2]
    fasta, gtf = tmp_path / "g.fa", tmp_path / "g.gtf"
    fasta.write_text(f">c\n{genome}\n")
    told = 'gene_id "G"; transcript_id "T";'
    at, rows = 0, []
    for part in (exon[0], intron, exon[1], intron, exon[2]):
        if part is not intron:
            rows.append(f"c\tx\texon\t{at + 1}\t{at + len(part)}\t.\t+\t.\t{told}\n")
        at += len(part)
    gtf.write_text("".join(rows))
    transcript = read_transcripts(fasta, gtf=gtf)
    if "ATG" not in transcript[0].mrna:
        pytest.fail("the made-up gene needs a reading frame")
    found = splice(transcript, 2, direction="include", lengths=[18], top=8)
    places = {w.candidate.oligo.sequence: w for w in found.windows}
    assert NUSINERSEN in places
    assert places[NUSINERSEN].place == "+10 to +27"
    assert places[NUSINERSEN].effect == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"direction": "both"}, "direction 'both'"),
        ({"chemistries": ["moe 5-10-5"]}, "would cut"),
        ({"flank": -1}, "flank"),
        ({"direction": "include", "flank": 0, "lengths": [8]}, "no window"),
    ],
)
def test_refuses(gene, options, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        splice(gene, 2, **options)
