"""Allele-specific windows: all of them, none that the other allele holds, gaps by hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import Transcript, allele_windows, design_for, duplex, read_transcripts
from tolerogen.oligos.alleles import choose_allele
from tolerogen.oligos.imperfect import hold

RND = random.Random(8)
GENOME = "".join(RND.choice("ACGT") for _ in range(400))
EXONS = ((20, 120), (200, 260), (300, 390))
HEAD = "##fileformat=VCFv4.2\n##contig=<ID=c1,length=400>\n"
COLUMNS = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT P".replace(" ", "\t") + "\n"


def person(folder: Path, rows: list[tuple[int, str, str, str]], strand: str = "+"):
    fasta, gtf, vcf = (folder / name for name in ("g.fa", "g.gtf", "p.vcf"))
    fasta.write_text(f">c1\n{GENOME}\n")
    told = 'gene_id "G"; transcript_id "T"; gene_name "SYN";'
    gtf.write_text(
        "".join(f"c1\tx\texon\t{a + 1}\t{b}\t.\t{strand}\t.\t{told}\n" for a, b in EXONS)
    )
    body = "".join(f"c1\t{p}\t.\t{r}\t{a}\t.\tPASS\t.\tGT\t{g}\n" for p, r, a, g in rows)
    vcf.write_text(HEAD + COLUMNS + body)
    return read_transcripts(fasta, gtf=gtf, vcf=vcf)


def other(base: str) -> str:
    return {"A": "C", "C": "A", "G": "T", "T": "G"}[base]


@pytest.mark.parametrize("strand", ["+", "-"])
def test_every_window_over_a_substitution(tmp_path: Path, strand: str) -> None:
    ref = GENOME[219]
    found = person(tmp_path, [(220, ref, other(ref), "0|1")], strand)
    windows = allele_windows(found, "2", chemistries=["lna 3-10-3"])
    meant, [spared] = choose_allele(found, "2")
    at = meant.mrna_to_genome.back(219)
    assert sorted(w.start for w in windows) == list(range(at - 15, at + 1))
    for w in windows:
        assert w.oligo.target == meant.mrna[w.start : w.start + 16]
        assert w.energy == pytest.approx(duplex(w.oligo).energy)
        [told] = w.spared
        position = 16 - (at - w.start)
        if 2 < position < 15:  # at an end the rest holds alone, and loose ends may be left out
            assert told.changed == (position,)
        same = spared.mrna[w.start : w.start + 16]
        assert told.energy <= hold(w.oligo, same).energy + 1e-9
        assert told.gap == pytest.approx(told.energy - w.energy)
        assert told.gap > 0
        assert told.site in ("", same)
        assert told.site or told.where != "gap"
    central = [w.central for w in windows]
    assert central == sorted(central, reverse=True)
    assert sum(central) >= 8


@pytest.mark.parametrize(
    ("row", "bulged"),
    [
        ((230, GENOME[229], GENOME[229] + other(GENOME[230]), "0|1"), True),
        ((230, GENOME[229:231], GENOME[229], "0|1"), True),
    ],
)
def test_an_insertion_or_deletion_costs_a_bulge(tmp_path: Path, row, bulged: bool) -> None:
    found = person(tmp_path, [row])
    for allele in ("1", "2"):
        windows = allele_windows(found, allele, chemistries=["lna 3-10-3"])
        assert 8 <= len(windows) <= 17
        best = max(w.gap for w in windows)
        assert 3 < best < 9


def test_alleles_are_named_by_variant_and_by_its_absence(tmp_path: Path) -> None:
    ref = GENOME[219]
    found = person(tmp_path, [(220, ref, other(ref), "0|1"), (50, GENOME[49], "N", "0|0")])
    name = f"c1:220 {ref}>{other(ref)}"
    assert choose_allele(found, "c1:220")[0].haplotype == "2"
    assert choose_allele(found, name)[0].haplotype == "2"
    assert choose_allele(found, "-c1:220")[0].haplotype == "1"
    with pytest.raises(SpecError, match="no haplotype and no variant"):
        choose_allele(found, "c1:999")


def test_one_variant_of_two_is_enough(tmp_path: Path) -> None:
    a, b = GENOME[49], GENOME[349]
    found = person(tmp_path, [(50, a, other(a), "0|1"), (350, b, other(b), "0|1")])
    both = allele_windows(found, "2", chemistries=["lna 3-10-3"])
    one = allele_windows(found, "c1:50", chemistries=["lna 3-10-3"])
    assert len(both) == 32
    assert len(one) == 16
    meant, _ = choose_allele(found, "2")
    assert {meant.mrna_to_genome.to(w.start) for w in one} == set(range(34, 50))


def test_nothing_to_tell_apart_is_said(tmp_path: Path) -> None:
    intron = GENOME[149]
    found = person(tmp_path, [(150, intron, other(intron), "0|1")])
    with pytest.raises(SpecError, match="--pre-mrna"):
        allele_windows(found, "2", chemistries=["lna 3-10-3"])
    assert len(allele_windows(found, "2", chemistries=["lna 3-10-3"], pre_mrna=True)) == 16
    reference: tuple[Transcript, ...] = person(tmp_path, [])
    with pytest.raises(SpecError, match="one haplotype only"):
        allele_windows(reference, "1")


def test_candidates_carry_their_windows(tmp_path: Path) -> None:
    ref = GENOME[219]
    found = person(tmp_path, [(220, ref, other(ref), "0|1")])
    placed = design_for(found, allele="2", chemistries=["lna 3-10-3"], top=4)
    assert len(placed) == 4
    assert all(p.allele.central and p.haplotypes == ("2",) for p in placed)
    assert all(p.spans[0][0] <= 219 < p.spans[-1][1] for p in placed)
    with pytest.raises(SpecError, match="leave out one"):
        design_for(found, allele="2", region=(0, 50))
