"""The analysis of covariance against textbook formulae and its own guarantees."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from tolerogen.errors import SimulationError
from tolerogen.trials.ancova import ancova


def trial(n=60, effect=-2.0, seed=0):
    rng = np.random.default_rng(seed)
    arm = np.where(np.arange(n) % 3 == 0, "placebo", "drug")
    baseline = rng.normal(10, 3, n)
    change = -1 - 0.5 * (baseline - 10) + effect * (arm == "drug") + rng.normal(0, 2, n)
    strata = rng.integers(0, 2, n).astype(float)
    return pd.DataFrame({"arm": arm, "baseline": baseline, "change": change, "steroid": strata})


def test_two_arms_match_the_formula_of_the_textbook():
    """Pooled within-arm slope, adjusted difference and its standard error, by hand."""
    data = trial()
    drug, placebo = (data[data["arm"] == name] for name in ("drug", "placebo"))
    sxx = sum(((g.baseline - g.baseline.mean()) ** 2).sum() for g in (drug, placebo))
    sxy = sum(
        ((g.baseline - g.baseline.mean()) * (g.change - g.change.mean())).sum()
        for g in (drug, placebo)
    )
    syy = sum(((g.change - g.change.mean()) ** 2).sum() for g in (drug, placebo))
    slope, df = sxy / sxx, len(data) - 3
    gap = drug.baseline.mean() - placebo.baseline.mean()
    expected = drug.change.mean() - placebo.change.mean() - slope * gap
    variance = (syy - slope * sxy) / df
    se = math.sqrt(variance * (1 / len(drug) + 1 / len(placebo) + gap**2 / sxx))

    found = ancova(data, arms=["drug", "placebo"], reference="placebo").differences["drug"]
    assert found.estimate == pytest.approx(expected)
    assert found.se == pytest.approx(se)
    assert found.df == df
    half = student.ppf(0.975, df) * se
    assert (found.low, found.high) == pytest.approx((expected - half, expected + half))
    assert found.p == pytest.approx(2 * student.sf(abs(expected / se), df))


def test_means_differ_by_the_difference_and_average_to_the_mean_change():
    data = trial()
    fit = ancova(data, arms=["drug", "placebo"], reference="placebo", strata=["steroid"])
    gap = fit.means["drug"].estimate - fit.means["placebo"].estimate
    assert gap == pytest.approx(fit.differences["drug"].estimate)
    sizes = data["arm"].value_counts()
    weighted = sum(fit.means[a].estimate * sizes[a] for a in ("drug", "placebo")) / len(data)
    assert weighted == pytest.approx(data["change"].mean())


def test_interval_covers_the_truth_as_often_as_it_says():
    hits = 0
    for seed in range(300):
        found = ancova(trial(48, -1.5, seed), arms=["drug", "placebo"], reference="placebo")
        hits += found.differences["drug"].low <= -1.5 <= found.differences["drug"].high
    # 95 % of 300 is 285; three binomial standard deviations are 11
    assert 274 <= hits <= 296


def test_missing_values_leave_only_their_own_rows_out():
    data = trial()
    holed = data.copy()
    holed.loc[[1, 5], "change"] = np.nan
    kwargs = {"arms": ["drug", "placebo"], "reference": "placebo"}
    assert ancova(holed, **kwargs) == ancova(data.drop(index=[1, 5]), **kwargs)


def test_a_stratum_without_variation_is_left_out():
    data = trial().assign(steroid=1.0)
    kwargs = {"arms": ["drug", "placebo"], "reference": "placebo"}
    with_it = ancova(data, strata=["steroid"], **kwargs)
    assert with_it.differences == ancova(data, **kwargs).differences


def test_too_few_patients_give_no_estimate_rather_than_a_false_one():
    fit = ancova(trial(3), arms=["drug", "placebo"], reference="placebo")
    assert math.isnan(fit.differences["drug"].estimate)
    gone = trial()[lambda d: d["arm"] == "placebo"]
    fit = ancova(gone, arms=["drug", "placebo"], reference="placebo")
    assert math.isnan(fit.differences["drug"].estimate)
    assert not math.isnan(fit.means["placebo"].estimate)


def test_a_single_arm_has_a_mean_and_no_difference():
    data = trial().assign(arm="placebo")
    fit = ancova(data, arms=["placebo"], reference="placebo")
    assert fit.differences == {}
    assert fit.means["placebo"].estimate == pytest.approx(data["change"].mean())


def test_an_unknown_reference_is_refused():
    with pytest.raises(SimulationError, match="sham"):
        ancova(trial(), arms=["drug", "placebo"], reference="sham")
