"""A disease with other organs, scales and patients needs files, not Python."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from tolerogen.diseases import Disease
from tolerogen.parameters import Parameter
from tolerogen.patients import Criterion, dropout_days, observe, responders, screen

ENDPOINTS = """
[activity]
median = 2.0
log_sd = 0.1
systemic_involvement = 0.0
systemic_activity = 0.0
status = "assumed"
source = "test"

[[score]]
id = "index"
name = "Index"
maximum = 40
moderate = 5
high = 20
improvement = 10
status = "assumed"
source = "test"

[[domain]]
id = "skin"
name = "Skin"
levels = [0, 2, 4]
weights = { index = 10 }
prevalence = 0.5
drivers = { X = 1.0 }
drivers_reason = "test"
status = "assumed"
source = "test"

[[responder]]
id = "half"
name = "Half"
threshold = 1
status = "assumed"
source = "test"
[[responder.item]]
name = "half"
points = 1
any = [{ measure = "index", fall_share = 0.5 }]
"""

COVARIATES = """
[[covariate]]
id = "smoker"
name = "Smoker"
unit = "yes/no"
kind = "yes_no"
probability = 0.3
status = "assumed"
source = "test"
[[covariate.effect]]
when = true
parameter = "X_0"
factor = 2.0
status = "assumed"
source = "test"
"""


def made(sjogren: Disease, folder: Path) -> Disease:
    (folder / "endpoints.toml").write_text(ENDPOINTS, encoding="utf-8")
    (folder / "covariates.toml").write_text(COVARIATES, encoding="utf-8")
    placebo = (sjogren.folder / "placebo.toml").read_text(encoding="utf-8")
    (folder / "placebo.toml").write_text(placebo, encoding="utf-8")
    return dataclasses.replace(
        sjogren,
        id="itch",
        folder=folder,
        parameters=(Parameter("X_0", 3.0, "nM"),),
        correlations=(),
    )


def test_it_is_screened_observed_and_answered(sjogren: Disease, tmp_path: Path) -> None:
    itch = made(sjogren, tmp_path)
    patients = screen(itch, 100, seed=1, criteria=[Criterion("index", minimum=20)])
    smokes = patients.covariates["smoker"]
    assert np.array_equal(patients.parameters["X_0"], np.where(smokes, 6.0, 3.0))
    seen = observe(itch, patients, None, [0.0, 84.0], seed=1)
    assert list(seen.columns) == ["patient", "day", "index", "index_skin"]
    assert seen["index"].isin([0, 20, 40]).all()
    assert (seen.loc[seen["day"] == 0, "index"] >= 20).all()
    answers = responders(itch, seen)
    assert 0 < answers["half"].mean() < 1
    assert len(dropout_days(itch, patients, "active", seed=1, horizon=84.0)) == 100
