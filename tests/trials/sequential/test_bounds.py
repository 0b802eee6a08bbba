"""Bounds against rpact, against simulation, and against what must hold."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from tolerogen.errors import AnalysisError
from tolerogen.trials.sequential import (
    crossing,
    group_sequential,
    sample_size_means,
    spending,
)

FILE = Path(__file__).parents[2] / "anchors" / "group_sequential.toml"
ANCHOR = tomllib.loads(FILE.read_text(encoding="utf-8"))
KINDS = ["pocock", "obrien-fleming", "lan-demets-obrien-fleming", "lan-demets-pocock"]


@pytest.mark.parametrize("row", ANCHOR["design"], ids=lambda row: f"{row['kind']}-{row['looks']}")
def test_rpact(row: dict) -> None:
    design = group_sequential(row["looks"], row["kind"], gamma=row.get("gamma"))
    for ours, theirs in [
        (design.critical, row["critical"]),
        (design.alpha_spent, row["alpha_spent"]),
        (design.inflation, row["inflation"]),
        (design.stage_level, norm.sf(row["critical"])),
    ]:
        assert ours == pytest.approx(theirs, abs=1e-6)  # asked for: 1e-4


def test_unequal_looks_with_futility() -> None:
    row = ANCHOR["unequal"]
    design = group_sequential(row["information"], beta=row["beta"], futility=row["futility"])
    assert design.critical == pytest.approx(row["critical"], abs=1e-6)
    fixed = sample_size_means(row["difference"], row["sd"], beta=row["beta"])
    assert fixed == pytest.approx(row["n_fixed"], abs=1e-4)
    assert design.sample_size(fixed)["maximum"] == pytest.approx(row["n_total"], abs=1e-4)


def test_two_looks_by_the_bivariate_normal() -> None:
    design = group_sequential([0.4, 1.0])
    cov = [[1, np.sqrt(0.4)], [np.sqrt(0.4), 1]]
    stays = multivariate_normal([0, 0], cov).cdf(design.critical)
    assert 1 - stays == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize("kind", [*KINDS, "haybittle-peto"])
@pytest.mark.parametrize("futility", [None, "lan-demets-obrien-fleming", [-0.5, 0.3]])
@pytest.mark.parametrize("binding", [False, True])
def test_errors_are_spent(kind: str, futility: object, binding: bool) -> None:
    design = group_sequential([0.3, 0.7, 1], kind, beta=0.1, futility=futility, binding=binding)
    assert design.outlook().power == pytest.approx(0.9, abs=1e-7)
    assert design.alpha_spent[-1] == pytest.approx(0.025, abs=1e-7)
    null = design.outlook(0.0).power
    assert null <= 0.025 + 1e-8
    if binding or futility is None:
        assert null == pytest.approx(0.025, abs=1e-7)
    else:
        assert null < 0.025 - 1e-5
    assert sum(design.outlook().stops) == pytest.approx(1)


def test_simulation() -> None:
    """50,000 trials: error and expected information within four standard errors."""
    design = group_sequential(4, futility="lan-demets-pocock", beta=0.2, binding=True)
    random = np.random.default_rng(3)
    steps = np.diff([0, *design.information])
    for drift in (0.0, design.drift):
        score = np.cumsum(drift * steps + random.normal(size=(50_000, 4)) * np.sqrt(steps), axis=1)
        z = score / np.sqrt(design.information)
        up = z > design.critical
        down = z <= [*design.futility, -np.inf]
        first_up = np.where(up.any(axis=1), up.argmax(axis=1), 99)
        first_down = np.where(down.any(axis=1), down.argmax(axis=1), 99)
        outlook = design.outlook(drift)
        hit = (first_up < first_down).mean()
        assert hit == pytest.approx(outlook.power, abs=4 * np.sqrt(outlook.power / 50_000))
        end = np.minimum(np.minimum(first_up, first_down), 3)
        mean = np.array(design.information)[end].mean()
        assert mean == pytest.approx(outlook.information, abs=4 * 0.3 / np.sqrt(50_000))


def test_wang_tsiatis_lies_between() -> None:
    bounds = [
        group_sequential(3, k, gamma=g).critical
        for k, g in [("obrien-fleming", None), ("wang-tsiatis", 0.25), ("pocock", None)]
    ]
    assert bounds[0][0] > bounds[1][0] > bounds[2][0]
    assert bounds[0][2] < bounds[1][2] < bounds[2][2]
    assert group_sequential(3, "wang-tsiatis", gamma=0.5).critical == pytest.approx(bounds[2])


def test_one_look_is_a_fixed_test() -> None:
    design = group_sequential(1)
    assert design.critical == pytest.approx((norm.isf(0.025),))
    assert design.inflation == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["asOF", "asP"])
def test_spending_rises_to_the_total(name: str) -> None:
    values = [spending(name).spent(t, 0.025) for t in np.linspace(0, 1, 21)]
    assert values[0] == 0
    assert values[-1] == pytest.approx(0.025)
    assert (np.diff(values) > 0).all()


def test_hwang_shih_decani_at_zero_spends_evenly() -> None:
    assert spending("hsd", 0.0).spent(0.3, 0.05) == pytest.approx(0.015)
    assert spending("hsd", 1e-9).spent(0.3, 0.05) == pytest.approx(0.015)


def test_crossing_without_bounds() -> None:
    never = crossing([0.5, 1.0], [np.inf, 1.0], [-np.inf, -np.inf], 0.7)
    assert never.upper == pytest.approx([0.0, norm.sf(1.0 - 0.7)], abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"looks": [0.5, 0.9]}, "rise from above 0 to 1"),
        ({"looks": [0.5, 0.5, 1.0]}, "rise"),
        ({"looks": 0}, "between 1 and 50"),
        ({"looks": [0.9999, 1.0]}, "closer"),
        ({"looks": 2, "kind": "obrien"}, "did you mean 'obrien-fleming'"),
        ({"looks": 2, "kind": "kim-demets"}, "needs gamma"),
        ({"looks": 2, "kind": "wang-tsiatis", "gamma": 2.0}, "between 0 and 0.5"),
        ({"looks": 2, "alpha": 0.6}, "between 0 and 0.5"),
        ({"looks": 2, "beta": 0.99}, "beta"),
        ({"looks": 2, "futility": [0.0, 1.0]}, "1 interim"),
        ({"looks": 2, "futility": [3.5]}, "not below its efficacy"),
        ({"looks": 2, "kind": "haybittle-peto", "alpha": 0.001}, "spend more than alpha"),
    ],
)
def test_refusals(arguments: dict, match: str) -> None:
    with pytest.raises(AnalysisError, match=match):
        group_sequential(**arguments)


def test_what_a_design_says() -> None:
    design = group_sequential(3, futility=[0.0, 0.5])
    table = design.frame()
    assert list(table["look"]) == [1, 2, 3]
    assert "not binding" in design.explain()
    assert "Jennison" in design.citation()
