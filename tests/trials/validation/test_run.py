"""Predictions of invented trials in a toy disease, with and without their outcomes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from tests.trials.conftest import plant

from tolerogen.errors import SpecError
from tolerogen.trials.validation import (
    Posterior,
    read_posterior,
    read_published,
    validate_trials,
)

FILE = Path(__file__).parent / "invented.json"
REPLICATES = 40
KEYS = (
    "trial_id", "arm", "metric", "week", "predicted", "pi50", "pi90", "p_significant",
    "placebo_predicted", "published", "ci_low", "ci_high", "z", "inside90",
)  # fmt: skip


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return plant(tmp_path_factory.mktemp("toy")).parent / "toy"


@pytest.fixture(scope="module")
def result(toy):
    return validate_trials(FILE, toy, replicates=REPLICATES, threads=1)


def rows(found):
    return {(row.trial_id, row.prediction.arm): row for row in found.rows}


def test_every_arm_is_predicted_or_listed(result):
    predicted = set(rows(result))
    assert predicted == {
        ("INVENTED_1", "S95011 750 mg"), ("INVENTED_2", "trace"), ("INVENTED_2", "full"),
    }  # fmt: skip
    assert {(item.trial_id, item.arm) for item in result.unrepresented} == {
        ("INVENTED_2", "unclear"), ("INVENTED_3", "drug"), ("INVENTED_4", "drug"),
        ("INVENTED_5", None),
    }  # fmt: skip
    assert [(item.trial_id, item.week) for item in result.uncompared] == [("INVENTED_2", 12)]


def test_the_document_has_the_keys_that_are_promised(result):
    document = json.loads(result.to_json())
    for arm in document["arms"]:
        assert set(KEYS) <= set(arm)
    assert document["arms"][0]["ci_low"] == -5.0
    assert document["summary"]["n"] == 3
    assert set(document["summary"]["naive"]) >= {"mean_absolute_error", "coverage90", "brier"}
    assert document["posterior"]["draws"] == 1
    assert "no posterior" in document["posterior"]["source"]


def test_a_trace_of_the_drug_does_nothing(result):
    trace = rows(result)["INVENTED_2", "trace"].prediction
    assert abs(trace.predicted) < 4 * trace.sd / math.sqrt(REPLICATES)
    # 2.5 % of null trials win: 6 of 40 or more have a chance of 1 in 2,000
    assert trace.p_significant <= 5 / REPLICATES


def test_the_drug_is_better_than_its_trace(result):
    found = rows(result)
    full = found["INVENTED_1", "S95011 750 mg"].prediction
    assert full.predicted < 0
    assert full.p_significant > found["INVENTED_2", "trace"].prediction.p_significant


def test_intervals_are_nested_and_z_is_in_predictive_deviations(result):
    for row in result.rows:
        item = row.prediction
        assert item.pi90[0] <= item.pi50[0] <= item.pi50[1] <= item.pi90[1]
        assert item.pi90[0] < item.predicted < item.pi90[1]
        assert row.z == pytest.approx((row.outcome.difference - item.predicted) / item.sd)
        assert item.trial_sd == pytest.approx(item.sd)  # one parameter set: all of it is luck
        assert item.parameter_sd is None


def test_outcomes_do_not_move_predictions(result, toy):
    blind = [
        trial.model_copy(update={"essdai_effects": None})
        for trial in reversed(read_published(FILE))
        if trial.trial_id != "INVENTED_1"
    ]
    found = validate_trials(blind, toy, replicates=REPLICATES, threads=1)
    assert found.summary["n"] == 0
    assert all(row.outcome is None and row.z is None for row in found.rows)
    known = rows(result)
    for key, row in rows(found).items():
        assert row.prediction == known[key].prediction


def test_draws_of_a_posterior_widen_the_interval_and_are_told_apart(result, toy):
    # the turnover of the driven cells, over two orders of magnitude
    draws = tuple({"k_T": float(value)} for value in np.geomspace(0.002, 0.2, 5))
    trials = [trial for trial in read_published(FILE) if trial.trial_id == "INVENTED_1"]
    found = validate_trials(
        trials, toy, posterior=Posterior(draws, "invented"), replicates=50, threads=1
    )
    (row,) = found.rows
    assert row.prediction.trials == 50
    assert row.prediction.parameter_sd > 0.3
    assert found.draws == 5
    alone = rows(result)["INVENTED_1", "S95011 750 mg"].prediction
    assert row.prediction.trial_sd == pytest.approx(alone.trial_sd, rel=0.5)


def test_a_posterior_is_read_from_a_table(tmp_path, toy):
    path = tmp_path / "draws.csv"
    path.write_text("# invented\nk_T,k_R\n0.05,8\n0.06,9\n")
    assert read_posterior(path).draws == ({"k_T": 0.05, "k_R": 8.0}, {"k_T": 0.06, "k_R": 9.0})
    for text, word in (("k_T\n", "no draws"), ("k_T\nfast\n", "numbers"), ("", "cannot be read")):
        path.write_text(text)
        with pytest.raises(SpecError, match=word):
            read_posterior(path)
    with pytest.raises(SpecError, match="no parameter 'k_X'"):
        validate_trials(FILE, toy, posterior=Posterior(({"k_X": 1.0},), "invented"))


def test_the_naive_mean_may_come_from_another_file(toy):
    trials = [t for t in read_published(FILE) if t.trial_id == "INVENTED_1"]
    found = validate_trials(trials, toy, reference=FILE, replicates=20, threads=1)
    assert found.rows[0].naive.predicted == pytest.approx((-1.0 + 0.3 - 1.2) / 3)


def test_too_few_replicates_are_refused(toy):
    with pytest.raises(SpecError, match="20 is the least"):
        validate_trials(FILE, toy, replicates=5)


def test_a_result_is_written_whole(result, tmp_path):
    import pandas as pd

    folder = result.write(tmp_path / "out")
    result.write(folder)  # the same result may be written again
    document = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert document == json.loads(result.to_json())
    table = pd.read_csv(folder / "arms.csv")
    assert list(table["arm"]) == [row.prediction.arm for row in result.rows]
    assert (table["pi90_low"] < table["pi90_high"]).all()
