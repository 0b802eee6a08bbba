"""Dimers and hairpins: by hand from the published steps, and by trying everything."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.oligos import dimer_energy, hairpin_energy, read_oligo
from tolerogen.oligos.letters import reverse_complement
from tolerogen.oligos.thermodynamics import BODY, stacks


def test_a_palindrome_pairs_with_its_copy() -> None:
    enthalpy, entropy = stacks("GAATTC", "dna_dna")
    expected = enthalpy - BODY * entropy / 1000
    assert dimer_energy(read_oligo("GAATTC")) == pytest.approx(expected)
    assert dimer_energy(read_oligo("TTGAATTCTT")) == pytest.approx(expected)


@settings(max_examples=50, deadline=None)
@given(st.text("ACGT", min_size=8, max_size=18))
def test_the_firmest_dimer_of_all_windows(sequence: str) -> None:
    oligo = read_oligo(sequence)
    runs = {sequence[i:j] for i in range(len(sequence)) for j in range(i + 2, len(sequence) + 1)}
    both = [run for run in runs if reverse_complement(run) in sequence]
    energies = [h - BODY * s / 1000 for h, s in (stacks(run, "dna_dna") for run in both)]
    assert dimer_energy(oligo) == pytest.approx(min([0.0, *energies]))


def test_hairpins_need_a_loop_of_three() -> None:
    assert hairpin_energy(read_oligo("GGGGCCCC")) == 0
    steps = 3 * (-8.0 + BODY * 19.9 / 1000)  # GG three times
    assert hairpin_energy(read_oligo("GGGGAAACCCC")) == pytest.approx(steps + 5.4)
