"""Potency against another program's fit, and against curves whose constants are known."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.antibodies.potency import (
    DoseResponse,
    fit_curve,
    read_dose_response,
    relative_potency,
)
from tolerogen.antibodies.potency.logistic import shape
from tolerogen.cli import cli
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
LEVELS = np.repeat(3.0 ** np.arange(-4, 5), 3)


def sample(name, half, hill=1.2, skew=1.0, full=100.0, noise=0.0, seed=0):
    rng = np.random.default_rng(seed)
    response = 5 + (full - 5) * shape(LEVELS, np.log(half), hill, skew)
    return DoseResponse(name, LEVELS, response + noise * rng.standard_normal(len(LEVELS)))


def test_ryegrass_gives_the_parameters_of_drc():
    truth = tomllib.loads((ROOT / "tests" / "anchors" / "ryegrass.toml").read_text("utf-8"))
    data = DoseResponse(
        "ryegrass", np.array(truth["concentration"], float), np.array(truth["response"])
    )
    fit = fit_curve(data)
    found = (fit.hill, fit.full, fit.zero, fit.ec50)
    expected = (truth["hill"], truth["bottom"], truth["top"], truth["half"])
    assert found == pytest.approx(expected, rel=truth["tolerance"])


@settings(max_examples=15, deadline=None)
@given(st.floats(0.05, 20), st.floats(0.5, 3), st.floats(0.3, 3), st.floats(-50, 500))
def test_exact_curves_come_back(half, hill, skew, full):
    data = sample("a", half, hill, skew, full if abs(full - 5) > 1 else 60.0)
    fit = fit_curve(data, "5PL")
    assert fit.ec50 == pytest.approx(half, rel=0.02)


def test_half_of_the_effect_is_reached_at_ec50_whatever_the_asymmetry():
    for skew in (0.2, 1.0, 5.0):
        assert shape(np.array([2.0]), np.log(2.0), 1.5, skew) == pytest.approx(0.5)


def test_relative_potency_and_its_interval_hold_the_truth():
    inside = 0
    for seed in range(12):
        one = sample("one", 1.0, noise=3.0, seed=seed)
        two = sample("two", 0.4, noise=3.0, seed=seed + 100)
        found = relative_potency(two, one)
        inside += found.interval[0] <= 2.5 <= found.interval[1]
    assert inside >= 10  # of 12 at 95 %: fewer by chance in 1 of 50
    assert found.value == pytest.approx(2.5, rel=0.15)


def test_curves_that_are_not_parallel_are_told():
    same = relative_potency(sample("a", 1.0, noise=2, seed=1), sample("b", 1.0, noise=2, seed=2))
    assert same.parallel_p > 0.05
    assert not same.warnings
    less = relative_potency(sample("a", 1.0, full=70, noise=2), sample("b", 1.0, noise=2, seed=2))
    assert less.parallel_p < 1e-6
    assert "parallel" in less.warnings[0]
    assert less.ratios[0] == pytest.approx(65 / 95, rel=0.05)


def test_five_parameters_are_taken_only_where_they_earn_it():
    assert fit_curve(sample("a", 1.0, noise=1.0), "auto").model == "4PL"
    assert fit_curve(sample("a", 1.0, 2.0, 0.2, noise=1.0), "auto").model == "5PL"


def test_a_half_way_point_outside_the_data_is_told():
    fit = fit_curve(sample("a", 300.0, noise=0.5))
    assert any("extrapolated" in warning for warning in fit.warnings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "missing"),
        ("sample,concentration_nM,response\n", "no well"),
        ("sample,concentration_nM,response\na,1,x\n", "not a number"),
        ("sample,concentration_nM,response\na,-1,1\n", "below zero"),
        ("sample,concentration_nM,response\na,1,1\na,2,1\n", "needs 5"),
    ],
)
def test_a_bad_table_is_refused_in_words(tmp_path, text, told):
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_dose_response(file)


def test_the_command_compares_with_a_reference():
    file = str(ROOT / "examples" / "potency.csv")
    done = CliRunner().invoke(cli, ["antibody", "potency", file, "--reference", "lot1", "--json"])
    lots = {one["sample"]: one for one in json.loads(done.stdout)}
    assert lots["lot2"]["relative_low"] < 0.5 < lots["lot2"]["relative_high"]
    assert lots["lot3"]["parallel_p"] < 0.001
    assert "relative_potency" not in lots["lot1"]
    wrong = CliRunner().invoke(cli, ["antibody", "potency", file, "--reference", "lot9"])
    assert wrong.exit_code == 2
    assert "lot9" in wrong.stderr
