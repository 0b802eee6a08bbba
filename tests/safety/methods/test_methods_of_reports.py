"""Interaction, onset, masking, trend, regression and triage on reports whose truth is known."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tolerogen.errors import SpecError
from tolerogen.safety.methods import (
    find_interactions,
    find_masked,
    find_onsets,
    find_trends,
    matrices_of,
    omega,
    quarters,
    regress_event,
    time_to_onset,
    triage,
)
from tolerogen.safety.signals.reports import Incidence, Strata


def lists(drug, event, drugs, events, strata=None):
    """Make two lists from true and false tables, reports by names."""
    a, b = np.nonzero(drug), np.nonzero(event)
    names = [np.array(x, dtype=object) for x in (drugs, events)]
    codes = [x.astype(np.int32) for x in (*a, *b)]
    return Incidence(*names, *codes, len(drug), strata=strata)


def simulated(seed=1, size=20_000, both=0.3):
    """Draw reports: A and B each bring rash, together `both`; C travels with A and brings none."""
    rng = np.random.default_rng(seed)
    drug = rng.random((size, 4)) < [0.1, 0.1, 0.02, 0.5]
    drug[:, 2] |= drug[:, 0] & (rng.random(size) < 0.7)
    risk = np.select([drug[:, 0] & drug[:, 1], drug[:, 0], drug[:, 1]], [both, 0.1, 0.06], 0.02)
    event = np.stack([rng.random(size) < risk, rng.random(size) < 0.3], axis=1)
    return lists(drug, event, ["A", "B", "C", "D"], ["rash", "cough"])


def test_omega_by_hand():
    # odds 0.01, 0.05, 0.03 without, with one, with the other: 0.07 together, 7 / 107 of 100
    events = np.array([10, 5, 3, 9])
    found = omega(events, np.array([1010, 105, 103, 100]))
    assert found.expected == pytest.approx(100 * 0.07 / 1.07)
    assert found.estimate == pytest.approx(np.log2(9.5 / (700 / 107 + 0.5)))
    exact = stats.gamma.ppf(0.025, 9.5) / (700 / 107 + 0.5)
    assert found.low == pytest.approx(np.log2(exact))
    # a protective drug does not lower what is expected
    assert omega(np.array([10, 0, 3, 9]), np.array([1010, 105, 103, 100])).expected == (
        pytest.approx(100 * 0.03 / 1.03)
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 50), st.integers(50, 5000))
def test_omega_shrinks_towards_no_interaction(n, together):
    found = omega(np.array([100, 10, 10, n]), np.array([10_000, 500, 500, together]))
    raw = np.log2(max(n, 1e-9) / found.expected)
    assert abs(found.estimate) <= abs(raw) + 1e-9
    assert found.low < found.estimate < found.high


def test_interaction_is_found_and_additive_risks_are_not():
    found = find_interactions(matrices_of(simulated(both=0.4)))
    top = found.iloc[0]
    assert (top["drug_1"], top["drug_2"], top["event"]) == ("A", "B", "rash")
    assert top["signal"]
    additive = find_interactions(
        matrices_of(simulated(seed=3, size=60_000, both=0.134)), drugs=["A", "B"]
    )
    rash = additive[additive["event"] == "rash"].iloc[0]
    assert rash["low"] < 0 < rash["high"]
    matrices = matrices_of(simulated())
    first, second = (matrices.drug[:, [k]].toarray().ravel() > 0 for k in (0, 1))
    there = matrices.event[:, [0]].toarray().ravel() > 0
    row = find_interactions(matrices, drugs=["A", "B"]).query("event == 'rash'").iloc[0]
    groups = [~first & ~second, first & ~second, ~first & second, first & second]
    again = omega(
        np.array([(there & g).sum() for g in groups]), np.array([g.sum() for g in groups])
    )
    assert row["low"] == pytest.approx(float(again.low))


def test_regression_clears_the_fellow_traveller():
    matrices = matrices_of(simulated())
    table = regress_event(matrices, "rash").frame().set_index("drug")
    assert table.loc["A", "signal"]
    assert not table.loc["C", "signal"]  # which every ratio of pairs suspects
    from tolerogen.safety.signals import find_signals

    crude = find_signals(simulated(), "ror").frame().set_index(["drug", "event"])
    assert crude.loc[("C", "rash"), "signal"]


def test_regression_is_that_of_statsmodels_without_shrinkage_and_zero_with_all():
    matrices = matrices_of(simulated(size=4000))
    x = sm.add_constant(matrices.drug.toarray())
    peer = sm.Logit(matrices.event[:, [0]].toarray().ravel(), x).fit(disp=0)
    free = regress_event(matrices, "rash", width=1e3)
    np.testing.assert_allclose(free.estimate, peer.params[1:], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(free.error, peer.bse[1:], rtol=1e-4)
    assert np.abs(regress_event(matrices, "rash", width=1e-4).estimate).max() < 1e-4


def test_the_width_of_the_prior_is_found():
    rng = np.random.default_rng(2)
    effect = rng.normal(0, 0.8, 60)
    drug = rng.random((30_000, 60)) < 0.05
    event = rng.random((30_000, 1)) < 1 / (1 + np.exp(2 - drug @ effect))[:, None]
    names = [f"d{k}" for k in range(60)]
    fitted = regress_event(matrices_of(lists(drug, event, names, ["x"])), "x")
    assert fitted.width == pytest.approx(effect.std(), rel=0.15)
    inside = np.abs(fitted.estimate - effect) < 1.96 * fitted.error
    assert inside.mean() > 0.85


def test_weibull_shape_is_that_of_scipy_and_covers():
    times = stats.weibull_min.rvs(0.6, scale=50, size=400, random_state=1) + 1
    found = time_to_onset(times)
    shape, _, scale = stats.weibull_min.fit(times, floc=0)
    assert (found.shape, found.scale) == pytest.approx((shape, scale), rel=1e-3)
    assert found.hazard == "falling"
    rng = np.random.default_rng(5)
    covered = []
    for _ in range(120):
        one = time_to_onset(rng.weibull(1.4, 60) * 1000)
        covered.append(one.shape_low < 1.4 < one.shape_high)
    assert stats.binomtest(sum(covered), 120, 0.95).pvalue > 0.001


def test_onset_differs_from_that_of_other_drugs(tmp_path, run, refused):
    rng = np.random.default_rng(1)
    parts = [
        pd.DataFrame({"drug": d, "event": "rash", "days": rng.exponential(scale, 80)})
        for d, scale in (("A", 3.0), ("B", 60.0), ("C", 60.0))
    ]
    table = pd.concat([*parts, pd.DataFrame({"drug": "B", "event": "x", "days": [1, 2]})])
    found = find_onsets(table).set_index("drug")
    assert found.loc["A", "p_other_drugs"] < 1e-6 < 0.01
    assert len(found) == 3
    table.to_csv(tmp_path / "onset.csv", index=False)
    assert len(json.loads(run("safety", "onset", tmp_path / "onset.csv", "--json").stdout)["rows"])
    (tmp_path / "bad.csv").write_text("drug,event,days\nA,rash,-3\n")
    assert "negative" in refused("safety", "onset", tmp_path / "bad.csv")
    with pytest.raises(SpecError, match="five times"):
        time_to_onset(np.array([1.0, 2]))


def test_a_masked_pair_appears_without_the_dominating_drug():
    rng = np.random.default_rng(1)
    drug = np.zeros((12_000, 5), bool)
    drug[np.arange(12_000), rng.choice(5, 12_000, p=[0.3, 0.02, 0.28, 0.2, 0.2])] = True
    risk = np.select([drug[:, 0], drug[:, 1]], [0.5, 0.15], 0.01)
    event = np.stack([rng.random(12_000) < risk, rng.random(12_000) < 0.2], axis=1)
    reports = lists(drug, event, ["big", "small", "x", "y", "z"], ["bleeding", "cough"])
    found = find_masked(matrices_of(reports))
    assert found[["masking_drug", "drug", "event"]].to_numpy().tolist() == [
        ["big", "small", "bleeding"]
    ]
    # the same by hand: leave its reports out and score what remains
    from tolerogen.safety.signals import find_signals

    kept = ~drug[:, 0]
    rest = lists(drug[kept], event[kept], ["big", "small", "x", "y", "z"], ["bleeding", "cough"])
    again = find_signals(rest, "ic").frame().set_index(["drug", "event"])
    assert found["low_without"].iloc[0] == pytest.approx(again.loc[("small", "bleeding"), "low"])


def test_a_rising_pair_is_found_and_poisson_regression_agrees():
    rng = np.random.default_rng(6)
    size = 24_000
    code = rng.integers(0, 8, size).astype(np.int32)
    drug = np.eye(4, dtype=bool)[rng.integers(0, 4, size)]
    risk = np.where(drug[:, 0], 0.02 * 1.3**code, 0.03)
    event = np.stack([rng.random(size) < risk, rng.random(size) < 0.3], axis=1)
    periods = Strata(
        np.array(
            [
                f"2021-{3 * k % 12 + 1:02}" if k < 4 else f"2022-{3 * k % 12 + 1:02}"
                for k in range(8)
            ],
            dtype=object,
        ),
        code,
    )
    periods = quarters(periods)
    assert list(periods.names) == [f"{y}Q{q}" for y in (2021, 2022) for q in (1, 2, 3, 4)]
    reports = lists(drug, event, list("ABCD"), ["rash", "cough"])
    found = find_trends(matrices_of(reports), periods)
    top = found.iloc[0]
    assert (top["drug"], top["event"], top["rising"]) == ("A", "rash", True)
    assert found["rising"].sum() == 1
    assert top["first_signal"] > "2021Q4"
    model = sm.GLM(
        np.array(top["counts"]),
        sm.add_constant(np.arange(8.0)),
        sm.families.Poisson(),
        offset=np.log(top["expected"]),
    ).fit()
    assert top["ratio"] == pytest.approx(np.exp(model.params[1]), rel=1e-6)
    z = stats.norm.ppf(0.975)
    assert top["low"] == pytest.approx(np.exp(model.params[1] - z * model.bse[1]), rel=1e-5)


@pytest.fixture
def folder(tmp_path, run):
    """Ingest invented reports: `good` has many complete recent ones, `poor` has three bare ones."""
    rng = np.random.default_rng(1)
    rows = []
    for k in range(600):
        good, poor = k < 40, 40 <= k < 43
        drug = "GOOD" if good else "POOR" if poor else f"OTHER {k % 7}"
        event = "Rash" if good else "Sneezing" if poor else f"Event {rng.integers(20)}"
        bare = poor or rng.random() < 0.5
        rows.append(
            (
                k,
                drug,
                event,
                "suspect",
                "" if bare else "F",
                "" if bare else 50,
                "" if bare else ["US", "FR", "JP"][k % 3],
                f"20{20 + k % 3}-0{1 + k % 9}-01" if not poor else "2011-01-01",
            )
        )
    columns = ["report_id", "drug", "event", "role", "sex", "age", "country", "received"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "pairs.csv", index=False)
    made = run("safety", "ingest", tmp_path / "pairs.csv", "--out", tmp_path / "in", "--json")
    assert made.exit_code == 0, made.output
    return tmp_path / "in"


def test_the_queue_puts_evidence_before_a_bare_ratio(folder, tmp_path, run):
    found = triage(folder)
    order = found.table["drug"].tolist()
    assert order[0] == "GOOD"
    assert "POOR" in order
    poor = found.table.set_index("drug").loc["POOR"]
    assert poor["ebgm"] > 0
    assert (poor["recent"], poor["countries"], poor["first_year"]) == (0, 0, 2011)
    parts = [name for name in found.table if name.startswith("points_")]
    assert found.table[parts].sum(axis=1).to_numpy() == pytest.approx(found.table["score"])
    (tmp_path / "known.csv").write_text("drug,event\ngood,RASH\n")
    verb = ("safety", "triage", folder, "--known", tmp_path / "known.csv", "--json")
    document = json.loads(run(*verb).stdout)
    assert document["known"] == 1
    assert "GOOD" not in [row["drug"] for row in document["rows"]]
    assert "were looked at" in document["notes"][0]


def test_verbs_run_on_a_folder(folder, run, refused, tmp_path):
    for verb in (("interactions",), ("masking",), ("trend",), ("regression", "--event", "Rash")):
        document = json.loads(run("safety", verb[0], folder, *verb[1:], "--json").stdout)
        assert "rows" in document
        assert run("safety", verb[0], folder, *verb[1:], "--out", tmp_path / "o.csv").exit_code == 0
    assert "no event" in refused("safety", "regression", folder, "--event", "Rush")
    (tmp_path / "counts.csv").write_text("drug,event,n,expected\na,b,3,1\n")
    assert "single reports" in refused("safety", "masking", tmp_path / "counts.csv")
