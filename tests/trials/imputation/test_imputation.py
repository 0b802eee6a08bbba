"""Reference-based imputation against closed forms, and against what must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from tolerogen.errors import AnalysisError
from tolerogen.trials.imputation import apply_estimand, pool, reference_based
from tolerogen.trials.imputation.impute import _complete, _full
from tolerogen.trials.imputation.strategies import conditional, means
from tolerogen.trials.mmrm.design import read_design
from tolerogen.trials.mmrm.newton import maximise
from tolerogen.trials.mmrm.structures import structure

OWN, REFERENCE = np.array([1.0, 2.0, 4.0]), np.array([10.0, 11.0, 15.0])


def trial(patients: int = 60, visits: int = 3, seed: int = 1, effect: float = 2.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    arm = np.resize(["drug", "placebo"], patients)
    base = random.normal(size=patients)
    level = random.normal(size=patients)
    value = base[:, None] + level[:, None] + random.normal(size=(patients, visits))
    value -= effect * (arm == "drug")[:, None] * np.arange(1, visits + 1) / visits
    last = random.integers(1, 2 * visits, patients)
    value[np.arange(visits)[None, :] >= np.maximum(last, 1)[:, None]] = np.nan
    return pd.DataFrame(
        {
            "who": np.repeat([f"p{k:03d}" for k in range(patients)], visits),
            "visit": np.tile([f"v{k}" for k in range(visits)], patients),
            "arm": np.repeat(arm, visits),
            "base": np.repeat(base, visits),
            "change": value.ravel(),
        }
    )


FORMULA = "change ~ arm * visit"


def mean_completed(data: pd.DataFrame, name: str) -> tuple[np.ndarray, object, object]:
    """Conditional means at the estimates: imputation without any draw."""
    design = read_design(FORMULA, data, "who", "visit", None, None)
    shape = structure("us", len(design.visits))
    point = maximise(design, shape, True).point
    full = _full(design, data, "who", "visit", "arm", "placebo")
    filled = _complete(
        full, {"drug": name, "placebo": "mar"}, point.beta, shape.matrix(point.theta[0]), None
    )
    return filled, full, point


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mar", [1, 2, 4]),
        ("j2r", [1, 11, 15]),
        ("cr", [10, 11, 15]),
        ("cir", [1, 2, 6]),
        ("lmcf", [1, 1, 1]),
    ],
)
def test_means_of_a_patient_who_left_after_the_first_visit(name: str, expected: list) -> None:
    assert means(name, OWN, REFERENCE, 0) == pytest.approx(expected)
    if name != "mar":
        assert means(name, OWN, REFERENCE, -1) == pytest.approx(REFERENCE)


def test_conditional_normal() -> None:
    sigma = np.array([[4.0, 2.0], [2.0, 9.0]])
    centre, spread = conditional(
        np.array([1.0, 2.0]), sigma, np.array([3.0, 0.0]), np.array([True, False])
    )
    assert centre == pytest.approx([2 + 2 / 4 * 2])
    assert spread == pytest.approx(np.array([[9 - 2 * 2 / 4]]))


def test_mar_gives_back_the_mixed_model() -> None:
    data = trial()
    filled, full, point = mean_completed(data, "mar")
    gap = filled[full.arms == "drug"].mean(axis=0) - filled[full.arms == "placebo"].mean(axis=0)
    drug, placebo = full.own[full.arms == "drug"][0], full.own[full.arms == "placebo"][0]
    assert gap == pytest.approx((drug - placebo) @ point.beta, abs=1e-4)


def test_jump_to_reference_in_closed_form() -> None:
    """Two visits, some gone after the first: the jump takes their gap at the second away."""
    data = trial(visits=2, seed=3)
    filled, full, point = mean_completed(data, "j2r")
    mar, _, _ = mean_completed(data, "mar")
    drug = full.arms == "drug"
    gone = (drug & ~full.seen[:, 1]).sum() / drug.sum()
    own = full.own[drug][0] @ point.beta
    reference = full.other[drug][0] @ point.beta
    lost = gone * (own[1] - reference[1])
    assert mar[drug, 1].mean() - filled[drug, 1].mean() == pytest.approx(lost, abs=1e-9)
    assert filled[~drug] == pytest.approx(mar[~drug])
    # copy increments lose only the growth of the gap, copy reference lies in between
    cir, _, _ = mean_completed(data, "cir")
    growth = gone * ((own[1] - reference[1]) - (own[0] - reference[0]))
    assert mar[drug, 1].mean() - cir[drug, 1].mean() == pytest.approx(growth, abs=1e-9)


def test_one_visit_dilutes_by_the_share_missing() -> None:
    random = np.random.default_rng(4)
    data = pd.DataFrame(
        {
            "who": range(80),
            "visit": "v",
            "arm": ["drug", "placebo"] * 40,
            "change": random.normal(size=80) - np.resize([2.0, 0.0], 80),
        }
    )
    data.loc[data.index[:20:2], "change"] = np.nan  # ten of forty on drug
    seen = data.dropna().groupby("arm")["change"].mean()
    result = reference_based(
        "change ~ arm", data, "who", "visit", "arm", "placebo", imputations=300
    )
    pooled = result.analyse()["drug"]
    exact = 0.75 * (seen["drug"] - seen["placebo"])
    assert pooled.estimate == pytest.approx(exact, abs=4 * np.sqrt(pooled.between / 300))
    worse = result.analyse(delta=3.0)["drug"]
    assert worse.estimate - pooled.estimate == pytest.approx(0.25 * 3.0)
    table = result.tipping([0.0, 3.0, 6.0])
    assert table["estimate"].tolist() == pytest.approx(
        [pooled.estimate + 0.25 * d for d in (0, 3, 6)]
    )
    assert table["p"].iloc[0] < 0.001 < 0.5 < table["p"].iloc[2]


def test_order_of_strategies_and_the_same_seed() -> None:
    data = trial(seed=7)
    formula = "change ~ base * visit + arm * visit"
    found = {
        name: reference_based(
            formula, data, "who", "visit", "arm", "placebo", name, imputations=30, covariance="cs"
        ).analyse(covariates=("base",))["drug"]
        for name in ("mar", "cir", "j2r")
    }
    assert found["mar"].estimate < found["cir"].estimate < found["j2r"].estimate < 0
    again = reference_based(
        formula, data, "who", "visit", "arm", "placebo", "j2r", imputations=30, covariance="cs"
    )
    assert again.analyse(covariates=("base",))["drug"] == found["j2r"]
    assert 0 < found["j2r"].missing < 1
    values = np.reshape(again.values, (30, -1))
    kept = ~again.missing.ravel()
    assert (values[:, kept] == values[0, kept]).all()


def test_rubins_rules() -> None:
    """By the formulae of Rubin 1987 and Barnard and Rubin 1999, written out."""
    q, u, df = [2.0, 3.0, 4.0, 3.0], [1.0, 1.2, 0.8, 1.0], 30.0
    result = pool(q, u, df)
    between, within = 2 / 3, 1.0
    total = within + 1.25 * between
    gamma = 1.25 * between / total
    old, seen = 3 / gamma**2, (31 / 33) * 30 * (1 - gamma)
    assert result.se == pytest.approx(np.sqrt(total))
    assert result.df == pytest.approx(1 / (1 / old + 1 / seen))
    assert result.p == pytest.approx(2 * t.sf(3 / np.sqrt(total), result.df))
    same = pool([1.0, 1.0], [0.5, 0.5], 1e9)
    assert (same.se, same.missing) == (pytest.approx(np.sqrt(0.5)), 0.0)


def test_estimands() -> None:
    data = pd.DataFrame(
        {"week": [1, 2, 3] * 2, "score": [1.0] * 6, "rescue": [1.0] * 3 + [np.nan] * 3}
    )
    assert apply_estimand(data, "treatment-policy", "score", "week", "rescue").equals(data)
    hypothetical = apply_estimand(data, "hypothetical", "score", "week", "rescue")
    assert hypothetical["score"].isna().tolist() == [False, True, True, False, False, False]
    composite = apply_estimand(data, "composite", "score", "week", "rescue", worst=9.0)
    assert composite["score"].tolist() == [1.0, 9.0, 9.0, 1.0, 1.0, 1.0]
    assert data["score"].eq(1.0).all()


def call(data: pd.DataFrame | None = None, **more: object) -> object:
    arguments = {"reference": "placebo", "imputations": 2, **more}
    table = trial() if data is None else data
    return reference_based(FORMULA, table, "who", "visit", "arm", **arguments)


@pytest.mark.parametrize(
    ("run", "match"),
    [
        (lambda: call(reference="sham"), "reference 'sham'"),
        (lambda: call(strategies="j3r"), "did you mean 'j2r'"),
        (lambda: call(strategies={"high": "cr"}), "no arm 'high'"),
        (lambda: call(imputations=1), "two or more"),
        (lambda: call().analyse(at="v9"), "no visit 'v9'"),
        (lambda: call().analyse(covariates=("age",)), "'age'"),
        (lambda: pool([1.0], [1.0], 10), "two imputations"),
        (
            lambda: call(trial().assign(arm=np.resize(["drug", "placebo"], 180))),
            "more than one value",
        ),
        (lambda: apply_estimand(trial(), "principal", "change", "visit", "visit"), "no estimand"),
        (lambda: apply_estimand(trial(), "composite", "base", "base", "base"), "worst"),
        (lambda: apply_estimand(trial(), "composite", "x", "base", "base"), "no column 'x'"),
    ],
)
def test_refusals(run: object, match: str) -> None:
    with pytest.raises(AnalysisError, match=match):
        run()
