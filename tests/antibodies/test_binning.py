"""Epitope binning on matrices whose bins are known."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tolerogen.antibodies.binning import bin_epitopes, normalise, read_competition
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "competition.csv"
TRUTH = [(1, 2, 3, 4), (5, 6, 7), (8, 9, 10), (11, 12)]


def test_the_bins_of_the_example_are_those_it_was_made_of():
    found = bin_epitopes(read_competition(EXAMPLE))
    assert [{int(name[3:]) for name in group} for group in found.bins] == [set(t) for t in TRUTH]
    assert ("mab03", "mab02") in found.one_way
    assert min(found.stability.values()) > 0.8


def test_order_of_antibodies_and_missing_cells_change_nothing():
    data = read_competition(EXAMPLE)
    turn = np.random.default_rng(0).permutation(len(data.names))
    response = data.response.copy()
    response[0, 5] = response[7, 2] = np.nan
    turned = replace(
        data,
        names=tuple(data.names[i] for i in turn),
        response=response[np.ix_(turn, turn)],
        unblocked=data.unblocked[turn],
    )
    ours, theirs = bin_epitopes(turned, draws=2).bins, bin_epitopes(data, draws=2).bins
    assert {frozenset(group) for group in ours} == {frozenset(group) for group in theirs}


def test_blocking_does_not_depend_on_how_high_an_antibody_responds():
    data = read_competition(EXAMPLE)
    scale = np.linspace(0.5, 3.0, len(data.names))
    higher = replace(data, response=data.response * scale, unblocked=data.unblocked * scale)
    np.testing.assert_allclose(normalise(higher), normalise(data))


def test_bins_are_recovered_from_noisy_one_way_matrices():
    bench = runpy.run_path(str(ROOT / "benchmarks" / "antibody_binning.py"))
    rng = np.random.default_rng(11)
    scores = []
    for _ in range(3):
        data, truth = bench["simulated"](rng)
        groups = bin_epitopes(data, draws=2).bins
        where = {name: k for k, group in enumerate(groups) for name in group}
        scores.append(bench["adjusted_rand"]([where[n] for n in data.names], list(truth)))
    assert np.mean(scores) >= 0.9


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "4 antibodies"),
        ("x,a,b,c,d\na,1,1,1,1\nb,1,1,1,1\nc,1,1,1,1\ne,1,1,1,1\n", "same antibodies"),
        ("x,a,b,c,d\na,1,1,1,1\nb,1,q,1,1\nc,1,1,1,1\nd,1,1,1,1\n", "not a number"),
    ],
)
def test_a_bad_matrix_is_refused_in_words(tmp_path, text, told):
    file = tmp_path / "m.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_competition(file)


def test_an_antibody_that_never_binds_is_named():
    data = read_competition(EXAMPLE)
    free = data.unblocked.copy()
    free[3] = 0.0
    with pytest.raises(SpecError, match="mab04"):
        normalise(replace(data, unblocked=free))
