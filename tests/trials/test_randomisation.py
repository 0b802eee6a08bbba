"""Permuted blocks keep their promises: shares, strata, and what they do not depend on."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.trials.randomisation import allocate, stratum_labels

shares = st.lists(st.integers(1, 3), min_size=1, max_size=4)


@given(st.lists(st.sampled_from("abc"), max_size=80), shares, st.integers(1, 3), st.integers(0, 99))
def test_every_full_block_of_a_stratum_holds_the_shares_exactly(strata, shares, times, seed):
    block = times * sum(shares)
    arms = allocate(strata, shares, block=block, seed=seed)
    for stratum in set(strata):
        mine = arms[np.array(strata) == stratum]
        for start in range(0, len(mine) - block + 1, block):
            counts = Counter(mine[start : start + block].tolist())
            assert [counts[i] for i in range(len(shares))] == [times * s for s in shares]


@given(st.lists(st.sampled_from("ab"), min_size=2, max_size=60), st.integers(0, 99), st.data())
def test_later_patients_change_nobodys_arm(strata, seed, data):
    n = data.draw(st.integers(1, len(strata)))
    whole = allocate(strata, (2, 1), block=6, seed=seed)
    assert allocate(strata[:n], (2, 1), block=6, seed=seed).tolist() == whole[:n].tolist()


@given(st.integers(0, 1000))
def test_another_stratum_changes_nobodys_arm(seed):
    alone = allocate(["a"] * 12, (2, 1), block=6, seed=seed)
    mixed = allocate(["a", "b"] * 12, (2, 1), block=6, seed=seed)
    assert alone.tolist() == mixed[::2].tolist()


def test_replicates_and_seeds_are_randomised_apart():
    seen = {
        tuple(allocate(["all"] * 48, (2, 1), block=6, seed=seed, replicate=replicate))
        for seed in range(3)
        for replicate in range(3)
    }
    assert len(seen) == 9


def test_each_place_in_a_block_gets_each_arm_by_its_share():
    arms = np.array([allocate(["all"] * 6, (2, 1), block=6, seed=s) for s in range(3000)])
    # a third of 3000 with four binomial standard deviations
    assert np.abs((arms == 1).sum(axis=0) - 1000).max() < 4 * np.sqrt(3000 * 2 / 9)


def test_strata_are_named_by_their_values():
    table = pd.DataFrame({"prednisone": [True, False], "hydroxychloroquine": [False, False]})
    assert stratum_labels(table, ["prednisone", "hydroxychloroquine"]) == [
        "prednisone=1 hydroxychloroquine=0",
        "prednisone=0 hydroxychloroquine=0",
    ]
    assert stratum_labels(table, []) == ["all", "all"]
