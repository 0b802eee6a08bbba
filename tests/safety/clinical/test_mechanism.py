"""Predicted against observed from the files of a virtual trial, and the store's listings."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport, Drug, Event, Identity
from tolerogen.safety.clinical import (
    compare,
    grades,
    infusion_reactions,
    known_risks,
    line_listing,
    predict_ratio,
    read_margins,
    summary_tabulation,
)
from tolerogen.safety.store import CaseStore


@pytest.fixture
def folder(tmp_path):
    """Write a virtual trial of four patients: IgG of the treated falls in a straight line."""
    day = np.array([0.0, 100.0, 200.0])
    igg = np.array([[10.0, 10, 10], [10, 10, 10], [8, 4, 2], [20, 20, 20]])
    cells = np.full((4, 3), 1800.0)
    cells[3] = [900.0, 900, 900]
    data = xr.Dataset(
        {
            "IgG_gL": (("patient", "time"), igg),
            "T_blood": (("patient", "time"), cells * 0.8),
            "B_blood": (("patient", "time"), cells * 0.1),
        },
        coords={"patient": [3, 5, 8, 9], "time": day},
    )
    data.to_netcdf(tmp_path / "trajectories.nc", engine="h5netcdf")
    pd.DataFrame(
        {"arm": ["placebo", "placebo", "drug", "drug"], "dropout_day": [np.inf, 50, np.inf, 100]},
        index=pd.Index([3, 5, 8, 9], name="patient"),
    ).to_parquet(tmp_path / "patients.parquet")
    document = {"spec": {"name": "two arms"}, "warning": "not calibrated"}
    (tmp_path / "result.json").write_text(json.dumps(document))
    return tmp_path


def test_shares_of_time_are_those_of_straight_lines(folder):
    margins = read_margins(folder)
    # 8 to 4 g/L passes 5 after 75 of 100 days, then stays below until day 200
    assert margins.share_below("IgG", 5.0).tolist() == pytest.approx([0, 0, 125 / 200, 0])
    assert margins.share_below("lymphocytes", 1100).tolist() == [0, 0, 0, 1]
    assert margins.years * 365.25 == pytest.approx([200, 50, 200, 100])
    assert margins.lowest("IgG").tolist() == [10, 10, 2, 20]
    table = grades(margins).set_index(["arm", "readout", "grade"])
    assert table.loc[("drug", "IgG", "< 3 g/L"), "percent"] == 50
    assert table.loc[("drug", "lymphocytes", "below 1000 (grade 1)"), "days_below"] == 50


def test_the_predicted_ratio_is_the_mean_over_time_at_risk(folder):
    igg, cells = known_risks()
    found = predict_ratio(read_margins(folder), "placebo").set_index("arm")
    by_hand = (200 * (1 + 0.625 * (igg.ratio - 1)) + 100 * cells.ratio) / 300
    assert found.loc["drug", "ratio"] == pytest.approx(by_hand)
    assert found.loc["placebo", ["ratio", "low", "high"]].tolist() == [1, 1, 1]
    # the interval against draws made by hand
    rng = np.random.default_rng(3)
    z = stats.norm.ppf(0.975)
    one, two = (
        np.exp(rng.normal(np.log(r.ratio), np.log(r.high / r.low) / 2 / z, 200_000))
        for r in (igg, cells)
    )
    drawn = (200 * (1 + 0.625 * (one - 1)) + 100 * two) / 300
    assert found.loc["drug", "low"] == pytest.approx(np.quantile(drawn, 0.025), rel=0.01)
    assert found.loc["drug", "high"] == pytest.approx(np.quantile(drawn, 0.975), rel=0.02)
    with pytest.raises(SpecError, match="no arm"):
        predict_ratio(read_margins(folder), "plcebo")


def test_the_prediction_interval_covers_what_is_drawn_from_it():
    prediction = pd.DataFrame({"arm": ["a", "b"], "ratio": [1, 2], "low": [1, 1.4], "high": [1, 3]})
    rng, within = np.random.default_rng(1), []
    for k in range(80):
        ratio = np.exp(rng.normal(np.log(2), np.log(3 / 1.4) / 2 / 1.96))
        seen = pd.DataFrame(
            {"arm": ["a", "b"], "years": [100.0, 200.0],
             "n": [rng.poisson(20), rng.poisson(20 * ratio * 2)]}
        )  # fmt: skip
        within.append(compare(prediction, seen, "a", seed=k).set_index("arm").loc["b", "within"])
    assert np.mean(within) == pytest.approx(0.95, abs=0.07)


def test_infusion_reactions_by_hand():
    found = infusion_reactions(6, 100, 0.02)
    assert found["expected"] == 2
    assert found["p"] == pytest.approx(1 - stats.binom.cdf(5, 100, 0.02))
    with pytest.raises(SpecError, match="reactions <= infusions"):
        infusion_reactions(3, 2, 0.1)


def test_command_line(folder, run, refused, tmp_path):
    verb = ("safety", "mechanism", folder, "--reference", "placebo")
    (folder / "seen.csv").write_text("arm,n,years\nplacebo,4,100\ndrug,9,100\n")
    document = json.loads(run(*verb, "--observed", folder / "seen.csv", "--json").stdout)
    assert document["warning"] == "not calibrated"
    assert document["rows"][1]["expected"] == pytest.approx(4 * document["prediction"][1]["ratio"])
    assert "cohorts" in run(*verb, "--grades").stdout
    (folder / "seen.csv").write_text("arm,n\n")
    assert "years" in refused(*verb, "--observed", folder / "seen.csv")
    (folder / "trajectories.nc").unlink()
    assert "trajectories.nc is missing" in refused(*verb)


@pytest.fixture
def store(tmp_path):
    store = CaseStore(tmp_path / "cases.sqlite")
    drug = (Drug("Rituximab", dose="1 g", start="2026-01"), Drug("Prednisone", role="concomitant"))
    events = (Event("Headache"), Event("Pneumonia", serious=("hospitalisation",), onset="2026-02"))
    first = CaseReport(drug, events, "physician", sex="female", country="FR")
    second = CaseReport(drug, (Event("Headache"),), "patient", sex="male")
    third = CaseReport(
        (Drug("Other"),), (Event("Rash", outcome="fatal"),), "physician", study="NCT1", sex="male"
    )
    for year, case in ((2025, second), (2026, first), (2026, second), (2026, third)):
        at = datetime(year, 3, 4, tzinfo=UTC)
        store.receive(case, Identity(patient="Zebulon"), who="nurse", at=at)
    return store


def test_listing_puts_the_most_serious_event_first(store):
    table = line_listing(store.latest(), since="2026-01-01", until="2026-12-31")
    rows = table.set_index("event")
    assert set(rows.index) == {"Pneumonia", "Rash"}
    assert rows.loc["Pneumonia", "other_events"] == "Headache"
    assert rows.loc["Pneumonia", "suspect_drug"] == "Rituximab"
    assert rows.loc["Rash", "source"] == "study"
    assert "Zebulon" not in table.to_csv()
    assert len(line_listing(store.latest(), serious_only=False)) == 4
    assert len(line_listing(store.latest(), drug="rituximab")) == 1
    with pytest.raises(SpecError, match="lies after"):
        line_listing([], since="2027", until="2026")


def test_tabulation_counts_events_of_the_period_and_of_all_time(store, run, tmp_path):
    table = summary_tabulation(store.latest(), since="2026-01-01").set_index("event")
    assert table.loc["Headache", ["not_serious", "not_serious_cumulative"]].tolist() == [2, 3]
    assert table.loc["Rash", ["serious", "from_trials"]].tolist() == [1, 1]
    assert table.loc["All", "spontaneous"] == 4
    where = ("--store", tmp_path / "cases.sqlite")
    rows = json.loads(run("safety", "listing", *where, "--summary", "--json").stdout)["rows"]
    assert rows[-1]["event"] == "All"
    out = tmp_path / "listing.csv"
    assert run("safety", "listing", *where, "--all", "--out", out).exit_code == 0
    assert len(pd.read_csv(out)) == 4
