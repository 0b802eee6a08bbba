"""What is observed follows from truth, model and noise, and from nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from tests.patients.exact import same

from tolerogen.diseases import Disease
from tolerogen.diseases.endpoints import level_of, read_endpoints
from tolerogen.errors import SpecError
from tolerogen.patients import Population, observe, responders, sample_population

VISITS = [0.0, 28.0, 84.0]


def course(disease: Disease, population: Population, **final: float) -> xr.Dataset:
    """Trajectories in which each observable goes in a line from 1 to its final ratio."""
    names = read_endpoints(disease.folder).observables
    times = np.array([0.0, 84.0])
    lines = {n: np.tile([1.0, final.get(n, 1.0)], (len(population), 1)) for n in names}
    return xr.Dataset(
        {n: (("patient", "time"), line) for n, line in lines.items()},
        coords={"patient": population.patients, "time": times},
    )


def test_a_perfect_eye_sees_the_truth(quiet: Disease) -> None:
    population = sample_population(quiet, 300, seed=2)
    seen = observe(quiet, population, None, VISITS, seed=2)
    for domain in read_endpoints(quiet.folder).latent:
        truth = level_of(population.baselines[f"activity_{domain.id}"].to_numpy(), domain.levels)
        assert np.array_equal(seen[f"essdai_{domain.id}"], np.repeat(truth, len(VISITS)))
    said = np.clip(np.round(population.baselines["pain"]), 0, 10)
    assert np.array_equal(seen["pain"], np.repeat(said, len(VISITS)))


def test_a_perfect_eye_sees_what_the_drug_did_and_no_more(quiet: Disease) -> None:
    population = sample_population(quiet, 300, seed=2)
    trajectories = course(quiet, population, harm_IC=0.0, harm_IFN1=0.5)
    seen = observe(quiet, population, trajectories, VISITS, seed=2).set_index(["day", "patient"])
    skin = population.baselines["activity_cutaneous"].to_numpy()
    expected = level_of(skin * (1 - 0.4 * 1.0 - 0.3 * 0.5), (0, 1, 2, 3))
    assert np.array_equal(seen.loc[84.0, "essdai_cutaneous"], expected)
    nodes = ("essdai_lymphadenopathy", "essdai_glandular")
    for untouched in nodes:
        assert np.array_equal(seen.loc[84.0, untouched], seen.loc[0.0, untouched])


def test_laboratory_and_saliva_follow_the_model(quiet: Disease) -> None:
    population = sample_population(quiet, 2000, seed=2)
    trajectories = course(quiet, population, IgG_gL=0.3, saliva=2.0)
    seen = observe(quiet, population, trajectories, VISITS, seed=2).set_index(["day", "patient"])
    start, end = seen.loc[0.0], seen.loc[84.0]
    igg = np.log(end["igg"] / start["igg"])
    assert igg.mean() == pytest.approx(np.log(0.3), abs=4 * 0.07 / np.sqrt(2000))
    assert igg.std() == pytest.approx(0.05 * np.sqrt(2), rel=0.1)
    wet = (start["uws"] > 0.2) & (start["uws"] < 1.0)
    gain = np.log(end.loc[wet, "uws"] / start.loc[wet, "uws"])
    assert gain.mean() == pytest.approx(np.log(2.0), abs=0.08)


def test_scores_are_whole_weighted_sums_of_whole_levels(sjogren: Disease) -> None:
    endpoints = read_endpoints(sjogren.folder)
    population = sample_population(sjogren, 200, seed=2)
    seen = observe(sjogren, population, None, VISITS, seed=2)
    weighted = {"essdai": 0.0, "clinessdai": 0.0}
    for domain in endpoints.domain:
        column = seen[f"essdai_{domain.id}"]
        assert set(column) <= set(domain.levels)
        for score, weight in domain.weights.items():
            weighted[score] = weighted[score] + weight * column
    assert np.array_equal(seen["essdai"], weighted["essdai"])
    assert np.array_equal(seen["clinessdai"], weighted["clinessdai"])
    mean = seen[["dryness", "pain", "fatigue"]].mean(axis=1)
    assert np.allclose(seen["esspri"], mean)
    assert seen[["dryness", "pain", "fatigue"]].isin(range(11)).all().all()


def test_a_row_is_the_same_in_any_company(sjogren: Disease) -> None:
    everybody = sample_population(sjogren, 40, seed=2)
    all_visits = observe(sjogren, everybody, None, VISITS, seed=2, replicate=1)
    one = observe(sjogren, everybody.take([7]), None, [84.0, 150.0], seed=2, replicate=1)
    row = all_visits.query("patient == 7 and day == 84").reset_index(drop=True)
    same(one.iloc[[0]].reset_index(drop=True), row)


def test_trajectories_may_come_in_any_order(sjogren: Disease) -> None:
    population = sample_population(sjogren, 20, seed=2)
    trajectories = course(sjogren, population, IC=0.1)
    turned = trajectories.isel(patient=slice(None, None, -1))
    same(
        observe(sjogren, population, turned, VISITS, seed=2),
        observe(sjogren, population, trajectories, VISITS, seed=2),
    )


def test_resting_trajectories_are_no_trajectories(sjogren: Disease) -> None:
    population = sample_population(sjogren, 20, seed=2)
    same(
        observe(sjogren, population, course(sjogren, population), VISITS, seed=2),
        observe(sjogren, population, None, VISITS, seed=2),
    )


def test_replicates_differ_and_repeat(sjogren: Disease) -> None:
    population = sample_population(sjogren, 20, seed=2)
    first, again, other = (
        observe(sjogren, population, None, VISITS, seed=2, replicate=r) for r in (1, 1, 2)
    )
    same(first, again)
    assert not first["igg"].eq(other["igg"]).any()


def test_a_failed_simulation_is_missing(sjogren: Disease) -> None:
    population = sample_population(sjogren, 3, seed=2)
    trajectories = course(sjogren, population)
    for name in trajectories.data_vars:
        trajectories[name][1] = np.nan
    seen = observe(sjogren, population, trajectories, VISITS, seed=2)
    failed = seen[seen["patient"] == 1].drop(columns=["patient", "day"])
    assert failed.isna().all().all()
    assert seen[seen["patient"] != 1].notna().all().all()
    answers = responders(sjogren, seen).set_index("patient")
    assert answers.loc[1].drop(columns="day").isna().all().all()
    assert answers.loc[[0, 2]].notna().all().all()


def test_responders_are_measured_against_day_0(sjogren: Disease) -> None:
    population = sample_population(sjogren, 200, seed=2)
    seen = observe(sjogren, population, None, VISITS, seed=2)
    answers = responders(sjogren, seen)
    start = seen[seen["day"] == 0].set_index("patient")["essdai"]
    fall = start.loc[seen["patient"]].to_numpy() - seen["essdai"].to_numpy()
    assert np.array_equal(answers["essdai3"].to_numpy(dtype=bool), fall >= 3)
    with pytest.raises(SpecError, match="no visit at day 0"):
        responders(sjogren, seen[seen["day"] > 0])


def test_wrong_visits_and_strangers_are_refused(sjogren: Disease) -> None:
    population = sample_population(sjogren, 3, seed=2)
    with pytest.raises(SpecError, match="none before the screening visit at day -28"):
        observe(sjogren, population, None, [-29.0], seed=2)
    with pytest.raises(SpecError, match="1 of 3 patients are not in the trajectories"):
        observe(sjogren, population, course(sjogren, population.take([0, 1])), VISITS, seed=2)
