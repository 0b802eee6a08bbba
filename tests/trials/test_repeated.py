"""The mixed model as the analysis of a trial: where it is the t-test, and what it must not mind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tolerogen.errors import SpecError
from tolerogen.trials import ancova, load_trial, mmrm, run_trial
from tolerogen.trials.repeated import repeated

ARMS = ["placebo", "drug"]


def visits(patients: int = 60, days: int = 3, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    arm = np.resize(ARMS, patients)
    base = random.normal(10, 2, patients)
    value = random.normal(size=(patients, 1)) + random.normal(size=(patients, days))
    value += -0.5 * (base[:, None] - 10) - 1.5 * (arm == "drug")[:, None]
    return pd.DataFrame(
        {
            "patient": np.repeat(np.arange(patients), days),
            "arm": np.repeat(arm, days),
            "day": np.tile(28.0 * np.arange(1, days + 1), patients),
            "baseline": np.repeat(base, days),
            "change": value.ravel(),
        }
    )


def fit(data: pd.DataFrame, **more: object) -> object:
    return repeated(data, arms=ARMS, reference="placebo", **{"day": 84.0, **more})


def test_one_visit_is_analysis_of_covariance() -> None:
    data = visits(days=1)
    ours = fit(data, day=28.0)
    theirs = ancova(data.set_index("patient"), arms=ARMS, reference="placebo")
    for name in ("estimate", "se", "low", "high", "df", "p"):
        assert getattr(ours.differences["drug"], name) == pytest.approx(
            getattr(theirs.differences["drug"], name), rel=1e-5
        )
        assert getattr(ours.means["drug"], name) == pytest.approx(
            getattr(theirs.means["drug"], name), rel=1e-5
        )


def test_complete_data_give_the_analysis_of_covariance_of_the_last_visit() -> None:
    """With every visit there, unstructured, the visits before carry no information on the last."""
    data = visits()
    last = data[data["day"] == 84].set_index("patient")
    theirs = ancova(last, arms=ARMS, reference="placebo").differences["drug"]
    ours = fit(data).differences["drug"]
    assert ours.estimate == pytest.approx(theirs.estimate, abs=1e-8)
    assert ours.se == pytest.approx(theirs.se, rel=1e-5)
    assert ours.df == pytest.approx(theirs.df, rel=1e-3)


def test_two_arms_one_visit_no_covariate_is_a_t_test() -> None:
    data = visits(days=1).assign(baseline=1.0)
    groups = [data.loc[data["arm"] == arm, "change"] for arm in reversed(ARMS)]
    assert fit(data, day=28.0).differences["drug"].p == pytest.approx(
        stats.ttest_ind(*groups).pvalue, rel=1e-6
    )


def test_an_earlier_visit_tells_about_those_who_left() -> None:
    """Whoever is bad at the first visit leaves: available cases are biased, the model is not."""
    gaps = []
    for seed in range(25):
        data = visits(patients=100, days=2, seed=seed)
        first = data["change"].where(data["day"] == 28).groupby(data["patient"]).transform("max")
        gone = (data["day"] == 56) & (first > 0.5) & (data["arm"] == "placebo")
        kept = data.assign(change=data["change"].mask(gone))
        model = fit(kept, day=56.0).differences["drug"].estimate
        last = kept[kept["day"] == 56].set_index("patient")
        naive = ancova(last, arms=ARMS, reference="placebo").differences["drug"].estimate
        gaps.append((model + 1.5, naive + 1.5))
    mean, se = np.mean(gaps, axis=0), np.std(gaps, axis=0) / np.sqrt(len(gaps))
    assert abs(mean[0]) < 3 * se[0]
    assert mean[1] > 5 * se[1]


def test_arm_without_values_is_not_a_number() -> None:
    data = visits()
    data.loc[data["arm"] == "drug", "change"] = np.nan
    found = fit(data)
    assert np.isnan(found.differences["drug"].estimate)
    assert np.isnan(found.means["drug"].estimate)
    assert np.isfinite(found.means["placebo"].estimate)
    nothing = fit(data.assign(change=np.nan))
    assert np.isnan(nothing.means["placebo"].estimate)


def test_a_covariance_too_large_for_the_data_is_replaced() -> None:
    data = visits(patients=10, days=8, seed=5)
    assert np.isfinite(fit(data, day=224.0).differences["drug"].se)


def test_in_a_trial_file(edited: object) -> None:
    path = edited(
        '[endpoint]\nmeasure = "activity"', '[endpoint]\nanalysis = "mmrm"\nmeasure = "activity"'
    )
    spec = load_trial(path)
    assert [e.analysis for e in spec.endpoints] == ["mmrm", "ancova"]
    result = run_trial(replace(spec, strata=()), replicates=2, threads=1, backend="reference")
    row = result.analysis.differences.iloc[0]
    table = result.observations.merge(result.patients[["arm"]], on="patient", suffixes=("_", ""))
    base = table[table["day"] == 0].set_index("patient")["activity"]
    table = table[table["day"] > 0].assign(
        base=lambda t: t["patient"].map(base), change=lambda t: t["activity"] - t["base"]
    )
    direct = mmrm("change ~ base * C(day) + arm * C(day)", table, "patient", "day",
                  df="kenward-roger")  # fmt: skip
    theirs = direct.contrast("arm", by="day", reference="placebo").iloc[-1]
    assert row["estimate"] == pytest.approx(theirs["estimate"], abs=1e-6)
    assert row["se"] == pytest.approx(theirs["se"], abs=1e-6)
    assert "mixed model" in result.summary()
    assert "mixed model for repeated measures" in result.explain()


def test_an_analysis_that_does_not_exist(edited: object) -> None:
    with pytest.raises(SpecError, match="'ancova' or 'mmrm'"):
        load_trial(edited("[endpoint]\n", '[endpoint]\nanalysis = "anova"\n'))
