"""Dunnett against rpact and simulation; graphs against closed tests and published examples."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import dunnett, multivariate_t, norm, t
from statsmodels.stats.multitest import multipletests

from tolerogen.errors import AnalysisError
from tolerogen.trials.multiplicity import (
    Graph,
    adjust,
    dunnett_critical,
    dunnett_p,
    gatekeeping_graph,
    holm_graph,
    sequence_graph,
    step_down_dunnett,
)

FILE = Path(__file__).parents[2] / "anchors" / "dunnett.toml"
ANCHOR = tomllib.loads(FILE.read_text(encoding="utf-8"))
probabilities = st.floats(0.0, 1.0, allow_nan=False)


@pytest.mark.parametrize(("arms", "z"), [*zip(ANCHOR["arms"], ANCHOR["critical"], strict=True)])
def test_dunnett_table(arms: int, z: float) -> None:
    """The table comes from randomised quadrature; an adaptive one settles who is off."""
    ours = dunnett_critical(arms, ANCHOR["alpha"])
    assert ours == pytest.approx(z, abs=1.5e-4)
    assert dunnett_p(z, arms) == pytest.approx(ANCHOR["alpha"], abs=1e-5)

    def stays(x: float) -> float:
        return norm.pdf(x) * norm.cdf(ours * np.sqrt(2) - x) ** arms

    assert 1 - quad(stays, -10, 10, epsabs=1e-12)[0] == pytest.approx(0.025, abs=1e-10)


def test_dunnett_limits() -> None:
    assert dunnett_critical(1, 0.025) == pytest.approx(norm.isf(0.025))
    assert dunnett_critical(1, 0.025, df=7) == pytest.approx(t.isf(0.025, 7), abs=1e-7)
    assert dunnett_p(2.3, 1, df=9, two_sided=True) == pytest.approx(2 * t.sf(2.3, 9), abs=1e-9)
    assert dunnett_critical(3, df=1e6) == pytest.approx(dunnett_critical(3), abs=1e-4)


def test_dunnett_unequal_groups_by_the_multivariate_t() -> None:
    ratios = np.array([0.5, 1.0, 2.0])
    load = np.sqrt(ratios / (1 + ratios))
    shape = np.outer(load, load)
    np.fill_diagonal(shape, 1.0)
    stays = multivariate_t(shape=shape, df=20, seed=1).cdf([2.4] * 3, maxpts=200_000)
    assert dunnett_p(2.4, [0.5, 1.0, 2.0], df=20) == pytest.approx(1 - stays, abs=2e-4)


def test_dunnett_of_scipy() -> None:
    random = np.random.default_rng(6)
    control, *arms = random.normal(size=(4, 12)) + np.array([0, 0.2, 0.9, 1.3])[:, None]
    theirs = dunnett(*arms, control=control, rng=np.random.default_rng(1))
    ours = [dunnett_p(abs(s), 3, df=44, two_sided=True) for s in theirs.statistic]
    assert ours == pytest.approx(theirs.pvalue, abs=1e-3)
    stepped = step_down_dunnett(theirs.statistic, df=44, two_sided=True)
    assert max(stepped) <= max(ours) + 1e-12
    assert min(stepped) == pytest.approx(min(ours))


@settings(max_examples=50, deadline=None)
@given(st.lists(probabilities, min_size=1, max_size=6))
def test_holm_and_hochberg_of_statsmodels(p: list[float]) -> None:
    assert adjust(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert adjust(p, "hochberg") == pytest.approx(multipletests(p, method="simes-hochberg")[1])
    assert adjust(p, "bonferroni") == pytest.approx(multipletests(p, method="bonferroni")[1])
    names = [f"h{k}" for k in range(len(p))]
    graph = holm_graph(names).test(dict(zip(names, p, strict=True)))
    assert graph.adjusted == pytest.approx(adjust(p), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(probabilities, min_size=1, max_size=5))
def test_fixed_sequence(p: list[float]) -> None:
    names = [f"h{k}" for k in range(len(p))]
    result = sequence_graph(names).test(dict(zip(names, p, strict=True)))
    assert result.adjusted == pytest.approx(np.maximum.accumulate(p))


def weights_of(graph: Graph, kept: tuple[int, ...]) -> np.ndarray:
    """Weights of an intersection: remove the others one after another, in plain loops."""
    w, g = np.array(graph.weights), np.array(graph.transitions)
    for gone in (k for k in range(len(w)) if k not in kept):
        w_new, g_new = w.copy(), np.zeros_like(g)
        for i in range(len(w)):
            w_new[i] = w[i] + w[gone] * g[gone, i]
            for j in range(len(w)):
                loop = 1 - g[i, gone] * g[gone, i]
                if i != j and loop > 0 and gone not in (i, j):
                    g_new[i, j] = (g[i, j] + g[i, gone] * g[gone, j]) / loop
        w, g = w_new, g_new
        w[gone] = 0
    return w


def closed(graph: Graph, p: list[float], alpha: float) -> set[str]:
    """Reject what every intersection that holds it rejects, by weighted Bonferroni."""
    count, lost = len(p), set()
    for pattern in product([False, True], repeat=count):
        kept = tuple(k for k in range(count) if pattern[k])
        if kept and not any(p[k] <= alpha * weights_of(graph, kept)[k] for k in kept):
            lost |= set(kept)
    return {graph.names[k] for k in range(count) if k not in lost}


GRAPH = Graph(
    ("h1", "h2", "h3", "h4"),
    (0.5, 0.5, 0.0, 0.0),
    ((0, 0.5, 0.5, 0), (0.5, 0, 0, 0.5), (0, 1, 0, 0), (1, 0, 0, 0)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(1e-6, 0.06), min_size=4, max_size=4))
def test_graph_is_its_closed_test(p: list[float]) -> None:
    result = GRAPH.test(dict(zip(GRAPH.names, p, strict=True)), alpha=0.025)
    assert set(result.rejected) == closed(GRAPH, p, 0.025)


def test_gatekeepers() -> None:
    serial = gatekeeping_graph([["a", "b"], ["c", "d"]])
    p = {"a": 0.001, "b": 0.03, "c": 0.0001, "d": 0.0001}
    assert serial.test(p).rejected == ("a",)  # b closes the gate
    parallel = gatekeeping_graph([["a", "b"], ["c", "d"]], parallel=True)
    assert set(parallel.test(p).rejected) == {"a", "c", "d"}
    assert set(serial.test({**p, "b": 0.02}).rejected) == {"a", "b", "c", "d"}


def test_familywise_error_of_a_graph() -> None:
    """5,000 trials, two of four hypotheses true, statistics correlated."""
    random = np.random.default_rng(8)
    cov = 0.5 + 0.5 * np.eye(4)
    z = random.multivariate_normal([0, 3.0, 0, 3.0], cov, 5_000)
    wrong = 0
    for row in norm.sf(z):
        rejected = GRAPH.test(dict(zip(GRAPH.names, row, strict=True))).rejected
        wrong += bool({"h1", "h3"} & set(rejected))
    assert wrong / 5_000 <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / 5_000)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: Graph(("a", "b"), (0.6, 0.6), ((0, 1), (1, 0))), "sum to 1 at most"),
        (lambda: Graph(("a", "b"), (0.5, 0.5), ((1, 0), (1, 0))), "not lead back"),
        (lambda: Graph(("a", "b"), (0.5,), ((0, 1), (1, 0))), "2 weights"),
        (lambda: GRAPH.test({"h1": 0.1, "h2": 0.1, "h3": 0.1}), "'h4' needs"),
        (lambda: GRAPH.test({"h9": 0.1}), "no hypothesis 'h9'"),
        (lambda: adjust([0.1], "simes"), "unknown"),
        (lambda: adjust([1.1]), "between 0 and 1"),
        (lambda: dunnett_critical(0), "one arm or more"),
        (lambda: dunnett_critical(2, alpha=2), "between 0 and 1"),
        (lambda: gatekeeping_graph([["a"], []]), "families"),
    ],
)
def test_refusals(call: object, match: str) -> None:
    with pytest.raises(AnalysisError, match=match):
        call()


def test_frame() -> None:
    table = GRAPH.test({"h1": 0.001, "h2": 0.5, "h3": 0.01, "h4": 0.9}).frame()
    assert table["rejected"].tolist() == [True, False, False, False]
