"""Sites collapsed to genes: the nearest, where it differs, who makes it, what may happen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import (
    build_index,
    expected_falls,
    find_sites,
    gene_hits,
    hit_share,
    read_expression,
    read_oligo,
)
from tolerogen.oligos.nearest import counts_by_distance

SITE = "TACAGGATGCTTGCCA"
LNA = read_oligo("TGGCAAGCATCCTGTA", "lna 3-10-3")


@pytest.fixture
def index(tmp_path: Path):
    fasta = tmp_path / "t.fa"
    records = {
        "a|X": "GG" + SITE,
        "b|X": SITE + "AAGG" + SITE[:-1] + "T",
        "c|Y": SITE[:8] + "C" + SITE[9:],  # G to C, base 8 of the oligo: the gap
        "d|Z": "CAC" + SITE[3:],  # T to C, first base of the site, last of the oligo: the wing
        "e|W": SITE[:8] + "T" + SITE[8:],  # a base more
    }
    fasta.write_text("".join(f">{name}\n{text}\n" for name, text in records.items()))
    return build_index(fasta)


def test_isoforms_collapse_to_the_nearest_site(index) -> None:
    sites = find_sites(index, [LNA.sequence], max_mismatches=3, max_bulge=1)
    found = {hit.gene: hit for hit in gene_hits(sites, [LNA])}
    assert found["X"].transcripts == ("a|X", "b|X")
    assert (found["X"].distance, found["X"].sites, found["X"].where) == (0, 2, "none")
    assert (found["Y"].where, found["Y"].pairing.changed) == ("gap", (8,))
    assert (found["Z"].where, found["Z"].mismatches) == ("wing", 1)
    assert found["W"].bulge == 1
    assert found["Y"].share == hit_share(1)
    assert all(h.gene != "X" for h in gene_hits(sites, [LNA], leave_out="X"))


def test_counts_are_those_of_the_hits(index) -> None:
    sites = find_sites(index, [LNA.sequence, "GGGGGGGGGGGGGGGG"])
    hits = gene_hits(sites.only(0), [LNA], leave_out="X")
    [own, none] = counts_by_distance(sites, "X")
    assert own == tuple(sum(h.distance == d for h in hits) for d in range(4))
    assert none == (0, 0, 0, 0)
    assert len(sites.only(1)) == 0


def test_a_blocker_has_no_share_and_no_gap(index) -> None:
    blocker = read_oligo(LNA.sequence, "moe/ps")
    hits = gene_hits(find_sites(index, [LNA.sequence]), [blocker])
    assert all(hit.share is None for hit in hits)
    assert {hit.where for hit in hits} == {"none", "site"}


def test_tissues(index, tmp_path: Path) -> None:
    table = tmp_path / "tpm.gct"
    table.write_text(
        "#1.2\n2\t2\nName\tDescription\tliver\tbrain\nENSG01.3\tY\t12.5\t0.1\nENSG02.1\tZ\t0\t0.2\n"
    )
    made = read_expression(table)
    assert made.of("ENSG01.9") == made.of("Y") == {"liver": 12.5, "brain": 0.1}
    assert (made.where("Y"), made.where("Z"), made.where("none")) == (("liver",), (), None)
    hits = gene_hits(find_sites(index, [LNA.sequence]), [LNA], expression=made, leave_out="X")
    by_gene = {hit.gene: hit.tissues for hit in hits}
    assert by_gene == {"Y": {"liver": 12.5, "brain": 0.1}, "Z": {"liver": 0.0, "brain": 0.2}}
    middle, low, high = expected_falls(hits, "liver")
    assert (middle, low, high) == (hit_share(1).share, hit_share(1).low, hit_share(1).high)
    assert expected_falls(hits)[0] == pytest.approx(hit_share(1).share * 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "column 'gene'"),
        ("gene,liver\nY,lots\n", "not a number"),
        ("gene,liver\nY,-1\n", "not a number"),
        ("gene,liver\nY\n", "columns"),
    ],
)
def test_refuses_expression(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(SpecError, match=said):
        read_expression(path)
