"""Every listing of SAS PROC MIXED in the reference folder, and the tables of R beside them.

SAS stops when an iteration promises little, so its estimates lie a thousandth of a standard
error from the maximum, more than its last printed digit. Three things are therefore held: our
likelihood is never below that of SAS and not more than 2e-5 above; the likelihood that we
compute at the parameters SAS prints is the one it prints; and estimates agree to the printed
digit plus the distance that the difference in likelihood allows.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.trials.mmrm.listings import FOLDER, Listing, digits, listings, read

from tolerogen.trials import MmrmResult, mmrm
from tolerogen.trials.mmrm.likelihood import evaluate

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the SAS listings and fev_data.csv are not there"
)
FULL = "FEV1 ~ RACE + SEX + ARMCD * AVISIT"


@pytest.fixture(scope="module")
def fev() -> pd.DataFrame:
    data = pd.read_csv(FOLDER / "fev_data.csv")
    data["SEX"] = pd.Categorical(data["SEX"], ["Male", "Female"])
    return data


def fit(listing: Listing, data: pd.DataFrame) -> MmrmResult:
    return mmrm(
        listing.formula,
        data,
        subject="USUBJID",
        visit="AVISIT",
        covariance=listing.structure,
        group="ARMCD" if listing.grouped else None,
        reml=listing.reml,
    )


def row(result: MmrmResult, group: str, name: str) -> int:
    """Where a parameter of SAS stands in our table."""
    total = "variance" if result.structure.name == "ar1" else "residual"
    name = {"Residual": total, "Variance": total}.get(name, name).lower()
    table = result.covariance_parameters
    match = table["parameter"] == name.replace("var(", "variance(")
    match &= (table["group"] == group) if group else table["group"].isna()
    assert match.sum() == 1, (group, name)
    return int(np.argmax(match))


@pytest.mark.parametrize("path", listings(), ids=lambda path: path.stem)
def test_likelihood(path: Path, fev: pd.DataFrame) -> None:
    listing = read(path)
    result = fit(listing, fev)
    assert listing.neg2loglik - 2e-5 < result.neg2loglik < listing.neg2loglik + 1e-8

    printed = result.optimum.point.theta.copy()
    for (group, name), (estimate, _, _) in listing.parameters.items():
        printed.flat[row(result, group, name)] = float(estimate)
    there = evaluate(result.design, result.structure, printed, listing.reml)
    assert there is not None
    assert there.value == pytest.approx(listing.neg2loglik, abs=2e-5)


@pytest.mark.parametrize("path", listings(), ids=lambda path: path.stem)
def test_estimates(path: Path, fev: pd.DataFrame) -> None:
    listing = read(path)
    result = fit(listing, fev)
    gap = listing.neg2loglik - result.neg2loglik
    # -2 log-likelihood rises by (distance in standard errors)^2 away from its maximum
    stray = np.sqrt(max(gap, 0.0) + 1e-8)
    table = result.covariance_parameters
    for (group, name), texts in listing.parameters.items():
        ours = table.iloc[row(result, group, name)]
        for text, value in zip(texts, ours[["estimate", "low", "high"]], strict=True):
            # upper limits of variances move faster than the estimate, up to threefold here
            assert value == pytest.approx(float(text), abs=digits(text) + 3 * stray * ours["se"])
    for name, texts in listing.effects.items():
        ours = result.coefficients.filter(like=name, axis=0).iloc[0]
        assert ours["estimate"] == pytest.approx(
            float(texts[0]), abs=digits(texts[0]) + stray * ours["se"]
        )
        assert ours["se"] == pytest.approx(float(texts[1]), abs=digits(texts[1]) + stray * 0.05)
        assert ours["df"] == pytest.approx(float(texts[2]), abs=0.5)
        if len(texts) > 5:
            assert ours["low"] == pytest.approx(float(texts[6]), abs=1e-3)
            assert ours["high"] == pytest.approx(float(texts[7]), abs=1e-3)


def test_kenward_roger(fev: pd.DataFrame) -> None:
    ours = mmrm("FEV1 ~ ARMCD", fev, "USUBJID", "AVISIT", df="kenward-roger").coefficients.iloc[1]
    assert ours["se"] == pytest.approx(0.6612438, abs=5e-4)
    assert ours["df"] == pytest.approx(160.7333, abs=0.1)


def test_lsmeans_of_nlme(fev: pd.DataFrame) -> None:
    oracle = json.loads((FOLDER.parent / "oracles" / "mmrm_nlme_fev.json").read_text())
    result = mmrm(FULL, fev, "USUBJID", "AVISIT", df="residual")
    assert result.neg2loglik == pytest.approx(oracle["neg2reml"], abs=1e-4)
    assert result.neg2loglik == pytest.approx(3386.44988, abs=1e-3)  # SAS
    theirs = pd.DataFrame(oracle["emmeans"]).set_index(["ARMCD", "AVISIT"])
    ours = result.lsmeans("ARMCD", by="AVISIT").set_index(["ARMCD", "AVISIT"]).loc[theirs.index]
    for name, column in [("estimate", "emmean"), ("se", "SE")]:
        assert ours[name].to_numpy() == pytest.approx(theirs[column].to_numpy(), abs=1e-4)
    assert result.covariance.to_numpy() == pytest.approx(np.array(oracle["sigma"]), abs=5e-3)
