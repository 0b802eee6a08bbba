"""What cannot be analysed is refused in a sentence that helps."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from tests.trials.mmrm.test_properties import FORMULA, trial

from tolerogen.errors import AnalysisError
from tolerogen.trials import mmrm


def refused(match: str, data: pd.DataFrame | None = None, formula: str = FORMULA, **more: object):
    with pytest.raises(AnalysisError, match=match) as caught:
        mmrm(formula, trial(1) if data is None else data, "who", "visit", **more)
    return str(caught.value)


def test_names() -> None:
    refused("did you mean 'value'", formula="valu ~ arm")
    refused("no covariance structure 'spatial'", covariance="spatial")
    refused("df 'between' is unknown", df="between")
    refused("no left side", formula="~ arm")
    refused("cannot be used", formula="value ~ arm +* visit")
    refused("no column 'w'", weights="w")


def test_data() -> None:
    data = trial(1)
    refused("nothing to analyse", data.assign(value=np.nan))
    refused("more than one row", pd.concat([data, data.head(1)]))
    refused("above zero", data.assign(w=0.0), weights="w")
    refused("more than one group", data.assign(g=np.arange(len(data)) % 2), group="g")
    refused(
        "cannot tell these effects", data.assign(copy=data["base"]), formula="value ~ base + copy"
    )
    one = data[(data["visit"] != "v3") | (data["who"] == "p0")]
    refused("variance needs two", one, formula="value ~ base + arm")


def test_empty_arm_at_a_visit() -> None:
    data = trial(1)
    data.loc[(data["arm"] == "drug") & (data["visit"] == "v3"), "value"] = np.nan
    refused("An arm may have no patient at a visit", data)


def test_singular_covariance() -> None:
    data = trial(1)
    first = data.loc[data["visit"] == "v0", "value"].to_numpy()
    data.loc[data["visit"] == "v1", "value"] = 2 * first
    refused("singular", data, formula="value ~ visit")


def test_too_few_patients() -> None:
    refused(
        "singular|did not converge|fewer than two",
        trial(1, patients=6, visits=8),
        formula="value ~ 1",
    )


def test_kenward_roger_needs_reml() -> None:
    refused("REML", df="kenward-roger", reml=False)


def test_questions_to_a_fit() -> None:
    fit = mmrm(FORMULA, trial(1), "who", "visit")
    with pytest.raises(AnalysisError, match="no factor of the model"):
        fit.lsmeans("base")
    with pytest.raises(AnalysisError, match="no level of arm"):
        fit.contrast("arm", reference="sham")
    with pytest.raises(AnalysisError, match="no effect 'arm'"):
        fit.contrast({"arm": 1})
    with pytest.raises(AnalysisError, match="weights"):
        fit.contrast([1, 2])
    with pytest.raises(AnalysisError, match="level"):
        fit.lsmeans("arm", level=95)
    with pytest.raises(AnalysisError, match="at: 'bas'"):
        fit.lsmeans("arm", at={"bas": 1})


def test_what_a_fit_says() -> None:
    fit = mmrm(FORMULA, trial(1), "who", "visit", df="kenward-roger", group="arm")
    document = json.loads(fit.to_json())
    assert document["neg2loglik"] == fit.neg2loglik
    assert [part["group"] for part in document["covariance"]] == ["drug", "placebo"]
    assert "Kenward" in fit.citation()
    assert "40 patients" in fit.explain()
    assert "arm[T.placebo]" in fit.summary()
    assert list(fit.coefficients.columns) == ["estimate", "se", "df", "t", "p", "low", "high"]


def test_contrasts_agree_with_coefficients() -> None:
    fit = mmrm(FORMULA, trial(1), "who", "visit")
    named = fit.contrast({"arm[T.placebo]": 1, "arm[T.placebo]:visit[T.v3]": 1})
    listed = fit.contrast("arm", by="visit")
    assert named["estimate"].iloc[0] == pytest.approx(listed["estimate"].iloc[3])
    assert named["df"].iloc[0] == pytest.approx(listed["df"].iloc[3])
    pairs = fit.contrast("visit", pairwise=True)
    assert len(pairs) == 6
    assert pairs["contrast"].iloc[0] == "v1 - v0"
    at = [fit.lsmeans("arm", at={"base": value})["estimate"].to_numpy() for value in (0.0, 1.0)]
    assert at[1] - at[0] == pytest.approx(fit.coefficients.loc["base", "estimate"])
