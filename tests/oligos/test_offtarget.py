"""The search finds what trying every place finds: no more, no less."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.oligos.brute import COMPLEMENT, sites

from tolerogen.errors import SpecError
from tolerogen.oligos import TranscriptIndex, build_index, find_sites, open_index, save_index

ALPHABETS = ("ACGT", "AG", "ACGTN", "AACT", "A")  # even, repeats, holes, skewed, one base


def reverse(sequence: str) -> str:
    return "".join(COMPLEMENT[base] for base in reversed(sequence))


def indexed(folder: Path, records: list[tuple[str, str]]) -> TranscriptIndex:
    fasta = folder / "transcripts.fa"
    fasta.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in records))
    save_index(build_index(fasta), folder / "transcripts.tgi")
    return open_index(folder / "transcripts.tgi")


def altered(rnd: random.Random, site: str) -> str:
    """A site with up to three changes, and now and then a base more or less."""
    bases = list(site)
    for _ in range(rnd.randint(0, 3)):
        bases[rnd.randrange(len(bases))] = rnd.choice("ACGT")
    where = rnd.randrange(1, len(bases) - 1)
    kind = rnd.randrange(4)
    if kind == 0:
        bases.insert(where, rnd.choice("ACGT"))
    elif kind == 1:
        bases.pop(where)
    return "".join(bases).replace("N", "A")


def case(seed: int, length: int) -> tuple[list[tuple[str, str]], list[str]]:
    rnd = random.Random(seed)
    alphabet = ALPHABETS[seed % len(ALPHABETS)]
    records = [
        (f"t{i}", "".join(rnd.choice(alphabet) for _ in range(rnd.choice([3, length, 150]))))
        for i in range(5)
    ]
    long = [sequence for _, sequence in records if len(sequence) >= length]
    oligos = []
    for _ in range(3 if long else 0):
        text = rnd.choice(long)
        start = rnd.choice([0, len(text) - length, rnd.randint(0, len(text) - length)])
        site = altered(rnd, text[start : start + length])
        oligos.append(reverse(site))
    return records, oligos or ["ACGT" * 4]


@pytest.mark.parametrize("length", range(14, 23))
@pytest.mark.parametrize("bulge", [0, 1])
def test_finds_exactly_what_brute_force_finds(tmp_path: Path, length: int, bulge: int) -> None:
    seen = 0
    for seed in range(length, length + len(ALPHABETS)):
        records, oligos = case(seed, length)
        index = indexed(tmp_path, records)
        everything = sites(records, oligos, 3, bulge)
        for limit in range(4):
            found = find_sites(index, oligos, max_mismatches=limit, max_bulge=bulge)
            rows = [tuple(row.values()) for row in found.records()]
            expected = {row for row in everything if row[3] + row[4] <= limit}
            assert set(rows) == expected
            if len(set(oligos)) == len(oligos):
                assert len(rows) == len(expected)
            seen += len(expected)
    assert seen > 100


def test_no_site_crosses_from_one_transcript_into_the_next(tmp_path: Path) -> None:
    site = "TACAGGATGCTTGCCA"
    index = indexed(tmp_path, [("a", "CCC" + site[:8]), ("b", site[8:] + "GGG"), ("c", site)])
    found = find_sites(index, [reverse(site)], max_mismatches=0)
    assert [(row["transcript"], row["start"]) for row in found.records()] == [("c", 0)]


def test_wobbles_are_a_class_of_their_own(tmp_path: Path) -> None:
    # the oligo's T against G, its G against U, and one true mismatch
    site, found_there = "TACAGGATGCTTGCCA", "TGCAGGATGTTTGCCT"
    index = indexed(tmp_path, [("t", found_there)])
    [row] = find_sites(index, [reverse(site)], max_mismatches=3).records()
    assert (row["mismatches"], row["gu"]) == (1, 2)


def test_threads_do_not_change_the_result(tmp_path: Path) -> None:
    rnd = random.Random(5)
    text = "".join(rnd.choice("ACGT") for _ in range(300_000))
    index = indexed(tmp_path, [("t", text)])
    oligos = [reverse(text[i : i + 18]) for i in range(0, 2000, 100)]
    one = find_sites(index, oligos, threads=1).records()
    assert find_sites(index, oligos, threads=2).records() == one
    assert {row["start"] for row in one} >= set(range(0, 2000, 100))


def test_json_is_the_records(tmp_path: Path) -> None:
    import json

    index = indexed(tmp_path, [("t", "TACAGGATGCTTGCCATACAGGATGCTTGCCA")])
    found = find_sites(index, ["TGGCAAGCATCCTGTA", "TGGCAAGCATCCTGTT"], max_bulge=1)
    assert json.loads(found.json()) == found.records()
    assert json.loads(find_sites(index, ["G" * 16], max_mismatches=0).json()) == []


def test_isoforms_collapse_to_genes(tmp_path: Path) -> None:
    site = "TACAGGATGCTTGCCA"
    index = indexed(tmp_path, [("a|X", site), ("b|X", "AA" + site), ("c|Y", site[:-1] + "C")])
    genes = find_sites(index, [reverse(site)], max_mismatches=1).genes()
    table = {row.gene: (row.distance, row.transcripts, row.sites) for row in genes.itertuples()}
    assert table == {"X": (0, 2, 2), "Y": (1, 1, 1)}


@pytest.mark.parametrize(
    ("oligo", "limits", "said"),
    [
        ("ACGT", {}, "has 4 bases"),
        ("ACGTACGTNACGTACG", {}, "definite base"),
        ("ACGTACGTACGTACGT", {"max_mismatches": 4}, "0 to 3"),
        ("ACGTACGTACGTACGT", {"max_bulge": 2}, "0 or 1"),
    ],
)
def test_refuses(tmp_path: Path, oligo: str, limits: dict[str, int], said: str) -> None:
    index = indexed(tmp_path, [("t", "ACGT" * 10)])
    with pytest.raises(SpecError, match=said):
        find_sites(index, [oligo], **limits)
