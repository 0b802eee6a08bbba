"""Numbers in the placebo file are changed where they stand, and nothing else."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError
from tolerogen.trials.calibration import read_inputs
from tolerogen.trials.calibration.clinic import recruit
from tolerogen.trials.calibration.placebo import Seen, _figure, _free, _seen, with_numbers


def test_only_the_number_asked_for_changes() -> None:
    disease = load_disease("sjogren")
    text = (disease.folder / "placebo.toml").read_text(encoding="utf-8")
    names, before, _ = _free(disease)
    changed = tomllib.loads(with_numbers(text, names, 2 * before))
    same = tomllib.loads(text)
    for name, value in zip(names, before, strict=True):
        section, key = name.split(".")
        assert changed[section].pop(key) == pytest.approx(2 * value, rel=1e-3)
        same[section].pop(key)
    assert changed == same


def test_a_number_that_is_not_there_is_named() -> None:
    with pytest.raises(SpecError, match=r"there is no number response\.maen"):
        with_numbers("[response]\nmean = 1\n", ["response.maen"], np.array([1.0]))


def test_every_figure_has_a_source_and_a_trial() -> None:
    inputs = read_inputs(load_disease("sjogren"))
    known = {trial.trial_id for trial in inputs.trials}
    for item in _seen(inputs):
        assert item.source
        assert item.trial_id in known
        assert item.se > 0


def test_figures_of_a_placebo_arm_by_hand() -> None:
    disease = load_disease("sjogren")
    pool = recruit(disease, (), [12.0], size=80, trials=4, seed=3)
    values = pool.view.measure({})["essdai"]
    change = values[:, 1] - values[:, 0]
    item = Seen("t", "essdai", 12.0, "change", 0.0, 1.0, "", "made for this test")
    assert _figure(pool, item)[0] == pytest.approx(change.mean())
    fell = Seen("t", "essdai", 12.0, "fall_3", 0.0, 1.0, "essdai >= 5", "made for this test")
    active = values[:, 0] >= 5
    assert _figure(pool, fell)[0] == pytest.approx((change[active] <= -3).mean())
