"""Unselected patients against UKPSSR, placebo arms against published trials.

The free numbers of ``placebo.toml`` and of the activity of domains were fitted to these very
data: agreement here is the record of the fit, not a prediction.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tolerogen.diseases import Disease
from tolerogen.patients import Criterion, observe, responders, sample_population, screen

HOME = Path(__file__).parents[1] / "anchors"
SCORES = tomllib.loads((HOME / "essdai.toml").read_text(encoding="utf-8"))
ARMS = tomllib.loads((HOME / "placebo_arms.toml").read_text(encoding="utf-8"))
VISITS = [0.0, 168.0, 364.0]


@pytest.fixture(scope="module")
def clinic(sjogren: Disease) -> pd.DataFrame:
    population = sample_population(sjogren, 10_000, seed=1)
    return observe(sjogren, population, None, [0.0], seed=1, treated=False)


def trials(disease: Disease, criterion: Criterion, n: int, replicates: int) -> pd.DataFrame:
    parts = []
    for r in range(replicates):
        patients = screen(disease, n, seed=1, replicate=r, criteria=[criterion])
        parts.append(observe(disease, patients, None, VISITS, seed=1, replicate=r))
    table = pd.concat(parts, keys=range(replicates), names=["trial", None])
    return table.reset_index("trial")


def by_visit(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    return table.pivot_table(index=["trial", "patient"], columns="day", values=measure)


def change(table: pd.DataFrame, measure: str, day: float) -> pd.Series:
    wide = by_visit(table, measure)
    return wide[day] - wide[0.0]


@pytest.fixture(scope="module")
def active(sjogren: Disease) -> pd.DataFrame:
    return trials(sjogren, Criterion("essdai", minimum=5), n=64, replicates=60)


def test_the_score_of_an_unselected_clinic(clinic: pd.DataFrame) -> None:
    essdai, truth = clinic["essdai"], SCORES["clinic"]
    assert essdai.mean() == pytest.approx(truth["mean"], abs=truth["tolerance_points"])
    assert essdai.std() == pytest.approx(truth["sd"], abs=truth["tolerance_points"])
    near = truth["share_tolerance"]
    assert (essdai == 0).mean() == pytest.approx(truth["share_zero"], abs=near)
    for least, share in truth["share_at_least"].items():
        assert (essdai >= int(least)).mean() == pytest.approx(share, abs=near)


def test_the_domains_of_an_unselected_clinic(clinic: pd.DataFrame) -> None:
    truth = {k: v for k, v in SCORES["domains"].items() if not isinstance(v, str)}
    near = truth.pop("tolerance")
    for domain, share in truth.items():
        assert (clinic[f"essdai_{domain}"] > 0).mean() == pytest.approx(share, abs=near), domain


def test_symptoms_and_function_of_an_unselected_clinic(clinic: pd.DataFrame) -> None:
    truth = SCORES["clinic"]
    near = truth["share_tolerance"]
    for scale, (mean, sd) in truth["scales"].items():
        assert (clinic[scale].mean(), clinic[scale].std()) == pytest.approx((mean, sd), abs=0.25)
    both = truth["both"]
    high = clinic["esspri"] >= 5
    assert high.mean() == pytest.approx(both["esspri_at_least_5"], abs=near)
    together = (high & (clinic["essdai"] >= 5)).mean()
    assert together == pytest.approx(both["esspri_and_essdai_at_least_5"], abs=near)
    function = truth["function"]
    assert (clinic["uws"] > 0).mean() == pytest.approx(function["uws_above_0"], abs=near)
    assert (clinic["uws"] > 0.5).mean() == pytest.approx(function["uws_above_half_mL"], abs=near)
    assert (clinic["schirmer"] > 0).mean() == pytest.approx(function["schirmer_above_0"], abs=near)
    assert (clinic["schirmer"] > 5).mean() == pytest.approx(function["schirmer_above_5"], abs=near)
    laboratory = truth["laboratory"]
    assert (clinic["igg"] > 16).mean() == pytest.approx(laboratory["igg_above_16"], abs=near)
    assert (clinic["c4"] < 0.1).mean() == pytest.approx(laboratory["c4_below_tenth"], abs=near)


@pytest.mark.parametrize("arm", ARMS["arm"], ids=lambda arm: arm["name"])
def test_published_placebo_arms_are_likely_under_the_model(
    sjogren: Disease, active: pd.DataFrame, arm: dict[str, float]
) -> None:
    criterion = Criterion(str(arm["measure"]), minimum=arm["minimum"])
    same = criterion == Criterion("essdai", minimum=5)
    table = active if same else trials(sjogren, criterion, n=56, replicates=30)
    by_trial = change(table, str(arm["measure"]), arm["week"] * 7).groupby("trial")
    expected, spread = by_trial.mean().mean(), by_trial.mean().std()
    assert abs(arm["change"] - expected) < 2 * np.hypot(spread, arm["se"] / 2)
    if "baseline" in arm:
        start = table.loc[table["day"] == 0, str(arm["measure"])]
        assert start.mean() == pytest.approx(arm["baseline"], abs=1.5)
    if "baseline_sd" in arm:
        assert start.std() == pytest.approx(arm["baseline_sd"], abs=1.0)


def test_size_spread_and_responders_of_placebo_arms(sjogren: Disease, active: pd.DataFrame) -> None:
    pooled = ARMS["pooled"]
    at_24 = change(active, "essdai", 168.0)
    assert pooled["mean_change"][0] < at_24.mean() < pooled["mean_change"][1]
    within = at_24.groupby("trial").std().mean()
    assert pooled["sd_of_change"][0] < within < pooled["sd_of_change"][1]
    between = at_24.groupby("trial").mean().std()
    assert between > 1.5 * within / np.sqrt(64)  # trials differ by more than chance
    answers = responders(sjogren, active)
    share = answers.loc[answers["day"] == 168.0, "essdai3"].mean()
    assert share == pytest.approx(pooled["responders"], abs=pooled["responders_tolerance"])


def test_time_course_and_symptoms_of_placebo_arms(active: pd.DataFrame) -> None:
    pooled = ARMS["pooled"]
    ratio = change(active, "essdai", 364.0).mean() / change(active, "essdai", 168.0).mean()
    assert ratio == pytest.approx(pooled["year_over_half_year"], abs=pooled["ratio_tolerance"])
    esspri = change(active, "esspri", 168.0).mean()
    assert pooled["esspri_change"][0] < esspri < pooled["esspri_change"][1] + 0.1
    flow = by_visit(active, "uws")
    flow = flow[flow[0.0] > 0]
    up = (flow[168.0] >= 1.5 * flow[0.0]).mean()
    assert up == pytest.approx(pooled["flow_up_by_half"], abs=pooled["flow_tolerance"])


def test_arms_of_sixteen_over_two_hundred_trials(sjogren: Disease) -> None:
    table = trials(sjogren, Criterion("essdai", minimum=6), n=16, replicates=200)
    by_trial = change(table, "essdai", 168.0).groupby("trial")
    assert -5 < by_trial.mean().mean() < -1
    assert 3.2 < by_trial.std().mean() < 6.5
    assert by_trial.mean().std() > 1.2


def test_placebo_leaves_the_laboratory_alone(active: pd.DataFrame) -> None:
    for measure in ("igg", "c4", "rf"):
        wide = by_visit(active, measure)
        log_ratio = np.log(wide[168.0] / wide[0.0])
        assert abs(log_ratio.mean()) < 4 * log_ratio.std() / np.sqrt(len(log_ratio))


def test_whoever_is_let_in_on_a_bad_day_gets_better_without_any_effect(vary) -> None:
    nothing = dict.fromkeys(
        ("mean", "trial_sd", "patient_sd", "scale_mean", "scale_trial_sd", "scale_patient_sd"), 0.0
    )
    disease = vary(response=nothing)
    selected = change(trials(disease, Criterion("essdai", minimum=5), 64, 30), "essdai", 168.0)
    assert selected.mean() < -4 * selected.std() / np.sqrt(len(selected))
    anybody = change(trials(disease, Criterion("essdai", minimum=0), 64, 30), "essdai", 168.0)
    assert abs(anybody.mean()) < 3 * anybody.std() / np.sqrt(len(anybody))
