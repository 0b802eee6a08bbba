"""PRR, ROR and IC against pvda, BCPNN and PRR against PhViD, and what must hold for any table."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.safety.signals.conftest import counts_of, read, with_margins

from tolerogen.errors import SpecError
from tolerogen.safety.signals import count_pairs, find_by_subgroup, find_signals, read_source
from tolerogen.safety.signals.information import bcpnn, ic
from tolerogen.safety.signals.ratios import prr, ror, rrr

ANCHOR = tomllib.loads(
    (Path(__file__).parents[2] / "anchors" / "disproportionality.toml").read_text("utf-8")
)


@pytest.mark.parametrize(("method", "name"), [(prr, "prr"), (ror, "ror"), (ic, "ic")])
def test_one_pair_of_pvda(method, name):
    a = ANCHOR["pvda"]
    counts = with_margins(a["n"], a["n_drug"], a["n_event"], float(a["n_total"]))
    assert counts.expected[0] == pytest.approx(a["expected"], rel=1e-10)
    estimate, low, high, _ = (x[0] for x in method(counts))
    assert [low, estimate, high] == pytest.approx(a[name], rel=1e-10)


def test_one_pair_of_phvid():
    a = ANCHOR["phvid"]
    total = a["n_drug"] * a["n_event"] / a["expected"]
    counts = with_margins(a["n"], a["n_drug"], a["n_event"], round(total))
    assert bcpnn(counts).low[0] == pytest.approx(a["bcpnn_low"], abs=1e-8)


@pytest.mark.parametrize("name", ["drug_event_df", "tiny_dataset"])
def test_every_pair_of_pvda(shared, name):
    source = read_source(shared(f"pvda/{name}.csv"))
    reference = read(shared(f"pvda/{name}_da.csv")).set_index(["drug", "event"])
    counts = count_pairs(source.data)
    assert len(counts) == len(reference)
    compare(counts, reference)


def compare(counts, reference):
    for method in ("prr", "ror", "ic"):
        frame = find_signals(counts, method).frame()
        frame["drug"], frame["event"] = frame["drug"].astype(str), frame["event"].astype(str)
        ours = frame.set_index(["drug", "event"]).loc[reference.index]
        np.testing.assert_array_equal(ours["n"], reference["obs"])
        np.testing.assert_allclose(ours["expected"], reference["exp_rrr"], rtol=1e-10)
        for column, tail in (("estimate", ""), ("low", "2.5"), ("high", "97.5")):
            mine, theirs = ours[column].to_numpy(), reference[f"{method}{tail}"].to_numpy(float)
            shown = np.isfinite(theirs)  # pvda leaves out PRR and ROR of fewer than 3 reports
            assert shown.sum() >= (reference["obs"] >= 3).sum()
            np.testing.assert_allclose(mine[shown], theirs[shown], rtol=1e-10, atol=2e-12)


def test_subgroups_of_pvda(shared):
    source = read_source(shared("pvda/drug_event_df.csv"), by="group")
    reference = read(shared("pvda/drug_event_df_da_by_group.csv")).astype({"group": str})
    results = find_by_subgroup(source, "ic")
    assert {r.subgroup for r in results} == set(reference["group"])
    for result in results:
        part = reference[(reference["group"] == result.subgroup) & (reference["obs"] > 0)]
        compare(result.counts, part.set_index(["drug", "event"]))


def test_every_pair_of_phvid(shared):
    table = read(shared("phvid/phvid_BCPNN.csv.gz"))
    counts = counts_of(
        table["count"].to_numpy(), drug=table["drug.code"], event=table["event.effect"]
    )
    np.testing.assert_allclose(bcpnn(counts)[1], table["Q_0.025.log.IC.."], atol=1e-8)
    keys = ["drug.code", "event.effect"]
    ratios = table[keys].merge(read(shared("phvid/phvid_PRR.csv.gz")), on=keys)
    ours = prr(counts)
    wanted = ratios["PRR"].to_numpy(float)
    shown = np.isfinite(wanted)
    assert (~shown).sum() == 2  # seen with one drug only: infinite there, without value here
    np.testing.assert_allclose(ours.estimate[shown], wanted[shown], rtol=1e-8)
    low = ratios["LB95.log.PRR.."].to_numpy(float)[shown]
    np.testing.assert_allclose(np.log(ours.low[shown]), low, rtol=1e-8, atol=1e-8)


def test_yates_is_that_of_scipy():
    from scipy.stats import chi2_contingency

    expected = chi2_contingency([[25, 126], [343, 506]], correction=True).statistic
    assert prr(with_margins(25, 151, 368, 1000.0)).score[0] == pytest.approx(expected, rel=1e-12)


def test_an_event_seen_with_one_drug_only_has_no_ratio_but_an_ic():
    counts = with_margins(3, 5, 3, 100.0)
    assert np.isnan(prr(counts)[:3]).all()
    assert np.isnan(ror(counts).estimate[0])
    assert np.isfinite(ic(counts)).all()


@settings(deadline=None)  # the first call compiles
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 50)), min_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter(cells, random):
    table = {(d, e): n for d, e, n in cells}
    keys = list(table)
    shuffled = keys[:]
    random.shuffle(shuffled)
    found = []
    for order in (keys, shuffled):
        counts = counts_of(
            [table[k] for k in order], drug=[k[0] for k in order], event=[k[1] for k in order]
        )
        for method in (prr, ror, rrr, ic):
            scores = method(counts)
            found.append({k: [float(x[i]).hex() for x in scores] for i, k in enumerate(order)})
    assert found[:4] == found[4:]


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 10**6))
def test_ic_tends_to_the_plain_log_ratio(n):
    exact = np.log2((n + 0.5) / (1000 + 0.5))
    estimate, low, high, _ = (x[0] for x in ic(counts_of([n], [1000.0])))
    assert estimate == pytest.approx(exact, abs=1e-12)
    assert low < estimate < high


def test_ratios_refuse_what_they_cannot_use():
    with pytest.raises(SpecError, match="margins"):
        prr(counts_of([3], [1.0]))
    with pytest.raises(SpecError, match="level"):
        prr(with_margins(3, 10, 10, 100.0), level=95)
