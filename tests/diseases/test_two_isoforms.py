"""The IL-7 receptor in two isoforms: what splice-switching and silencing oligos leave of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen import engine
from tolerogen.diseases import load_disease

SEEN = ["IL7R", "sIL7R", "IL7_signal", "T4_naive"]
SHARE = 0.1  # f_sIL7R_RNA


def settled(**handles: float) -> dict[str, float]:
    """Return values after 20 days with handles held, over those without."""
    disease = load_disease("sjogren")
    patient = pd.DataFrame([{**disease.state("disease"), **handles}])
    model = engine.load_model(disease.model)
    data = engine.simulate(model, patient, [], [0.0, 20.0], SEEN, rtol=1e-8)
    return {name: float(data[name][0, -1] / data[name][0, 0]) for name in SEEN}


@pytest.fixture(scope="module")
def shifted() -> dict[str, float]:
    return settled(shift_IL7R=0.5)


def test_the_membrane_receptor_falls_by_what_is_shifted(shifted):
    assert shifted["IL7R"] == pytest.approx(0.5, rel=0.02)  # less what T cells lose meanwhile


def test_the_soluble_receptor_takes_what_is_shifted(shifted):
    rest = np.exp(-0.5 * 20)  # k_sIL7R: not yet at rest
    target = 1 + 0.5 * (1 - SHARE) / SHARE
    assert shifted["sIL7R"] == pytest.approx(target + (1 - target) * rest, rel=0.03)


def test_rna_that_is_gone_makes_neither():
    gone = settled(silence_IL7R=0.5)
    assert gone["IL7R"] == pytest.approx(0.5, rel=0.02)
    assert gone["sIL7R"] == pytest.approx(0.5, rel=0.03)


def test_cells_cannot_tell_a_shift_from_a_knock_down(shifted):
    gone = settled(silence_IL7R=0.5)
    assert shifted["T4_naive"] == pytest.approx(gone["T4_naive"], rel=1e-6)
    assert shifted["T4_naive"] < 1


def test_without_an_oligo_nothing_moves():
    still = settled()
    assert all(value == pytest.approx(1, rel=1e-3) for value in still.values())
