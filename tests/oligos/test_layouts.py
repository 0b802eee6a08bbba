"""Which lengths a chemistry is tried with, and what each mechanism refuses."""

from __future__ import annotations

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import Record, design, read_lengths, read_region
from tolerogen.oligos.layouts import layouts


def test_an_open_gap_takes_what_the_length_leaves() -> None:
    assert layouts(["moe 5-*-5"], range(14, 23), "rnase-h") == tuple(
        (f"moe 5-{n - 10}-5", n) for n in range(17, 23)
    )
    assert layouts(["kkkddddddddddkkk"], [20], "rnase-h") == (("kkkddddddddddkkk", 16),)
    assert layouts(["pmo"], [18, 20], "steric") == (("pmo", 18), ("pmo", 20))


@pytest.mark.parametrize(
    ("kind", "mechanism", "said"),
    [
        ("moe", "rnase-h", "not a gapmer"),
        ("lna 3-10-3", "steric", "would cut"),
        ("lna 8-*-8", "rnase-h", "7 bases of DNA"),
        ("moo 5-10-5", "rnase-h", "not known"),
        ("gapmer", "rnase-h", "ambiguous"),
        ("moe", "cut", "mechanism 'cut'"),
    ],
)
def test_refuses(kind: str, mechanism, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        layouts([kind], [16, 17, 18], mechanism)


@pytest.mark.parametrize("text", ["", "x", "22-14", "3", "14-99", "14,15"])
def test_refuses_lengths(text: str) -> None:
    with pytest.raises(SpecError, match="lengths"):
        read_lengths(text)


def test_refuses_a_region() -> None:
    with pytest.raises(SpecError, match="region"):
        read_region("100")
    with pytest.raises(SpecError, match="does not lie"):
        design([Record("t", "t|X", "ACGT" * 20)], region=(10, 90))


def test_blockers_come_by_their_net_energy_and_within_the_region() -> None:
    record = Record("t", "t|X", "GCTTACGGATCCATTGCAGGTCCAATCGTAGGCTTACCGATTACGGCATTACCAGTTGCA")
    found = design([record], mechanism="steric", chemistries=["moe/ps"], region=(5, 45), top=8)
    assert all(c.rank is None and c.mechanism == "steric" for c in found)
    assert all(c.start >= 5 and c.start + len(c.oligo) <= 45 for c in found)
    nets = [c.net_energy for c in found]
    assert nets == sorted(nets)
    assert {len(c.oligo) for c in found} <= set(range(16, 21))


def test_every_chemistry_has_its_share() -> None:
    record = Record("t", "t|X", "GCTTACGGATCCATTGCAGGTCCAATCGTAGGCTTACCGATTACGGCATTACCAGTTGCA")
    found = design([record], chemistries=["lna 3-8-3", "moe 5-10-5"], top=6)
    assert sorted(len(c.oligo) for c in found) == [14, 14, 14, 20, 20, 20]
