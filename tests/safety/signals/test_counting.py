"""Counting: against a plain loop, in both shapes, with strata, and openEBGM's expected counts."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.safety.signals.conftest import read

from tolerogen.safety.signals import Incidence, PairRows, Strata, count_pairs, read_source

NAMES = np.array([f"n{k}" for k in range(6)], dtype=object)
ROWS = st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=60)


def codes(values) -> np.ndarray:
    return np.array(list(values), np.int32)


def columns_of(rows):
    return (codes(column) for column in zip(*rows, strict=True))


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.lists(st.integers(0, 1), min_size=6, max_size=6))
def test_rows_count_like_a_plain_loop(rows, stratum):
    strata = Strata(np.array(["a", "b"], dtype=object), codes(stratum))
    counts = count_pairs(PairRows(NAMES, NAMES, *columns_of(rows), 6, strata))
    seen, drugs, events = defaultdict(set), defaultdict(set), defaultdict(set)
    for report, drug, event in rows:
        seen[drug, event].add(report)
        drugs[stratum[report], drug].add(report)
        events[stratum[report], event].add(report)
    triples = np.stack([counts.drug, counts.event, counts.n], axis=1).tolist()
    found = {(drug, event): n for drug, event, n in triples}
    assert found == {pair: len(reports) for pair, reports in seen.items()}
    for (drug, event), expected in zip(found, counts.expected, strict=True):
        by_hand = sum(
            len(drugs[s, drug]) * len(events[s, event]) / max(stratum.count(s), 1) for s in (0, 1)
        )
        assert abs(expected - by_hand) < 1e-12


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.tuples(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5))), min_size=1))
def test_two_lists_count_like_the_rows_they_mean(reports):
    named = [(sorted(d), sorted(e)) for d, e in reports]
    drug = [(r, d) for r, (ds, _) in enumerate(named) for d in ds for _ in range(2)]  # twice each
    event = [(r, e) for r, (_, es) in enumerate(named) for e in es]
    pairs = [(r, d, e) for r, (ds, es) in enumerate(named) for d in ds for e in es]
    if not pairs:
        return
    two = count_pairs(
        Incidence(
            NAMES,
            NAMES,
            codes(r for r, _ in drug),
            codes(d for _, d in drug),
            codes(r for r, _ in event),
            codes(e for _, e in event),
            len(reports),
        )
    )
    table = {(int(d), int(e)): int(n) for d, e, n in zip(two.drug, two.event, two.n, strict=True)}
    loop = defaultdict(int)
    for _, d, e in pairs:
        loop[d, e] += 1
    assert table == loop
    for d in range(6):
        assert two.margins.n_drug[d] == sum(d in ds for ds, _ in named)


def test_a_pair_named_twice_in_a_report_counts_once():
    rows = PairRows(NAMES, NAMES, codes([0, 0, 1]), codes([2, 2, 2]), codes([3, 3, 3]), 2)
    assert count_pairs(rows).n.tolist() == [2]


def test_expected_counts_of_openebgm(shared):
    for strata, name in (((), "unstratified"), (("strat1",), "stratified")):
        counts = count_pairs(read_source(shared("openebgm/caers.csv.gz"), strata=strata).data)
        reference = read(shared(f"openebgm/caers_processRaw_{name}.csv.gz"))
        ours = {
            (counts.drugs[d], counts.events[e]): (n, expected)
            for d, e, n, expected in zip(
                counts.drug, counts.event, counts.n, counts.expected, strict=True
            )
        }
        assert len(ours) == len(reference)
        theirs = [
            ours[d.strip(), e.strip()]
            for d, e in zip(reference["var1"], reference["var2"], strict=True)
        ]
        np.testing.assert_array_equal([n for n, _ in theirs], reference["N"])
        np.testing.assert_allclose([e for _, e in theirs], reference["E"], rtol=1e-12)
