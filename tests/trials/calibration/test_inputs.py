"""The files of a calibration are read whole, and what is wrong in them is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tolerogen.diseases import Disease, load_disease
from tolerogen.errors import SpecError
from tolerogen.trials.calibration import read_inputs
from tolerogen.trials.calibration.inputs import Free


@pytest.fixture
def copied(tmp_path: Path) -> Disease:
    disease = load_disease("sjogren")
    folder = tmp_path / "sjogren"
    shutil.copytree(disease.folder, folder)
    return replace(disease, folder=folder)


def test_every_number_has_its_source() -> None:
    inputs = read_inputs(load_disease("sjogren"))
    assert all(item.source for item in inputs.free)
    assert all(item.source for item in inputs.observations)
    assert {o.trial_id for o in inputs.observations} == {t.trial_id for t in inputs.trials}


def test_no_free_parameter_belongs_to_one_drug() -> None:
    inputs = read_inputs(load_disease("sjogren"))
    model = {p.id for p in inputs.disease.parameters}
    assert {item.parameter for item in inputs.free} <= model


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("free.csv", "s_IL7_T4_em,", "s_IL7_T4_me,", "no parameter 's_IL7_T4_me'; did you mean"),
        ("free.csv", "s_IL7_T4_em,logit,0.2,0.8", "s_IL7_T4_em,logit,0.2,-1", "a positive number"),
        ("free.csv", "s_IL7_T4_em,logit", "s_IL7_T4_em,logot", "scale 'logot'"),
        ("free.csv", "q_IC,log,", "q_IC,logit,", "not between 0 and 1"),
        ("data.csv", "DAZ_POP1,", "DAZ_POP9,", "no such trial in trials.json"),
        ("data.csv", "dazodalibep 1500 mg,CD40L,essdai", "daz,CD40L,essdai", "no arm 'daz'"),
        ("data.csv", "difference,-2.2", "diference,-2.2", "kind 'diference'"),
        ("data.csv", "difference,-2.2", "difference,-2,2", "cannot be read"),
        ("data.csv", "difference,-2.2,0.92", "difference,-2.2,often", "'often' is not a number"),
    ],
)
def test_what_is_wrong_is_named(copied: Disease, file: str, old: str, new: str, said: str) -> None:
    path = copied.folder / "calibration" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=said):
        read_inputs(copied)


def test_a_disease_without_the_folder_says_so(copied: Disease) -> None:
    shutil.rmtree(copied.folder / "calibration")
    with pytest.raises(SpecError, match="no folder 'calibration'"):
        read_inputs(copied)


def test_scores_become_values_on_their_scale() -> None:
    share = Free("s", "logit", 0.3, 0.8, "assumed")
    rate = Free("k", "log", 2.0, 0.5, "assumed")
    assert share.values(np.array([0.0])) == pytest.approx(0.3)
    assert rate.values(np.array([1.0])) == pytest.approx(2 * np.exp(0.5))
    odds = share.values(np.array([1.0])) / (1 - share.values(np.array([1.0])))
    assert odds == pytest.approx(0.3 / 0.7 * np.exp(0.8))
