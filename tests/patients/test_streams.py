"""Random numbers belong to patients, and are random."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tolerogen.patients import STRIDE, normals
from tolerogen.patients.streams import uniforms


@given(
    st.integers(0, 2**70),
    st.lists(st.integers(0, 3 * STRIDE), min_size=1, max_size=6, unique=True),
    st.integers(0, 5),
)
@settings(max_examples=30, deadline=None)
def test_a_patient_is_the_same_in_any_company(seed: int, patients: list[int], slot: int) -> None:
    together = normals(seed, "x", np.array(patients), (slot, 9))
    alone = [normals(seed, "x", np.array([patient]), (slot,))[0, 0] for patient in patients]
    assert np.array_equal(together[:, 0], alone)


def test_it_is_the_generator_of_numpy_read_at_the_patients_place() -> None:
    bits = np.random.PCG64DXSM(np.random.SeedSequence(3, spawn_key=(crc32(b"x"),)))
    in_order = np.random.Generator(bits).random(50)
    assert np.allclose(uniforms(3, "x", np.arange(50))[:, 0], in_order, atol=2**-52)


def test_numbers_are_normal_and_independent_between_patients_slots_quantities_seeds() -> None:
    n = 20_000
    here = normals(1, "a", np.arange(n), (0, 1, 2))
    assert stats.kstest(here[:, 0], "norm").pvalue > 1e-3
    others = [
        here[:, 1],
        here[:, 2],
        normals(1, "b", np.arange(n))[:, 0],
        normals(2, "a", np.arange(n))[:, 0],
        normals(1, "a", np.arange(n) + STRIDE)[:, 0],
        np.roll(here[:, 0], 1),
    ]
    for other in others:
        assert abs(np.corrcoef(here[:, 0], other)[0, 1]) < 4 / np.sqrt(n)
        assert abs(np.corrcoef(here[:, 0] ** 2, other**2)[0, 1]) < 5 / np.sqrt(n)


def test_nobody_gives_nothing() -> None:
    assert normals(1, "a", np.array([], dtype=np.int64), (0, 1)).shape == (0, 2)
