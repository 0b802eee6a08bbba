"""Local folding against a list of all structures, and against RNAplfold where that is installed."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest
from tests.oligos.structure_energies import unpaired_by_listing

from tolerogen.errors import SpecError
from tolerogen.oligos import open_sites, opening_energy, read_fasta
from tolerogen.oligos.accessibility import BROUGHT, fold_once, opening_profile
from tolerogen.oligos.structure import KT, read_energies, rule_energies, unpaired

MULTILOOP = "GGGAGCAAAGCAGCAAAGCACCC"


def some_rna(length, seed, letters="ACGU"):
    draw = random.Random(seed)
    return "".join(draw.choice(letters) for _ in range(length))


@pytest.fixture(scope="module")
def easy():
    """Rules with multiloops made cheap, so that short sequences have them, and odd numbers."""
    return dataclasses.replace(
        rule_energies(),
        multi_closing=-350.0,
        multi_branch=-120.0,
        multi_base=13.0,
        special={"CAAAG": -70.0, "GAAAAC": 40.0},
    )


@pytest.mark.parametrize(
    ("sequence", "window", "span"),
    [
        *((some_rna(16, seed, "ACGGCU"), 14, 14) for seed in range(4)),
        (some_rna(20, 7, "GCGCAU"), 15, 11),
        ("GGAGAAAUACC", 11, 11),
        ("GGAAGAAAUCAACC", 14, 14),
        ("GCAAGGAAACAGC", 13, 13),
        ("GCAAAAGGGAAACCAAGC", 18, 18),
        (MULTILOOP, 23, 23),
    ],
)
def test_equals_the_sum_over_all_structures(easy, sequence, window, span):
    listed = unpaired_by_listing(sequence, 6, easy, window, span)
    np.testing.assert_allclose(unpaired(sequence, 6, easy, window, span), listed, rtol=1e-10)


def test_a_multiloop_is_among_them(easy):
    from tests.oligos.structure_energies import structures

    listed = structures(MULTILOOP, 0, len(MULTILOOP), 23)
    assert any(len(one) > 5 and one[0][1] == len(MULTILOOP) - 1 for one in listed)
    never = dataclasses.replace(easy, multi_closing=1e5)
    one, other = (unpaired(MULTILOOP, 3, e, 23, 23) for e in (easy, never))
    assert np.nanmax(np.abs(one - other)) > 0.01


@pytest.fixture(scope="module")
def turner(tmp_path_factory):
    """The full tables, from ViennaRNA where it is installed."""
    rna = pytest.importorskip(
        "RNA", reason="ViennaRNA is not installed; pip install ViennaRNA compares with RNAplfold"
    )
    path = tmp_path_factory.mktemp("energies") / "turner2004.par"
    rna.params_save(str(path))
    return rna, read_energies(path)


def plfold(rna, sequence, longest, window, span):
    told = rna.pfl_fold_up(sequence, longest, window, span)
    n = len(sequence)
    found = np.full((n, longest), np.nan)
    for i in range(n):
        for u in range(1, min(longest, n - i) + 1):
            found[i, u - 1] = told[i + u][u]
    return found


@pytest.mark.parametrize(
    ("length", "window", "span", "longest", "seed"),
    [(12, 12, 12, 4, 1), (60, 60, 60, 10, 2), (300, 80, 40, 20, 3), (400, 200, 150, 30, 4)],
)
def test_agrees_with_rnaplfold(turner, length, window, span, longest, seed):
    rna, energies = turner
    sequence = some_rna(length, seed)
    mine = unpaired(sequence, longest, energies, window, span)
    np.testing.assert_allclose(mine, plfold(rna, sequence, longest, window, span), rtol=1e-6)


def test_agrees_where_a_base_is_unknown(turner):
    rna, energies = turner
    sequence = some_rna(80, 5) + "N" + some_rna(30, 6) + "NN" + some_rna(60, 7)
    mine = unpaired(sequence, 12, energies, 70, 50)
    np.testing.assert_allclose(mine, plfold(rna, sequence, 12, 70, 50), rtol=1e-6)


def test_rules_are_close_to_the_full_tables(turner):
    _, energies = turner
    costs = [
        -KT * np.log(unpaired(some_rna(1500, 8), 20, by)[:1481, 19])
        for by in (energies, rule_energies())
    ]
    assert np.corrcoef(costs)[0, 1] > 0.97


def test_a_site_alone_is_as_within_its_transcript():
    sequence = some_rna(400, 11)
    whole = opening_profile(sequence, 18)
    alone = [opening_energy(sequence, start, 18) for start in (0, 7, 61, 200, 330, 382)]
    np.testing.assert_allclose(alone, whole[[0, 7, 61, 200, 330, 382]], rtol=1e-9)
    fold_once(sequence, 1000)
    assert opening_energy(sequence, 200, 18) == pytest.approx(whole[200], rel=1e-12)


def test_a_stem_is_closed_and_a_stretch_of_a_is_open():
    stem = "AAAAAAGGGCGCGCAAAAGCGCGCCCAAAAAA"
    assert opening_energy(stem, 6, 8) > 5
    assert opening_energy("A" * 60, 20, 18) == pytest.approx(0, abs=1e-9)
    assert opening_energy("N" * 60, 20, 18) == pytest.approx(0, abs=1e-9)


def test_long_sites_and_short_transcripts_fold_too():
    assert opening_energy("GGGGAAAACCCC" * 12, 4, 120) > 0
    assert opening_energy("GGGAAACCC", 0, 9) >= 0


def test_refuses_what_does_not_fit():
    with pytest.raises(SpecError, match="does not lie"):
        opening_energy("ACGT" * 5, 10, 18)
    with pytest.raises(SpecError, match="span"):
        unpaired("ACGU" * 10, 4, rule_energies(), 20, 30)
    with pytest.raises(SpecError, match="stretch"):
        unpaired("ACGU" * 10, 40, rule_energies(), 20, 20)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# stack\n", "does not begin"),
        ("## RNAfold parameter file v2.0\n# stack\n1 2 3\n", "'stack' has 3 numbers, 49"),
        ("## RNAfold parameter file v2.0\n# stack\n" + "x " * 49, "'stack': could not convert"),
        ("## RNAfold parameter file v2.0\n", "has no table 'stack'"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, monkeypatch, text, why):
    path = tmp_path / "energies.par"
    path.write_text(text)
    with pytest.raises(SpecError, match=why):
        read_energies(path)
    monkeypatch.setenv(BROUGHT, str(path))
    with pytest.raises(SpecError, match=r"energies\.par"):
        opening_energy("ACGU" * 10, 0, 4)


def test_rows_of_all_sites(tmp_path):
    path = tmp_path / "two.fa"
    path.write_text(">a\nGGGGAAAACCCC\n>b\nACGU\n".replace("U", "T"))
    rows = list(open_sites(read_fasta(path), [4, 6], 12, 12))
    assert [(r.transcript, r.length) for r in rows].count(("a", 4)) == 9
    assert [(r.transcript, r.length) for r in rows].count(("b", 6)) == 0
    loop = next(r for r in rows if r.transcript == "a" and r.start == 4 and r.length == 4)
    assert loop.probability > 0.9
    assert loop.opening == pytest.approx(-KT * np.log(loop.probability))
