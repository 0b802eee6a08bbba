"""``tolerogen oligo``: the JSON that machines read, and how mistakes are told."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Refused = Callable[..., str]
SITE = "TACAGGATGCTTGCCA"


@pytest.fixture
def index_file(run: Run, tmp_path: Path) -> Path:
    fasta = tmp_path / "t.fa"
    fasta.write_text(f">t1|X\nGG{SITE}GG\n>t2|Y\n{SITE[:-1]}C\n")
    result = run("oligo", "index", fasta, "--out", tmp_path / "t.tgi", "--json")
    assert json.loads(result.stdout)["bases"] == 36
    return tmp_path / "t.tgi"


def test_tm_of_a_table(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "oligos.csv"
    table.write_text(
        "sequence,chemistry,target_rna\n"
        f"+T+G+G+Caagcatcc+T+G+T+A,,{SITE.lower()}\n"
        "TGGCAAGCATCCTGTA,lllldddddddd" + "llll,\n"
    )
    first, second = json.loads(run("oligo", "tm", table, "--json").stdout)
    assert list(first) == ["sequence", "chemistry", "tm_C", "dG37_kcal", "uncertainty_C"]
    assert first["sequence"] == "+T+G+G+Caagcatcc+T+G+T+A"
    assert first["tm_C"] == second["tm_C"]
    assert 70 < first["tm_C"] < 90


def test_offtarget(run: Run, index_file: Path) -> None:
    result = run("oligo", "offtarget", "TGGCAAGCATCCTGTA", "--index", index_file, "--json")
    first, second = json.loads(result.stdout)
    assert first == {
        "oligo": "TGGCAAGCATCCTGTA",
        "transcript": "t1|X",
        "start": 2,
        "mismatches": 0,
        "gu": 0,
        "bulge": 0,
        "site": SITE,
    }
    assert (second["mismatches"], second["start"]) == (1, 0)
    gapmer = ("--chemistry", "lna 3-10-3", "--genes", "--json")
    found = run("oligo", "offtarget", "TGGCAAGCATCCTGTA", "--index", index_file, *gapmer)
    genes = json.loads(found.stdout)
    assert [(g["gene"], g["where"]) for g in genes] == [("X", "none"), ("Y", "wing")]
    assert genes[1]["low"] < genes[1]["probability"] < genes[1]["high"]
    people = run("oligo", "offtarget", "TGGCAAGCATCCTGTA", "--index", index_file)
    assert "2 sites in 2 genes" in people.stdout


def test_rank(run: Run, tmp_path: Path) -> None:
    fasta, table = tmp_path / "t.fa", tmp_path / "oligos.csv"
    fasta.write_text(f">t1|X\nGGATTCA{SITE}GGACCATTGCA\n")
    table.write_text("aso_5to3,target\nTGGCAAGCATCCTGTA,X\nGGGGGGGGGGGGGGGG,\n")
    first, second = json.loads(run("oligo", "rank", table, "--transcripts", fasta, "--json").stdout)
    assert list(first) == ["sequence", "score", "low", "high"]
    assert first["sequence"] == "TGGCAAGCATCCTGTA"
    assert first["score"] > second["score"]
    assert "unlike the data" in run("oligo", "rank", table, "--transcripts", fasta).stdout


def test_risk(run: Run) -> None:
    words = ("oligo", "risk", "GCCTCAGTCTGCTTCGCACC", "--chemistry", "moe 5-10-5")
    [found] = json.loads(run(*words, "--json").stdout)
    assert found["sequence"] == "GCCTCAGTCTGCTTCGCACC"
    assert {"risk", "level", "reason", "accuracy"} == set(found["flags"][0])
    assert "not predictable" in run(*words).stdout


def test_design(run: Run, index_file: Path, tmp_path: Path) -> None:
    fasta = tmp_path / "target.fa"
    fasta.write_text(f">t1|X\nGG{SITE}GG\n")
    words = ("oligo", "design", fasta, "--chemistry", "lna 3-10-3", "--offtargets", index_file)
    found = json.loads(run(*words, "--top", 5, "--json").stdout)
    by_start = {row["start"]: row for row in found}
    assert by_start[2]["sequence"] == "TGGCAAGCATCCTGTA"
    assert by_start[2]["other_genes"] == [0, 1, 0, 0]
    assert "Oligos against X" in run(*words).stdout


def test_mistakes(refused: Refused, index_file: Path, tmp_path: Path) -> None:
    protein = tmp_path / "p.fa"
    protein.write_text(">p\nMTILGTTFGMVFSLLQVVSG\n")
    assert "protein" in refused("oligo", "index", protein)
    assert not (tmp_path / "p.tgi").exists()
    assert "no file" in refused("oligo", "offtarget", "none.csv", "--index", index_file)
    assert "cannot be read" in refused("oligo", "offtarget", "ACGTACGTAC", "--index", "none.tgi")
    table = tmp_path / "bad.csv"
    table.write_text("sequence,chemistry\nACGTACGT,dna\nACGTACGX,dna\n")
    assert "line 3" in refused("oligo", "tm", table)
    table.write_text("sequence,target_rna\nACGTACGTAA,ACGTACGTAA\n")
    assert "complement" in refused("oligo", "tm", table)


HEAD = "##fileformat=VCFv4.2\n##contig=<ID=c1>\n"
COLUMNS = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT P".replace(" ", "\t") + "\n"


@pytest.fixture
def person(tmp_path: Path) -> tuple[object, ...]:
    """A synthetic gene of two exons on a genome, and a person with a variant in the first."""
    genome, genes, calls = (tmp_path / n for n in ("g.fa", "g.gtf", "p.vcf"))
    first, second = "GGATTCATACAGGATGCTTGCC", "AGGACCATTGCAGTCTAGCATT"
    genome.write_text(f">c1\n{first}GTAAGTTTAG{second}\n")
    told = 'gene_id "G"; transcript_id "T"; gene_name "SYN";'
    genes.write_text(f"c1\tx\texon\t1\t22\t.\t+\t.\t{told}\nc1\tx\texon\t33\t54\t.\t+\t.\t{told}\n")
    calls.write_text(HEAD + COLUMNS + "c1\t5\t.\tT\tC\t.\tPASS\t.\tGT\t0|1\n")
    return genome, "--gtf", genes, "--vcf", calls


def test_transcripts_of_a_person(run: Run, person: tuple[object, ...], tmp_path: Path) -> None:
    out = tmp_path / "mrna.fa"
    one, two = json.loads(run("oligo", "transcripts", *person, "--out", out, "--json").stdout)
    assert (one["variants"], two["variants"]) == ([], ["c1:5 T>C"])
    assert one["mrna"] == "GGATTCATACAGGATGCTTGCCAGGACCATTGCAGTCTAGCATT"
    assert two["genome_blocks"] == [[0, 22], [32, 54]]
    assert out.read_text().startswith(">T.1 gene_symbol:SYN\nGGATT")
    assert "known" in run("oligo", "transcripts", *person).stdout


def test_design_keeps_to_what_both_haplotypes_share(
    run: Run, person: tuple[object, ...], refused: Refused
) -> None:
    words = ("oligo", "design", *person, "--chemistry", "lna 3-10-3", "--top", 50)
    found = json.loads(run(*words, "--json").stdout)
    # 29 sites in 44 bases; the five that cover base 5 differ between the haplotypes.
    assert sorted(row["start"] for row in found) == list(range(5, 29))
    across = next(row for row in found if row["start"] == 20)
    assert across["genome_spans"] == [[20, 22], [32, 46]]
    assert found[0]["haplotypes"] == ["1", "2"]
    person[-1].write_text(HEAD + COLUMNS + "c1\t5\t.\tA\tC\t.\t.\t.\tGT\t0|1\n")
    assert "different builds" in refused(*words)


def test_therapy(run: Run, tmp_path: Path, refused: Refused) -> None:
    fasta, out = tmp_path / "target.fa", tmp_path / "mine.toml"
    fasta.write_text(f">t1|X\nGGATTCA{SITE}GGACCATTGCA\n")
    words = ("oligo", "therapy", fasta, "TGGCAAGCATCCTGTA", "--node", "BAFF", "--cells")
    gapmer = ("--chemistry", "lna 3-10-3", "--galnac")
    found = json.loads(run(*words, "hepatocyte", *gapmer, "--out", out, "--json").stdout)
    assert found["therapy"]["action"] == "knock_down"
    assert found["candidate"]["start"] == 7
    assert "knocks down" in run("therapy", "show", out).stdout
    assert "barely enters lymphocytes" in run(*words, "lymphocyte", *gapmer).stdout.replace(
        "\n", ""
    )
    assert "Known: hepatocyte" in refused(*words, "neuron", *gapmer)


def test_design_of_one_allele_with_its_report(
    run: Run, person: tuple[object, ...], tmp_path: Path, refused: Refused
) -> None:
    out = tmp_path / "report"
    words = ("oligo", "design", *person, "--chemistry", "lna 3-*-3", "--lengths", "14-15")
    found = json.loads(run(*words, "--allele", "2", "--out", out, "--top", 5, "--json").stdout)
    assert all(row["haplotypes"] == ["2"] for row in found)
    assert found[0]["allele"]["spared"][0]["haplotype"] == "1"
    assert found[0]["allele"]["gap_kcal"] > 0
    assert json.loads((out / "candidates.json").read_text()) == found
    assert "gap, kcal/mol" in run(*words, "--allele", "c1:5").stdout
    assert "not empty" in refused(*words, "--allele", "2", "--out", out)
    assert "no haplotype" in refused(*words, "--allele", "7")
    assert "lengths" in refused("oligo", "design", *person, "--lengths", "long")
    assert "ambiguous" in refused("oligo", "design", *person, "--chemistry", "gapmer")


def test_design_of_a_blocker(run: Run, person: tuple[object, ...], refused: Refused) -> None:
    words = ("oligo", "design", *person, "--mechanism", "steric", "--region", "5-40")
    [best, *_] = json.loads(run(*words, "--chemistry", "pmo", "--lengths", "18", "--json").stdout)
    assert (best["score"], best["mechanism"]) == (None, "steric")
    assert best["net_kcal"] == pytest.approx(best["dG37_kcal"] + best["opening_kcal"], abs=0.02)
    assert "would cut" in refused(*words, "--chemistry", "lna 3-10-3")


def test_splice(run: Run, refused: Refused) -> None:
    folder = Path(__file__).resolve().parents[2] / "examples"
    words = ("oligo", "splice", folder / "synthetic-gene.fa", "--gtf")
    words += (folder / "synthetic-gene.gtf", "--vcf", folder / "synthetic-patient.vcf")
    found = json.loads(run(*words, "--exon", 3, "--top", 2, "--json").stdout)
    assert [c["haplotype"] for c in found["consequences"]] == ["1", "2"]
    assert found["consequences"][0]["frame"] == "shifted"
    assert found["windows"][0]["effect"] < 0
    people = run(*words, "--exon", 3, "--direction", "include", "--top", 2).stdout
    assert "Exon 3 of SYNT1 left out" in people
    assert "silencer hnRNP A1" in people
    assert "is the first" in refused(*words, "--exon", 1)


def test_order(run: Run, tmp_path: Path, refused: Refused) -> None:
    table = tmp_path / "oligos.csv"
    table.write_text("name,sequence,chemistry\none,TGGCAAGCATCCTGTA,lna 3-10-3\n")
    out = tmp_path / "order.xlsx"
    [line] = json.loads(
        run("oligo", "order", table, "--out", out, "--first", "B2", "--json").stdout
    )
    assert (line["well"], line["name"]) == ("B2", "one")
    assert line["order"].startswith("+T*+G*+G*C*A")
    assert out.read_bytes().startswith(b"PK")
    assert "B2" in run("oligo", "order", table, "--first", "B2").stdout
    assert "no code for cEt" in refused("oligo", "order", "ACGTACGTACGTACGT", "--chemistry", "cet")
    assert ".xlsx or .csv" in refused("oligo", "order", table, "--out", tmp_path / "x.txt")


def test_conserve(run: Run, tmp_path: Path, refused: Refused) -> None:
    mouse = tmp_path / "m.fa"
    mouse.write_text(f">a|x\nGG{SITE[:8]}C{SITE[9:]}\n")
    words = ("oligo", "conserve", "TGGCAAGCATCCTGTA", "--gene", "X", "--chemistry", "lna 3-10-3")
    [row] = json.loads(run(*words, "--species", f"mouse={mouse}", "--json").stdout)
    [site] = row["species"]
    assert (site["species"], site["verdict"], site["where"]) == ("mouse", "changed site", "gap")
    assert site["lost_kcal"] > 2
    assert "changed site" in run(*words, "--species", f"mouse={mouse}").stdout
    assert "NAME=FILE" in refused(*words, "--species", "mouse")


def test_accessibility(run: Run, tmp_path: Path, refused: Refused) -> None:
    fasta, table = tmp_path / "t.fa", tmp_path / "sites.csv"
    fasta.write_text(">t\nGGGGCGAAAAACGCCCC\n")
    words = ("oligo", "accessibility", fasta, "--length", 5, "--window", 17, "--span", 17)
    rows = json.loads(run(*words, "--json").stdout)
    assert [row["start"] for row in rows] == list(range(13))
    assert max(rows, key=lambda row: row["probability"])["start"] == 6
    assert "Most open of 13 sites" in run(*words, "--out", table).stdout
    with table.open() as handle:
        assert [row["start"] for row in csv.DictReader(handle)] == [str(k) for k in range(13)]
    assert "larger window" in refused(*words[:3], "--length", 90)
    assert "does not begin" in refused(*words, "--energies", fasta)
