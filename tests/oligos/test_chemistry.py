"""The grammar of chemistry: what is read, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.oligos import read_oligo
from tolerogen.oligos.chemistry import LINKAGES, SUGARS


def test_a_gapmer_is_phosphorothioate_and_a_strand_of_dna_is_not() -> None:
    gapmer = read_oligo("GCCTCAGTCTGCTTCGCACC", "MOE 5-10-5")
    assert gapmer.sugars == "e" * 5 + "d" * 10 + "e" * 5
    assert set(gapmer.linkages) == {"s"}
    assert gapmer.gap == (5, 15)
    assert gapmer.recruits_rnase_h
    assert set(read_oligo("GCCTCAGTCTGCTTCGCACC").linkages) == {"o"}
    assert not read_oligo("GCCTCAGTCTGCTTCGCACC", "moe").recruits_rnase_h


def test_marks_and_sugar_letters_say_the_same() -> None:
    marked = read_oligo("+T+G+G+Caagcatcc+T+G+T+A")
    assert marked == read_oligo("TGGCAAGCATCCTGTA", "LLLLDDDDDDDDLLLL")
    assert marked == read_oligo("uggcaagcauccugua", "lna 4-8-4/ps")


@given(st.data())
def test_every_chemistry_reads_back(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 30))
    sequence = data.draw(st.text("ACGT", min_size=n, max_size=n))
    sugars = data.draw(st.text("".join(SUGARS), min_size=n, max_size=n))
    links = data.draw(st.text("".join(LINKAGES), min_size=n - 1, max_size=n - 1))
    oligo = read_oligo(sequence, f"{sugars}/{links}")
    assert (oligo.sugars, oligo.linkages) == (sugars, links)
    assert read_oligo(sequence, oligo.chemistry) == oligo


@pytest.mark.parametrize(
    ("sequence", "chemistry", "said"),
    [
        ("ACGTACGT", "moe 5-10-5", "8 bases"),
        ("ACGTACGT", "gapmer", "ambiguous"),
        ("ACgtacGT", "dna", "ambiguous"),
        ("ACGTACGT", "ddd", "are for 3"),
        ("+A+CGTACGT", "dddddddd", "Leave one"),
        ("ACGTACGT", "dna/sso", "7 of the letters"),
        ("ACGXACGT", "dna", "position 4 is 'X'"),
        ("ACGNACGT", "dna", "definite base"),
        ("ACG+", "dna", "before the base"),
        ("MTILGTTFGMVF", "dna", "protein"),
        ("", "dna", "empty"),
    ],
)
def test_refuses(sequence: str, chemistry: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        read_oligo(sequence, chemistry)
