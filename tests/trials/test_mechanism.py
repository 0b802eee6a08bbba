"""Exposure and occupancy over the dosing period, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.trials.mechanism import Dosing, dosing, share_above


def test_the_dosing_period_ends_one_interval_after_the_last_dose():
    # weeks 0, 2, 4, 7, 10: the last interval is three weeks, so week 13
    plan = dosing((0.0, 14.0, 28.0, 49.0, 70.0), horizon=168.0)
    assert plan.end == 91.0
    assert plan.troughs == (14.0, 28.0, 49.0, 70.0, 91.0)
    assert dosing((0.0, 14.0), horizon=20.0).end == 20.0
    assert dosing((5.0,), horizon=20.0) == Dosing((5.0,), 20.0)
    assert dosing((), horizon=20.0).given == ()


def test_time_above_a_threshold_of_a_triangle():
    time = np.array([0.0, 1.0, 3.0])
    rises_and_falls = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    # above 0.75 for the last quarter of the rise and the first quarter of the fall
    assert share_above(time, rises_and_falls, 0.75) == pytest.approx([0.25, 1.0, 0.0])


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12), st.floats(0, 1))
def test_time_above_agrees_with_counting_on_a_fine_grid(values, threshold):
    time = np.arange(len(values), dtype=float)
    fine = np.linspace(0, time[-1], 20_001)
    counted = (np.interp(fine, time, values) > threshold).mean()
    found = share_above(time, np.array([values]), threshold)[0]
    flat = np.isclose(values, threshold, atol=1e-3).any()  # a plateau at the threshold is a tie
    # the grid errs by at most one point where it begins or ends to be above
    assert flat or found == pytest.approx(counted, abs=(len(values) + 1) / 20_000)


def test_the_toy_antibody_holds_its_receptor(toy_result):
    table = toy_result.mechanism.set_index(["arm", "readout", "when"])
    held = table.loc[("drug", "occupancy_mean", "dosing period")]
    assert 0.99 < held["p5"] <= held["median"] <= held["p95"] <= 1
    trough = table.loc[("drug", "drug_trough", "dosing period"), "median"]
    peak = table.loc[("drug", "drug_peak", "dosing period"), "median"]
    # 750 mg into about 3.6 L is about 208 mg/L, and three doses two weeks apart pile up
    assert 150 < peak < 600
    assert 0 < trough < peak
    fold = table.loc[("drug", "T_blood", "endpoint/baseline")]
    start = table.loc[("drug", "T_blood", "baseline")]
    assert fold["median"] < 0.55
    assert start["unit"] == "cells/µL"
    assert fold["n"] == (toy_result.patients["arm"] == "drug").sum()
