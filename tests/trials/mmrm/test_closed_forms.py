"""Cases whose answer is known without an iteration: t tests and regressions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.api import OLS, WLS, add_constant

from tolerogen.trials import mmrm

METHODS = ("satterthwaite", "kenward-roger")


@pytest.fixture(scope="module")
def complete() -> pd.DataFrame:
    """Everybody seen at three visits, twelve patients in each of two arms."""
    random = np.random.default_rng(5)
    arm = np.repeat(["a", "b"], 12)
    level = random.normal(0, 2, 24)[:, None]
    value = level + random.normal(0, [1, 1.5, 2], (24, 3)) + (arm == "b")[:, None] * [0, 1, 2]
    return pd.DataFrame(
        {
            "who": np.repeat(np.arange(24), 3),
            "visit": np.tile(["v1", "v2", "v3"], 24),
            "arm": np.repeat(arm, 3),
            "value": value.ravel(),
        }
    )


def wide(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    table = data.pivot_table(index=["arm", "who"], columns="visit", values="value")
    return {arm: table.loc[arm] for arm in ("a", "b")}


@pytest.mark.parametrize("method", METHODS)
def test_unstructured_complete_data_is_a_t_test_at_every_visit(
    complete: pd.DataFrame, method: str
) -> None:
    result = mmrm("value ~ arm * visit", complete, "who", "visit", df=method)
    rows = result.contrast("arm", by="visit").set_index("visit")
    groups = wide(complete)
    for visit in ("v1", "v2", "v3"):
        test = stats.ttest_ind(groups["b"][visit], groups["a"][visit])
        assert rows.loc[visit, "t"] == pytest.approx(test.statistic, rel=1e-6)
        assert rows.loc[visit, "df"] == pytest.approx(22, rel=1e-6)
        assert rows.loc[visit, "p"] == pytest.approx(test.pvalue, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_compound_symmetry_is_the_split_plot(complete: pd.DataFrame, method: str) -> None:
    result = mmrm("value ~ arm * visit", complete, "who", "visit", covariance="cs", df=method)
    groups = wide(complete)
    between = stats.ttest_ind(groups["b"].mean(axis=1), groups["a"].mean(axis=1))
    row = result.contrast("arm").iloc[0]
    assert row["t"] == pytest.approx(between.statistic, rel=1e-6)
    assert row["df"] == pytest.approx(22, rel=1e-6)
    within = result.joint_test("arm:visit")
    assert (within["df1"], within["df2"]) == (2, pytest.approx(44, rel=1e-6))
    assert within["f"] == pytest.approx(split_plot_f(groups), rel=1e-6)


def split_plot_f(groups: dict[str, pd.DataFrame]) -> float:
    """F of the interaction by sums of squares."""
    tables = [group.to_numpy() for group in groups.values()]
    centred = [t - t.mean(axis=1, keepdims=True) for t in tables]
    error = sum(((c - c.mean(axis=0)) ** 2).sum() for c in centred)
    gap = centred[1].mean(axis=0) - centred[0].mean(axis=0)
    between = len(tables[0]) / 2 * (gap**2).sum()
    return (between / 2) / (error / 44)


@pytest.mark.parametrize("method", METHODS)
def test_paired_t_test(complete: pd.DataFrame, method: str) -> None:
    two = complete[complete["visit"] != "v3"]
    row = mmrm("value ~ visit", two, "who", "visit", df=method).contrast("visit").iloc[0]
    table = two.pivot_table(index="who", columns="visit", values="value")
    test = stats.ttest_rel(table["v2"], table["v1"])
    assert row["t"] == pytest.approx(test.statistic, rel=1e-6)
    assert row["df"] == pytest.approx(23, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("structure", ["us", "cs", "ar1", "toeph"])
def test_one_visit_is_least_squares(complete: pd.DataFrame, method: str, structure: str) -> None:
    last = complete[complete["visit"] == "v3"].assign(
        base=complete.loc[complete["visit"] == "v1", "value"].to_numpy(),
        weight=np.linspace(0.5, 2, 24),
    )
    design = add_constant(np.column_stack([last["base"], last["arm"] == "b"]).astype(float))
    plain = OLS(last["value"].to_numpy(), design).fit()
    formula = "value ~ base + arm"
    ours = mmrm(formula, last, "who", "visit", covariance=structure, df=method)
    row = ours.coefficients.loc["arm[T.b]"]
    assert row["estimate"] == pytest.approx(plain.params[2], rel=1e-8)
    assert row["se"] == pytest.approx(plain.bse[2], rel=1e-6)
    assert row["df"] == pytest.approx(21, rel=1e-6)
    assert row["p"] == pytest.approx(plain.pvalues[2], rel=1e-5)

    likelihood = mmrm(formula, last, "who", "visit", covariance=structure, reml=False)
    assert likelihood.neg2loglik == pytest.approx(-2 * plain.llf, rel=1e-9)

    heavy = WLS(last["value"].to_numpy(), design, weights=last["weight"].to_numpy()).fit()
    weighted = mmrm(
        formula, last, "who", "visit", covariance=structure, weights="weight", reml=False
    )
    assert weighted.neg2loglik == pytest.approx(-2 * heavy.llf, rel=1e-9)
    assert weighted.coefficients["estimate"].iloc[2] == pytest.approx(heavy.params[2], rel=1e-8)


def test_two_groups_with_a_covariance_each_are_two_fits(complete: pd.DataFrame) -> None:
    joint = mmrm("value ~ arm * visit", complete, "who", "visit", group="arm")
    apart = [mmrm("value ~ visit", part, "who", "visit") for _, part in complete.groupby("arm")]
    assert joint.neg2loglik == pytest.approx(sum(fit.neg2loglik for fit in apart), rel=1e-9)
    for label, fit in zip("ab", apart, strict=True):
        assert joint.covariance.loc[label].to_numpy() == pytest.approx(
            fit.covariance.to_numpy(), rel=1e-5
        )
