"""The likelihood ratio test finds what is there and keeps false discoveries where promised."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.safety.signals.conftest import counts_of

from tolerogen.errors import SpecError
from tolerogen.safety.signals import find_signals
from tolerogen.safety.signals.lrt import false_discoveries, likelihood_ratio
from tolerogen.safety.signals.lrt_native import alias_table, highest_ratios, log_ratio

EXAMPLE = Path(__file__).parents[3] / "examples" / "reports.csv"


def table(rng, effect=1.0, planted=0, drugs=30, events=40, size=200):
    """Draw a table of drugs by events; each of the first `planted` drugs has one effect."""
    share = rng.dirichlet(np.full(events, 2.0))
    rows = []
    for drug in range(drugs):
        weight = share.copy()
        if drug < planted:
            weight[drug] *= effect
        rows.append(rng.multinomial(size, weight / weight.sum()))
    n = np.array(rows)
    drug, event = np.nonzero(n)
    return counts_of(n[drug, event], drug=drug, event=event)


def test_the_log_ratio_is_that_of_two_multinomials():
    counts = counts_of([8, 2, 2, 8], drug=[0, 0, 1, 1], event=[0, 1, 0, 1])
    found = likelihood_ratio(counts)
    # 8 of 10 where 5 were expected
    by_hand = 8 * np.log(8 / 5) + 2 * np.log(2 / 5)
    assert found.table.score.tolist() == pytest.approx([by_hand, 0, 0, by_hand])
    # of 10 tosses of a coin, 8 or more on one side
    exact = 2 * stats.binom.sf(7, 10, 0.5)
    assert found.p[0] == pytest.approx(exact, abs=0.035)
    assert found.p[1] == 1


def test_an_alias_table_draws_what_it_should():
    share = np.array([0.5, 0.3, 0.15, 0.05])
    keep, other = alias_table(share)
    made = keep.copy()
    np.add.at(made, other, 1 - keep)
    assert made / 4 == pytest.approx(share)
    # of 1000 tosses of a coin 530 or more on one side
    coin = np.array([0.5, 0.5])
    drawn = highest_ratios(1000, coin, *alias_table(coin), 4000, 1e9, 50, 7)
    reached = int((drawn >= log_ratio(530, 1000, 0.5) - 1e-9).sum())
    assert stats.binomtest(reached, 4000, 2 * stats.binom.sf(529, 1000, 0.5)).pvalue > 0.001


def test_false_drugs_are_rare_and_true_ones_found():
    rng = np.random.default_rng(3)
    nothing = [likelihood_ratio(table(rng), seed=k, replicates=399).signal.any() for k in range(40)]
    assert stats.binomtest(sum(nothing), 40, 0.05).pvalue > 0.001
    found = likelihood_ratio(table(rng, effect=6.0, planted=8))
    at = found.counts
    hit = set(zip(at.drug[found.signal].tolist(), at.event[found.signal].tolist(), strict=True))
    assert len(hit & {(k, k) for k in range(8)}) >= 5
    assert len(hit - {(k, k) for k in range(8)}) <= 1


def test_benjamini_hochberg_within_one_group_each():
    p = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216])
    ours = false_discoveries(np.arange(10), p, 0.05)
    assert ours.tolist() == (stats.false_discovery_control(p) <= 0.05).tolist()


def test_the_same_seed_gives_the_same_numbers():
    counts = table(np.random.default_rng(1))
    assert (likelihood_ratio(counts).p == likelihood_ratio(counts).p).all()


def test_command_line_and_what_is_said(run):
    document = json.loads(run("safety", "signals", EXAMPLE, "--method", "lrt", "--json").stdout)
    assert document["unit"] == "pairs"
    assert document["rows"][0]["p"] <= 0.01
    assert any("were looked at" in note for note in document["notes"])
    assert "p" in run("safety", "signals", EXAMPLE, "--method", "lrt").stdout
    assert any("were looked at" in note for note in find_signals(EXAMPLE, "ebgm").notes)
    with pytest.raises(SpecError, match="0 < q < 1"):
        likelihood_ratio(counts_of([3], [1.0]), q=2)
