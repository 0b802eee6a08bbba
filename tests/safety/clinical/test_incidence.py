"""Rates and their intervals against closed forms, simulation and statsmodels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from tolerogen.errors import SpecError
from tolerogen.safety.clinical import (
    difference_interval,
    incidence,
    make_trial,
    rate_interval,
    ratio_interval,
    read_trial,
)
from tolerogen.safety.clinical.incidence import counts_by_arm, share_interval

EXAMPLES = Path(__file__).parents[3] / "examples"
COUNT = st.integers(0, 60)
YEARS = st.floats(1, 500)


@settings(max_examples=40, deadline=None)
@given(COUNT, YEARS)
def test_rates_are_exact_as_in_statsmodels(n, years):
    peer = confint_poisson(n, years, method="exact-c")
    low, high = rate_interval(n, years)
    assert (low, high) == pytest.approx((0.0 if n == 0 else peer[0], peer[1]), rel=1e-9)
    peer = proportion_confint(n, 60, method="beta")
    assert share_interval(n, 60) == pytest.approx(peer, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), YEARS, st.integers(1, 40), YEARS)
def test_the_edges_of_a_ratio_are_where_the_exact_test_rejects(a, s, b, t):
    low, high = ratio_interval((a, s), (b, t))
    for edge, tail in (
        (low, stats.binom.sf(a - 1, a + b, low * s / (low * s + t))),
        (high, stats.binom.cdf(a, a + b, high * s / (high * s + t))),
    ):
        assert edge > 0
        assert tail == pytest.approx(0.025, rel=1e-6)
    assert low < (a / s) / (b / t) < high
    assert ratio_interval((b, t), (a, s)) == pytest.approx((1 / high, 1 / low))


@settings(max_examples=40, deadline=None)
@given(COUNT, YEARS, COUNT, YEARS)
def test_the_edges_of_a_difference_are_where_the_score_test_rejects(a, s, b, t):
    low, high = difference_interval((a, s), (b, t))
    assert low <= a / s - b / t <= high
    z = stats.norm.ppf(0.975)
    for delta in (low, high):
        # the likeliest rate of the other arm, by search instead of by formula
        floor = max(0.0, -delta)
        grid = floor + np.geomspace(1e-9, 200, 400_000)
        likelihood = a * np.log(grid + delta + 1e-300) - (grid + delta) * s
        likelihood += b * np.log(grid) - grid * t if b else -grid * t
        base = grid[np.nanargmax(np.where(grid + delta > 0, likelihood, -np.inf))]
        variance = (base + delta) / s + base / t
        if variance > 1e-6:
            score = (a / s - b / t - delta) / np.sqrt(variance)
            assert abs(score) == pytest.approx(z, rel=1e-2)


def test_intervals_cover():
    rng = np.random.default_rng(1)
    true, hits = 0.05 - 0.03, []
    for a, b in zip(rng.poisson(0.05 * 200, 600), rng.poisson(0.03 * 150, 600), strict=True):
        low, high = difference_interval((int(a), 200.0), (int(b), 150.0))
        hits.append(low <= true <= high)
    assert np.mean(hits) == pytest.approx(0.95, abs=0.03)


def trial():
    subjects = pd.DataFrame(
        {"subject": list("abcd"), "arm": ["x", "x", "y", "y"], "exposure_days": [100, 200, 300, 50]}
    )
    events = pd.DataFrame(
        {
            "subject": ["a", "a", "c", "d", "d", "z"],
            "term": ["Rash", "Rash", "Rash", "Cough", "Cough", "Rash"],
            "day": [10, 20, 300, 51, 5, 1],
            "serious": ["Y", "N", "N", "N", "N", "Y"],
        }
    )
    return make_trial(subjects, events)


def test_time_at_risk_ends_with_the_first_event():
    found = incidence(trial(), "y").set_index(["event", "arm"])
    rash = found.loc[("Rash", "x")]
    assert (rash["n"], rash["events"], rash["subjects"]) == (1, 2, 2)
    assert rash["years"] == pytest.approx((10 + 200) / 365.25)
    assert rash["rate"] == pytest.approx(100 / (210 / 365.25))
    assert rash["ratio"] == pytest.approx((1 / 210) / (1 / 350))
    assert found.loc[("Any event", "y"), "n"] == 2
    assert np.isnan(found.loc[("Rash", "y"), "ratio"])
    assert trial().left_out == 2  # one of nobody, one after the last day
    serious = incidence(trial(), "y", serious=True).set_index(["event", "arm"])
    assert serious.loc[("Any event", "x"), "n"] == 1
    counts = counts_by_arm(trial(), "x", "y").set_index("term")
    assert counts.loc["Rash"].tolist() == ["", 1, 1, 2, 2]


def test_wrong_tables_are_refused_by_line(tmp_path, refused, run):
    (tmp_path / "s.csv").write_text("USUBJID,TRT01A,TRTDURD\na,x,10\na,x,10\n")
    (tmp_path / "e.csv").write_text("USUBJID,AEDECOD,ASTDY\na,Rash,2\n")
    with pytest.raises(SpecError, match=r"s.csv, line 3: the subject stands"):
        read_trial(tmp_path / "s.csv", tmp_path / "e.csv")
    (tmp_path / "s.csv").write_text("USUBJID,TRT01A,TRTDURD\na,x,none\n")
    with pytest.raises(SpecError, match="line 2: exposure_days"):
        read_trial(tmp_path / "s.csv", tmp_path / "e.csv")
    (tmp_path / "s.csv").write_text("who\na\n")
    assert "no column for subject" in refused(
        "safety", "incidence", tmp_path / "s.csv", tmp_path / "e.csv", "--reference", "x"
    )


def test_command_line(run, refused):
    verb = ("safety", "incidence", EXAMPLES / "subjects.csv", EXAMPLES / "events.csv")
    document = json.loads(run(*verb, "--reference", "placebo", "--json").stdout)
    rows = {(row["event"], row["arm"]): row for row in document["rows"]}
    assert rows["Nasopharyngitis", "active"]["ratio"] > 1
    assert rows["Nasopharyngitis", "placebo"]["ratio"] is None
    assert "no correction" in document["notes"][1]
    assert "no arm" in refused(*verb, "--reference", "placbo")
