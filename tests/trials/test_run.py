"""A trial in the toy disease: what it must give, and what its numbers must not depend on."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tolerogen.errors import SpecError
from tolerogen.trials import load_trial, run_trial


@pytest.fixture(scope="module")
def rerun(toy_spec):
    return lambda **changes: run_trial(toy_spec, backend="reference", **changes)


def test_same_seed_same_numbers_whatever_the_threads(toy_result, rerun):
    again = rerun(threads=2)
    assert again.to_json() == toy_result.to_json()
    assert_frame_equal(again.observations, toy_result.observations)
    for name in toy_result.trajectories.data_vars:
        np.testing.assert_array_equal(again.trajectories[name], toy_result.trajectories[name])


def test_another_seed_gives_other_patients(toy_result, rerun):
    other = rerun(seed=4, replicates=1, threads=1)
    assert other.provenance.seed == 4
    assert other.provenance.content != toy_result.provenance.content
    assert not np.array_equal(other.patients["T_0"], toy_result.patients["T_0"])


def test_a_replicate_does_not_depend_on_how_many_there_are(toy_result, rerun):
    few = rerun(replicates=2, threads=1)
    first_two = toy_result.replicates[toy_result.replicates["replicate"] < 2]
    assert_frame_equal(few.replicates, first_two)


def test_a_smaller_trial_holds_the_first_patients_of_the_larger(toy_result, rerun):
    small = rerun(patients=10, replicates=1, threads=1)
    assert_frame_equal(small.patients, toy_result.patients.iloc[:10])
    ids = small.patients.index
    seen = toy_result.observations[toy_result.observations["patient"].isin(ids)]
    assert_frame_equal(small.observations, seen.reset_index(drop=True))


def test_replicates_are_different_trials(toy_result):
    placebo = toy_result.replicates[toy_result.replicates["role"] == "placebo"]
    assert placebo["baseline_mean"].nunique() == len(placebo) == 3


def test_everyone_randomised_met_the_criterion_at_screening(toy_result):
    assert (toy_result.patients["screening_activity"] >= 5).all()
    assert toy_result.screened > len(toy_result.patients)


def test_each_patient_rests_without_the_drug_and_moves_with_it(toy_result):
    """The receptor held, T cells fall towards half: their loss doubles, their supply stays."""
    cells = toy_result.trajectories["T"]
    ratio = (cells / cells.isel(time=0)).transpose("patient", "time").to_numpy()
    drug = toy_result.trajectories["arm"].to_numpy() == "drug"
    assert np.abs(ratio[~drug] - 1).max() < 1e-4
    rate = toy_result.patients["k_T"].to_numpy()[drug, None]
    days = toy_result.trajectories["time"].to_numpy()
    expected = 0.5 + 0.5 * np.exp(-2 * rate * days)  # closed form for full occupancy
    assert np.abs(ratio[drug] - expected).max() < 0.01


def test_the_drug_is_seen_only_where_it_is_given(toy_result):
    data = toy_result.trajectories
    drug = data["arm"].to_numpy() == "drug"
    assert np.isfinite(data["s95011_C"].to_numpy()[drug]).all()
    assert np.isnan(data["s95011_C"].to_numpy()[~drug]).all()
    assert set(toy_result.frame("mechanism").query("readout == 'occupancy_mean'")["arm"]) == {
        "drug"
    }


def test_after_dropout_nothing_is_seen(rerun, toy_spec):
    result = rerun(patients=200, replicates=1)
    left = result.patients["dropout_day"]
    assert np.isfinite(left).any()
    seen = result.observations
    gone = seen["day"].to_numpy() > left.loc[seen["patient"]].to_numpy()
    assert seen.loc[gone, "activity"].isna().all()
    assert seen.loc[~gone, "activity"].notna().all()
    at_end = result.frame("arms").query("measure == 'activity'")
    assert at_end["missing"].sum() == np.isfinite(left).sum()
    assert (at_end["n"] + at_end["missing"] == at_end["randomised"]).all()


def test_a_patient_whose_simulation_fails_is_reported_and_the_others_kept(monkeypatch, toy_spec):
    from tolerogen import engine

    simulate = engine.simulate

    def failing(model, patients, *args, **kwargs):
        data = simulate(model, patients, *args, **kwargs)
        if patients.index[0] < 3_000_000:  # the call of the first replicate
            for name in data.data_vars:
                if data[name].dtype == float:
                    data[name][0] = np.nan
            data["status"][0] = 2
            data["message"] = data["message"].astype(object)
            data["message"][0] = "the step became too small"
        return data

    monkeypatch.setattr(engine, "simulate", failing)
    result = run_trial(toy_spec, replicates=1, threads=1, backend="reference")
    failed = result.failures["patient"].tolist()
    assert len(failed) == 2  # the first of each arm
    assert set(result.failures["message"]) == {"the step became too small"}
    seen = result.observations
    assert seen[seen["patient"].isin(failed)]["activity"].isna().all()
    assert seen[~seen["patient"].isin(failed)]["activity"].notna().any()
    assert "2 patient(s) could not be simulated" in result.summary()
    json.loads(result.to_json())


def test_doses_follow_weight_and_the_patients_own_chance(toy_spec):
    from tolerogen.therapies import Regimen, dose_rule
    from tolerogen.trials.course import doses

    arm = toy_spec.arms[0]
    rule = dose_rule("10 mg/kg", route="iv", every="1 week", count=8)
    regimen = Regimen("by weight", (rule,), missed_probability=0.5)
    arm = replace(arm, treatments=(replace(arm.treatments[0], regimen=regimen),))
    given = {patient: doses(toy_spec, arm, patient, 60.0) for patient in range(40)}
    assert {dose.amount for taken in given.values() for dose in taken} == {600.0}
    assert given == {patient: doses(toy_spec, arm, patient, 60.0) for patient in range(40)}
    # half of 320 doses, four binomial standard deviations
    assert abs(sum(map(len, given.values())) - 160) < 4 * np.sqrt(80)


@pytest.mark.parametrize("wrong", [{"patients": 0}, {"replicates": 0}, {"seed": -1}])
def test_numbers_out_of_range_are_refused(toy_spec, wrong):
    with pytest.raises(SpecError, match=next(iter(wrong))):
        run_trial(toy_spec, **wrong)


def test_progress_counts_every_patient_once(rerun):
    told = []
    rerun(
        replicates=2, patients=6, threads=1, progress=lambda done, all_: told.append((done, all_))
    )
    assert told[-1] == (12, 12)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_one_arm_has_a_change_and_no_difference(edited):
    text = 'name = "drug"\nrole = "active"\nshare = 2\ntherapy = "s95011"\n'
    path = edited(text, text.replace('name = "drug"', 'name = "only"'))
    alone = path.read_text(encoding="utf-8")
    start = alone.index('[[arm]]\nname = "placebo"')
    path.write_text(alone[:start] + alone[alone.index("[endpoint]") :], encoding="utf-8")
    result = run_trial(load_trial(path), threads=1, backend="reference")
    assert result.frame("differences").empty
    assert result.differences == ()
    assert result.changes[0].n == 3
    assert "Difference from" not in result.summary()
    assert "No arm was compared" in result.explain()
    json.loads(result.to_json())


def test_json_holds_the_tables_and_no_place_of_this_machine(toy_result):
    document = json.loads(toy_result.to_json())
    assert document["provenance"]["content"] == toy_result.provenance.content
    assert document["spec"]["arms"][0]["treatments"][0]["therapy"] == "s95011"
    table = pd.DataFrame(document["differences"])
    assert table["estimate"].tolist() == pytest.approx(toy_result.frame("differences")["estimate"])
    assert str(toy_result.spec.disease.folder) not in toy_result.to_json()


def test_an_unknown_table_is_refused(toy_result):
    with pytest.raises(SpecError, match="did you mean 'responders'"):
        toy_result.frame("responder")


def test_the_citation_names_disease_and_drug(toy_result):
    cited = toy_result.citation().splitlines()
    assert "made for the tests" in cited
    assert any("NCT04605978" in line for line in cited)
    assert len(cited) == len(set(cited))


def test_without_an_effect_the_interval_favours_the_arm_as_rarely_as_it_should(edited):
    """Two placebo arms: one-sided error 2.5 %, whatever the placebo response of the trial."""
    old = 'name = "drug"\nrole = "active"\nshare = 2\ntherapy = "s95011"\n'
    path = edited(old, old.replace('"active"', '"placebo"'))
    text = path.read_text(encoding="utf-8")
    start, end = text.index('therapy = "s95011"'), text.index('[[arm]]\nname = "placebo"')
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    result = run_trial(load_trial(path), replicates=120, backend="reference")
    assert result.spec.reference.name == "drug"  # the first placebo arm
    (found,) = result.differences
    assert found.n == 120
    # 3 expected; 9 or more has a chance below 0.5 %
    assert found.favourable.estimate * 120 < 9
    # the mean over trials is zero within four standard errors
    assert abs(found.mean) < 4 * found.sd / np.sqrt(120)
