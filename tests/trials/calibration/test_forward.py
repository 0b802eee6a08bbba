"""Parameter sets go through the trials: doses, patients, what the clinic finds, what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tolerogen.diseases import load_disease
from tolerogen.engine import Dose
from tolerogen.trials.calibration import read_inputs
from tolerogen.trials.calibration.forward import Branch, branches, evened, outcomes
from tolerogen.trials.calibration.inputs import Inputs
from tolerogen.trials.calibration.simulated import content, simulate_sets


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """Two arms of one drug, few patients."""
    whole = read_inputs(load_disease("sjogren"))
    small = replace(whole.settings.simulation, patients=32, pool=64, trials=2)
    return replace(
        whole,
        observations=tuple(
            o
            for o in whole.observations
            if o.trial_id == "NIPO_DAHLIAS" and o.measure in ("clinessdai", "IgG_gL")
        ),
        settings=replace(whole.settings, simulation=small),
    )


@pytest.fixture(scope="module")
def arms(inputs: Inputs) -> tuple[Branch, ...]:
    return branches(inputs, seed=1)


def place(inputs: Inputs, arm: str, measure: str) -> int:
    return next(
        i for i, o in enumerate(inputs.observations) if arm in o.arm and o.measure == measure
    )


def test_more_of_a_drug_does_more(inputs: Inputs, arms: tuple[Branch, ...]) -> None:
    found = outcomes(inputs, arms, np.zeros((1, len(inputs.free))))[0]
    high, low = (place(inputs, f" {dose} mg/kg", "IgG_gL") for dose in (15, 5))
    assert found[high] < found[low] < np.log(0.6)
    high, low = (place(inputs, f" {dose} mg/kg", "clinessdai") for dose in (15, 5))
    assert found[high] <= found[low] < 0


def test_the_clinic_follows_a_gain(inputs: Inputs, arms: tuple[Branch, ...]) -> None:
    scores = np.zeros((2, len(inputs.free)))
    gains = [i for i, f in enumerate(inputs.free) if f.parameter.startswith("g_")]
    scores[0, gains], scores[1, gains] = -3.0, 1.0
    # the same patients in both sets: the second is asked for alone, under the first's number
    weak = outcomes(inputs, arms, scores[:1])[0]
    strong = outcomes(inputs, arms, scores[1:])[0]
    at = place(inputs, " 15 mg/kg", "clinessdai")
    assert strong[at] < weak[at] <= 0.1
    igg = place(inputs, " 15 mg/kg", "IgG_gL")
    assert strong[igg] == pytest.approx(weak[igg], abs=1e-6)


def test_sets_do_not_depend_on_their_company(inputs: Inputs, arms: tuple[Branch, ...]) -> None:
    scores = np.random.default_rng(1).standard_normal((2, len(inputs.free)))
    together = outcomes(inputs, arms, scores)
    alone = outcomes(inputs, arms, scores[1:], first=1)
    assert alone[0] == pytest.approx(together[1], abs=1e-6)


def test_a_run_that_was_cut_goes_on(
    inputs: Inputs, arms: tuple[Branch, ...], tmp_path: Path
) -> None:
    scores = np.zeros((1, len(inputs.free)))
    key = content(inputs, 1)[:12]
    first = simulate_sets(inputs, lambda: arms, scores, tmp_path, key, first=0)

    def never() -> tuple[Branch, ...]:
        raise AssertionError("the sets are there")

    again = simulate_sets(inputs, never, scores, tmp_path, key, first=0)
    assert np.array_equal(first, again)
    (broken,) = tmp_path.glob("*.npz")
    broken.write_bytes(broken.read_bytes()[:100])
    repaired = simulate_sets(inputs, lambda: arms, scores, tmp_path, key, first=0)
    assert repaired == pytest.approx(first)


def test_other_inputs_have_other_files(inputs: Inputs) -> None:
    fewer = replace(inputs, observations=inputs.observations[:1])
    assert content(inputs, 1) != content(inputs, 2)
    assert content(inputs, 1) != content(fewer, 1)


def test_tablets_become_an_even_flow_of_the_same_amount() -> None:
    daily = [Dose(float(day), 20.0, "drug_depot") for day in range(10)]
    weekly = [Dose(7.0 * week, 5.0, "other_central") for week in range(3)]
    found = evened([*daily, *weekly])
    assert [d for d in found if d.into == "other_central"] == weekly
    (flow,) = [d for d in found if d.into == "drug_depot"]
    assert (flow.time, flow.amount, flow.duration) == (0.0, 200.0, 10.0)
