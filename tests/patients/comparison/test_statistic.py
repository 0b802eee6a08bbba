"""Statistics by name, against numpy and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tolerogen.errors import SpecError
from tolerogen.patients.comparison import statistic
from tolerogen.patients.comparison.statistic import Reading, kind_of

RNG = np.random.default_rng(3)
TABLE = pd.DataFrame(
    {
        "igg": RNG.lognormal(2.7, 0.4, 500),
        "essdai": RNG.integers(0, 20, 500).astype(float),
        "female": RNG.random(500) < 0.9,
        "a": np.r_[np.zeros(300), np.ones(200)],
        "b": np.r_[np.zeros(400), np.ones(100)],
    }
)


def test_plain_statistics_are_those_of_numpy() -> None:
    igg = TABLE["igg"].to_numpy()
    assert statistic(TABLE, "igg", "mean") == pytest.approx(igg.mean())
    assert statistic(TABLE, "igg", "sd") == pytest.approx(igg.std(ddof=1))
    assert statistic(TABLE, "igg", "q75") == pytest.approx(np.percentile(igg, 75))
    assert statistic(TABLE, "igg", "share_gt_16") == pytest.approx((igg > 16).mean())
    assert statistic(TABLE, "essdai", "share_zero") == (TABLE["essdai"] == 0).mean()
    assert statistic(TABLE, "a|b", "share") == 0.4  # 100 of b lie within the 200 of a


def test_conditions_choose_patients() -> None:
    men = TABLE[~TABLE["female"]]
    assert statistic(TABLE, "igg", "mean", "!female") == pytest.approx(men["igg"].mean())
    high = TABLE["igg"] > TABLE["igg"].quantile(0.7)
    assert statistic(TABLE, "essdai", "median", "igg>q0.7") == TABLE.loc[high, "essdai"].median()
    ratio = TABLE.loc[high, "essdai"].mean() / TABLE.loc[~high, "essdai"].mean()
    assert statistic(TABLE, "essdai", "ratio_of_means", "igg>q0.7") == pytest.approx(ratio)


def test_correlations_are_those_of_scipy() -> None:
    a, b = TABLE["igg"], TABLE["essdai"]
    assert statistic(TABLE, "igg", "pearson", other="essdai") == pytest.approx(
        stats.pearsonr(a, b).statistic
    )
    assert statistic(TABLE, "igg", "spearman", other="essdai") == pytest.approx(
        stats.spearmanr(a, b).statistic
    )


def test_resampled_cohorts_scatter_by_the_standard_error() -> None:
    drawn = Reading.of(TABLE, "igg", "mean").resampled(60, 2000, np.random.default_rng(1))
    assert drawn.std() == pytest.approx(TABLE["igg"].std() / np.sqrt(60), rel=0.06)


@pytest.mark.parametrize(
    ("measure", "name", "where", "said"),
    [
        ("ig", "mean", "", "no 'ig'"),
        ("igg", "mode", "", "no statistic 'mode'"),
        ("igg", "mean", "female==1", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(measure: str, name: str, where: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        statistic(TABLE, measure, name, where)


def test_families() -> None:
    assert kind_of("share_le_q0.5") == "share"
    assert kind_of("ratio_of_medians") == "ratio_of_medians"
