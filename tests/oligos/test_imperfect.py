"""Energies on imperfect RNA: by hand from the published steps, and what must hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.oligos import duplex, read_oligo
from tolerogen.oligos.imperfect import BULGE, hold
from tolerogen.oligos.letters import reverse_complement

OLIGO = "TGGCAAGCATCCTGTA"
SITE = "TACAGGATGCTTGCCA"
KINDS = ("dna", "lna 3-10-3", "moe 3-10-3", "moe/ps", "rna", "ome", "pmo")


def dg(enthalpy: float, entropy: float) -> float:
    return enthalpy - 310.15 * entropy / 1000


@pytest.mark.parametrize("kind", KINDS)
def test_a_perfect_site_has_the_energy_of_the_duplex(kind: str) -> None:
    oligo = read_oligo(OLIGO, kind)
    found = hold(oligo, SITE)
    assert found.energy == pytest.approx(duplex(oligo).energy)
    assert found.pairs == tuple((i, len(OLIGO) - 1 - i) for i in range(len(OLIGO)))


def test_a_mismatch_replaces_two_steps_by_the_published_ones() -> None:
    """C of the oligo against C: Sugimoto 1995 and Watkins 2011, added up by hand."""
    oligo = read_oligo(OLIGO, "dna")
    wrong = hold(oligo, "TACAGGATCCTTGCCA").energy  # oligo ..AAG C ATC.., RNA 3'..TTC C TAG..5'
    lost = dg(-8.0, -17.1) + dg(-10.4, -28.4)  # GC, CA
    put = dg(9.3, 27.6) + dg(-3.3, -14.3)  # dGC/rCC, dCA/rCT
    assert wrong - duplex(oligo).energy == pytest.approx(put - lost)


def test_a_wobble_costs_less_than_a_mismatch() -> None:
    oligo = read_oligo(OLIGO, "dna")
    wobble = hold(oligo, "TACAGGATGTTTGCCA").energy  # G of the oligo against U
    wrong = hold(oligo, "TACAGGATGATTGCCA").energy  # G against A
    assert duplex(oligo).energy < wobble < wrong


def test_a_base_more_costs_the_bulge() -> None:
    oligo = read_oligo(OLIGO, "dna")
    assert hold(oligo, "TACAGGATAGCTTGCCA").energy == pytest.approx(duplex(oligo).energy + BULGE[0])


@settings(max_examples=60, deadline=None)
@given(st.text("ACGT", min_size=8, max_size=30), st.sampled_from(KINDS))
def test_nothing_holds_an_oligo_firmer_than_room_around_its_site(text: str, kind: str) -> None:
    oligo = read_oligo(OLIGO, kind)
    alone, within = hold(oligo, text), hold(oligo, f"{text}{SITE}{text}")
    assert alone.energy <= 0
    assert within.energy <= duplex(oligo).energy + 1e-9
    for own, there in alone.pairs:
        assert reverse_complement(OLIGO[own]) == text[there]
