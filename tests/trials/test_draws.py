"""Replicates take parameter sets of a posterior in turn; chance and parameters are told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tolerogen.diseases import load_disease
from tolerogen.trials import load_trial, run_trial
from tolerogen.trials.cohort import enrol
from tolerogen.trials.replicates import differences

EXAMPLE = "examples/s95011-sjogren.toml"


@pytest.fixture(scope="module")
def spec():
    return replace(load_trial(EXAMPLE), patients=12, replicates=7, horizon=91.0)


def test_a_calibrated_disease_brings_its_draws(spec):
    assert len(spec.draws) == 25
    assert [spec.draw(r) for r in (0, 1, 25, 26)] == [None, 0, 24, 0]
    free = set(spec.draws[0])
    assert free <= {p.id for p in load_disease("sjogren").parameters}


def test_patients_carry_the_parameters_of_their_set(spec):
    gain = "g_IC"
    sets = replace(spec, draws=({gain: 0.2, "q": 1.0}, {gain: 4.0, "q": 3.0}), patients=60)
    low, high = enrol(sets, 1), enrol(sets, 2)
    medians = [c.population.parameters[gain].median() for c in (low, high)]
    assert medians[0] == pytest.approx(0.2, rel=0.5)
    assert medians[1] == pytest.approx(4.0, rel=0.5)
    # alike in all patients, and in the text of the model: only a column can bring it
    assert set(low.population.parameters["q"]) == {1.0}
    assert "q" not in enrol(sets, 0).population.parameters


def test_a_run_goes_through_them_and_tells_the_parts(spec):
    result = run_trial(replace(spec, draws=spec.draws[:3]), threads=1)
    (found,) = result.differences
    assert found.trial_sd is not None
    assert found.parameter_sd is not None
    alone = run_trial(replace(spec, draws=()), threads=1)
    (same,) = alone.differences
    assert (same.trial_sd, same.parameter_sd) == (None, None)
    first = [r.replicates[r.replicates["replicate"] == 0] for r in (result, alone)]
    pd.testing.assert_frame_equal(first[0], first[1])


def test_the_split_is_that_of_an_analysis_of_variance(spec):
    rng = np.random.default_rng(1)
    sets, each = 25, 40
    sizes = replace(spec, draws=spec.draws[:sets], replicates=1 + sets * each)
    number = np.arange(1, sizes.replicates)
    effect = rng.normal(-2, 0.8, sets)[(number - 1) % sets]
    rows = pd.DataFrame(
        {
            "replicate": number,
            "arm": spec.arms[0].name,
            "difference": effect + rng.normal(0, 1.2, len(number)),
            "low": -1.0,
            "high": 1.0,
        }
    )
    (found,) = differences(sizes, rows)
    assert found.trial_sd == pytest.approx(1.2, rel=0.1)
    assert found.parameter_sd == pytest.approx(0.8, rel=0.35)
