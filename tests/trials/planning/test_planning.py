"""Operating characteristics: where they are known, and what they must not depend on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tests.trials.conftest import plant

from tolerogen.errors import OutputError, SpecError
from tolerogen.trials import (
    ancova,
    explore,
    load_options,
    load_trial,
    power_means,
    run_trial,
    sample_size_means,
)
from tolerogen.trials.planning import Options
from tolerogen.trials.planning.analyse import compare
from tolerogen.trials.planning.rating import _characteristics, _rate
from tolerogen.trials.planning.simulate import without_effect

DESIGN = """
[design]
patients = [12, 24]
at = ["4 weeks", "8 weeks"]
endpoints = ["activity", "flow"]
replicates = 10

[[design.entry]]
measure = "activity"
minimum = 8
"""


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    path = plant(tmp_path_factory.mktemp("design"))
    path.write_text(path.read_text(encoding="utf-8") + DESIGN, encoding="utf-8")
    return load_options(path)


@pytest.fixture(scope="module")
def result(options: Options) -> object:
    return explore(options, backend="reference", threads=1)


def test_compare_is_the_analysis_of_covariance(options: Options) -> None:
    random = np.random.default_rng(1)
    data = pd.DataFrame(
        {
            "arm": np.resize(["drug", "drug", "placebo"], 40),
            "prednisone": random.integers(0, 2, 40).astype(float),
            "baseline": random.normal(10, 3, 40),
            "change": random.normal(size=40),
        }
    )
    data.loc[::7, "change"] = np.nan
    arms = ["drug", "placebo"]
    theirs = ancova(data, arms=arms, reference="placebo", strata=("prednisone",))
    estimate, half, _ = compare(options, data, 0.95)["drug"]
    exact = theirs.differences["drug"]
    assert estimate == pytest.approx(exact.estimate, abs=1e-12)
    assert (estimate - half, estimate + half) == pytest.approx((exact.low, exact.high), abs=1e-12)
    # a stratum with one value, and an arm that nobody completed
    same = data.assign(prednisone=1.0)
    again = ancova(same, arms=arms, reference="placebo", strata=("prednisone",))
    assert compare(options, same, 0.95)["drug"][0] == pytest.approx(
        again.differences["drug"].estimate
    )
    gone = data.assign(change=data["change"].where(data["arm"] == "placebo"))
    assert np.isnan(compare(options, gone, 0.95)["drug"][0])


def test_first_replicate_is_the_trial_of_trial_run(options: Options, result: object) -> None:
    """The largest size at the file's endpoint, over replicates, is what `run_trial` gives."""
    spec = replace(options.spec, endpoint=replace(options.spec.endpoint, level=0.95))
    theirs = run_trial(spec, replicates=options.replicates, backend="reference", threads=1)
    rows = theirs.replicates.query("role == 'active'")
    table = result.frame()
    one = table[
        (table["entry"] == "as in the file")
        & (table["endpoint"] == "activity")
        & (table["day"] == 56)
        & (table["patients"] == 24)
    ].iloc[0]
    assert one["effect"] == pytest.approx(-rows["difference"].mean(), abs=1e-9)
    assert one["power"] == pytest.approx((rows["high"] < 0).mean())


def test_every_option_is_there(result: object) -> None:
    table = result.frame()
    assert len(table) == 2 * 2 * 2 * 2  # entries, visits, endpoints, sizes
    assert (table["trials"] == 10).all()
    assert table["entry"].unique().tolist() == ["as in the file", "activity >= 8"]
    for name in ("power", "coverage", "type_one"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()


def test_a_smaller_size_does_not_depend_on_the_larger(options: Options, result: object) -> None:
    alone = explore(
        replace(options, sizes=(12,), spec=replace(options.spec, patients=12)),
        backend="reference",
        threads=2,
    ).frame()
    columns = ["effect", "power", "type_one", "bias"]
    shared = result.frame().query("patients == 12")[columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone[columns], shared)


def test_known_power_bias_and_coverage() -> None:
    """20,000 t tests of two groups of 30: power by the noncentral t, coverage 95 %."""
    random = np.random.default_rng(3)
    values = random.normal(size=(20_000, 2, 30)) + np.array([0.6, 0.0])[None, :, None]
    gap = values[:, 0].mean(axis=1) - values[:, 1].mean(axis=1)
    sd = np.sqrt(values.var(axis=2, ddof=1).mean(axis=1))
    half = 2.0017 * sd * np.sqrt(2 / 30)
    group = pd.DataFrame(
        {"estimate": gap, "low": gap - half, "high": gap + half, "whole": gap - 0.1}
    )
    found = _characteristics(group, 0.6)
    exact = power_means(60, 0.6, 1.0)
    assert found["power"] == pytest.approx(exact, abs=3 * np.sqrt(0.25 / 20_000))
    assert found["coverage"] == pytest.approx(0.95, abs=3 * np.sqrt(0.05 * 0.95 / 20_000))
    assert found["bias"] == pytest.approx(0.1)
    assert found["bias_se"] == pytest.approx(0.0, abs=1e-12)


def test_patients_needed() -> None:
    arms = [SimpleNamespace(name="drug", share=2), SimpleNamespace(name="placebo", share=1)]
    spec = SimpleNamespace(arms=arms, reference=arms[1], block=3)
    options = SimpleNamespace(spec=spec, sizes=(30,), alpha=0.025, power=0.9)
    rows = pd.DataFrame(
        {
            "endpoint": "score",
            "day": 84.0,
            "patients": 30,
            "arm": "drug",
            "estimate": [1.9, 2.1] * 20,
            "low": 0.1,
            "high": 4.0,
            "whole": 2.0,
            "sd": 5.0,
            "active": np.nan,
            "control": np.nan,
            "stayed": 0.8,
        }
    )
    needed = _rate(options, rows, rows)["needed"].iloc[0]
    exact = sample_size_means(2.0, 5.0, beta=0.1, ratio=2.0) / 0.8
    assert needed % 3 == 0
    assert exact <= needed < exact + 3
    flat = rows.assign(estimate=[-1.0, 1.0] * 20)
    assert _rate(options, flat, flat)["needed"].isna().all()


def test_without_effect_keeps_arms_and_dropout(options: Options) -> None:
    null = without_effect(options.spec)
    assert [arm.role for arm in null.arms] == [arm.role for arm in options.spec.arms]
    assert null.therapies == ()


def test_what_a_result_says(result: object, tmp_path: Path) -> None:
    document = json.loads(result.to_json())
    assert document["format"] == "tolerogen-trial-design/1"
    assert len(document["options"]) == 16
    page = result.summary()
    assert "Entry: activity >= 8" in page
    assert max(map(len, page.splitlines())) <= 118
    folder = result.write(tmp_path / "out")
    assert {p.name for p in folder.iterdir()} == {
        "result.json", "options.csv", "power.svg", "power.png"
    }  # fmt: skip
    assert len(pd.read_csv(folder / "options.csv")) == 16
    result.write(tmp_path / "out")  # the same content replaces itself
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(OutputError, match="would be lost"):
        result.write(tmp_path / "mine")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("[design]\n", "[designs]\n", "unknown key 'designs'"),
        ("patients = [12, 24]", "patients = [4]", "fewer than two blocks"),
        ("patients = [12, 24]", "patients = []", "patients"),
        ('"4 weeks", "8 weeks"]\nendp', '"5 weeks"]\nendp', "no visit after baseline at week 5"),
        ('["activity", "flow"]', '["activty"]', "did you mean 'activity'"),
        ("minimum = 8", "", "'minimum', 'maximum' or both"),
        ("[[design.entry]]\nmeasure = \"activity\"", "[[design.entry]]\nmeasure = \"x\"", "'x'"),
        ("replicates = 10", "replicates = 3", "replicates"),
    ],
)  # fmt: skip
def test_refusals(tmp_path: Path, old: str, new: str, match: str) -> None:
    path = plant(tmp_path)
    assert DESIGN.count(old) == 1
    path.write_text(path.read_text(encoding="utf-8") + DESIGN.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecError, match=match):
        load_options(path)


def test_a_file_without_a_design(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no \\[design\\] table"):
        load_options(plant(tmp_path))


def test_trial_run_reads_past_the_design(options: Options, tmp_path: Path) -> None:
    path = plant(tmp_path)
    before = load_trial(path)
    path.write_text(path.read_text(encoding="utf-8") + DESIGN, encoding="utf-8")
    assert load_trial(path).content() == before.content()
    assert options.spec.patients == 24
