"""Junctions told on hits are those that trying every base finds."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.oligos.brute import COMPLEMENT

from tolerogen.cli import cli
from tolerogen.errors import SpecError
from tolerogen.oligos import (
    build_index,
    find_sites,
    gene_hits,
    open_index,
    read_fasta,
    read_oligo,
    save_index,
    write_transcriptome,
)

EXAMPLES = Path(__file__).parents[2] / "examples"


def reverse(sequence: str) -> str:
    return "".join(COMPLEMENT[base] for base in reversed(sequence))


def made_up(folder: Path, seed: int):
    """A genome with three transcripts on both strands; and, for each base of an mRNA, its exon."""
    rnd = random.Random(seed)
    genome = "".join(rnd.choice("ACGT") for _ in range(900))
    (folder / "genome.fa").write_text(f">chr1\n{genome}\n")
    lines, exons_of = [], {}
    for name, strand, exons in (
        ("P1", "+", [(10, 60), (90, 130), (131, 140), (200, 260)]),
        ("M1", "-", [(300, 380), (420, 433), (500, 610)]),
        ("S1", "+", [(700, 850)]),
    ):
        for start, end in exons:
            lines.append(
                f"chr1\tx\texon\t{start + 1}\t{end}\t.\t{strand}\t.\t"
                f'gene_id "G{name}"; transcript_id "{name}"; gene_name "{name[0]}";'
            )
        ordered = exons if strand == "+" else exons[::-1]
        exons_of[name] = [k for k, (start, end) in enumerate(ordered) for _ in range(end - start)]
    (folder / "genes.gtf").write_text("\n".join(lines) + "\n")
    return exons_of


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("bulge", [0, 1])
def test_junctions_are_those_that_every_base_tells(tmp_path, seed, bulge):
    exons_of = made_up(tmp_path, seed)
    fasta = tmp_path / "t.fa"
    assert write_transcriptome(tmp_path / "genome.fa", tmp_path / "genes.gtf", fasta) == 5
    save_index(build_index(fasta), tmp_path / "t.tgi")
    index = open_index(tmp_path / "t.tgi")
    records = {r.name: r.sequence for r in read_fasta(fasta)}
    rnd = random.Random(seed)
    oligos = set()
    for name, sequence in records.items():
        for _ in range(12):
            at = rnd.randrange(len(sequence) - 16)
            oligos.add(reverse(sequence[at : at + 16]))
        for k in range(1, len(exons_of.get(name, []))):
            if exons_of[name][k] != exons_of[name][k - 1]:
                low = max(0, k - 8)
                oligos.add(reverse(sequence[low : low + 16]))
    sites = find_sites(index, sorted(oligos), max_mismatches=2, max_bulge=bulge)
    crossing = 0
    for row in sites.records():
        name, start, length = row["transcript"], row["start"], len(row["site"])
        if name.endswith(".pre"):
            assert (row["rna"], row["junctions"]) == ("pre-mRNA", 0)
            continue
        held = exons_of[name][start : start + length]
        assert (row["rna"], row["junctions"]) == ("mRNA", len(set(held)) - 1)
        crossing += row["junctions"] > 0
    assert crossing >= 5
    assert json.loads(sites.json()) == sites.records()


def test_a_perfect_site_over_a_junction_is_on_no_pre_mrna(tmp_path):
    made_up(tmp_path, 9)
    fasta = tmp_path / "t.fa"
    write_transcriptome(tmp_path / "genome.fa", tmp_path / "genes.gtf", fasta)
    mrna = next(r.sequence for r in read_fasta(fasta) if r.name == "P1")
    rows = find_sites(build_index(fasta), [reverse(mrna[20:40])], max_mismatches=0).records()
    assert {(r["rna"], r["junctions"]) for r in rows} == {("mRNA", 0), ("pre-mRNA", 0)}
    rows = find_sites(build_index(fasta), [reverse(mrna[42:58])], max_mismatches=0).records()
    assert [(r["rna"], r["junctions"]) for r in rows] == [("mRNA", 1)]


def test_the_nearest_site_of_a_gene_tells_it(tmp_path):
    made_up(tmp_path, 3)
    fasta = tmp_path / "t.fa"
    write_transcriptome(tmp_path / "genome.fa", tmp_path / "genes.gtf", fasta, pre_mrna=False)
    mrna = next(r.sequence for r in read_fasta(fasta) if r.name == "P1")
    oligo = read_oligo(reverse(mrna[42:58]), "lna 3-10-3")
    sites = find_sites(build_index(fasta), [oligo.sequence], max_mismatches=1)
    (hit,) = [h for h in gene_hits(sites, [oligo]) if h.distance == 0]
    assert (hit.gene, hit.junctions) == ("P", 1)


def test_a_fasta_that_names_none_gives_what_it_gave(tmp_path):
    fasta = tmp_path / "t.fa"
    fasta.write_text(">a gene_symbol:A\nACGTACGTAGCTAGCTAGCATCGATC\n")
    (row,) = find_sites(
        build_index(fasta), [reverse("ACGTACGTAGCTAGCT")], max_mismatches=0
    ).records()
    assert list(row) == ["oligo", "transcript", "start", "mismatches", "gu", "bulge", "site"]


def test_command_line(tmp_path):
    out = tmp_path / "syn.tgi"
    words = ["oligo", "index", str(EXAMPLES / "synthetic-gene.fa"), "--out", str(out)]
    made = CliRunner().invoke(
        cli, [*words, "--gtf", str(EXAMPLES / "synthetic-gene.gtf"), "--json"]
    )
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["transcripts"] >= 2
    wrong = CliRunner().invoke(cli, [*words, "--gtf", str(tmp_path / "nothing.gtf")])
    assert wrong.exit_code == 2
    with pytest.raises(SpecError):
        write_transcriptome(EXAMPLES / "tnfrsf1a.fa", EXAMPLES / "synthetic-gene.gtf", out)
