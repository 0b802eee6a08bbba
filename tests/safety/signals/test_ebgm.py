"""EBGM: openEBGM's numbers, the better optimum, recovery of a known prior, and bad fits named."""

from __future__ import annotations

import tomllib
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats
from tests.safety.signals.conftest import counts_of, draw_table, read

from tolerogen.errors import SpecError
from tolerogen.safety.signals import Prior, count_pairs, find_signals, fit_prior, read_source
from tolerogen.safety.signals.ebgm import FORMS, Points, ebgm, fit_points, points_of
from tolerogen.safety.signals.ebgm.likelihood import negative_log_likelihood
from tolerogen.safety.signals.ebgm.posterior import Mixture
from tolerogen.safety.signals.ebgm.prior import from_free, to_free
from tolerogen.safety.signals.ebgm.quantile import quantiles_by_count
from tolerogen.safety.signals.ebgm.solve import solve

ANCHOR = tomllib.loads(
    (Path(__file__).parents[2] / "anchors" / "disproportionality.toml").read_text("utf-8")
)["openebgm"]
POSITIVE = st.floats(0.05, 30)
PRIORS = st.builds(Prior, POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.floats(0.001, 0.999))


def test_one_pair_of_openebgm():
    counts = counts_of([ANCHOR["n"]], [ANCHOR["expected"]])
    estimate, low, high, _ = (x[0] for x in ebgm(counts, Prior(*ANCHOR["prior"])))
    assert estimate == pytest.approx(ANCHOR["ebgm"], abs=1e-9)
    assert [low, high] == pytest.approx([ANCHOR["eb05"], ANCHOR["eb95"]], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("unstratified", "full_unstrat_polished"),
        ("stratified", "full_stratified_polished"),
    ],
)
def test_every_pair_of_openebgm(shared, name, fit):
    reference = read(shared(f"openebgm/caers_ebgm_{name}.csv.gz"))
    prior = read(shared("openebgm/caers_hyperparameters.csv")).set_index("fit").loc[fit]
    counts = counts_of(reference["N"], reference["E"])
    estimate, low, high, _ = ebgm(counts, Prior(*(float(x) for x in prior)))
    np.testing.assert_allclose(estimate, reference["EBGM"], atol=1e-9)
    np.testing.assert_allclose(low, reference["QUANT_05"], atol=1e-6)
    np.testing.assert_allclose(high, reference["QUANT_95"], atol=1e-6)


def test_the_component_form_finds_the_better_optimum(shared):
    table = read(shared("openebgm/caers_processRaw_unstratified.csv.gz"))
    fit = fit_prior(counts_of(table["N"], table["E"]), "component")
    assert fit.negative_log_likelihood <= 4162.18084
    assert fit.optima[-1] == pytest.approx(4162.4557, abs=1e-3)  # the one that was published
    assert fit.gradient < 1e-8
    assert not fit.problems


def test_a_squashed_table_of_openebgm_gives_its_hyperparameters(shared):
    points = read(shared("openebgm/caers_squash.csv")).to_numpy(float)
    prior = read(shared("openebgm/caers_hyperparameters.csv")).set_index("fit")
    published = Prior(*(float(x) for x in prior.loc["squashed_unstrat"]))
    objective = negative_log_likelihood(Points(*points.T), "component")
    found = optimize.minimize(objective, to_free(published), jac=True).x
    assert astuple(from_free(found)) == pytest.approx(astuple(published), rel=1e-4)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20, deadline=None)
@given(prior=PRIORS)
def test_gradients_are_those_of_finite_differences(form, prior):
    n = np.array([1.0, 1, 2, 3, 7, 40] + ([0.0, 0] if form == "zeros" else []))
    expected = np.array([0.01, 1.3, 0.2, 2, 1, 30] + ([0.5, 4.0] if form == "zeros" else []))
    objective = negative_log_likelihood(Points(n, expected, np.ones(len(n))), form)
    free = to_free(prior)
    numeric = [
        (objective(free + step)[0] - objective(free - step)[0]) / 2e-5 for step in 1e-5 * np.eye(5)
    ]
    assert objective(free)[1] == pytest.approx(numeric, rel=1e-4, abs=1e-5)


def test_the_zeros_likelihood_is_a_mixture_of_negative_binomials():
    prior = Prior(0.43, 0.2, 2.0, 2.5, 0.15)
    n, expected = np.array([0.0, 1, 5]), np.array([0.3, 0.7, 1.1])
    by_scipy = sum(
        share * stats.nbinom.pmf(n, a, b / (b + expected))
        for share, a, b in ((0.15, 0.43, 0.2), (0.85, 2.0, 2.5))
    )
    value, _ = negative_log_likelihood(Points(n, expected, np.ones(3)), "zeros")(to_free(prior))
    assert value == pytest.approx(-np.log(by_scipy).sum(), rel=1e-12)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_known_prior_is_recovered_within_five_per_cent(seed):
    truth = Prior(0.43, 0.12, 3.0, 3.6, 0.1)
    counts = draw_table(seed, truth, 1200, 1500, 4e6)
    fit = fit_prior(counts, "zeros")
    assert astuple(fit.prior) == pytest.approx(astuple(truth), rel=0.05)


def test_cells_nobody_reported_are_all_counted(shared):
    counts = count_pairs(read_source(shared("openebgm/caers.csv.gz")).data)
    points = points_of(counts, "zeros")
    drugs, events = len(counts.drugs), len(counts.events)
    assert points.cells == drugs * events
    margins = counts.margins
    total = margins.n_drug.sum() * margins.n_event.sum() / margins.n_total
    assert points.weight @ points.expected == pytest.approx(total, rel=1e-9)


def test_squashing_changes_little(monkeypatch):
    counts = draw_table(3, Prior(0.43, 0.12, 3.0, 3.6, 0.1), 200, 300, 1e5)
    monkeypatch.setattr("tolerogen.safety.signals.ebgm.squash.EXACT", 100_000)
    exact = fit_points(points_of(counts, "zeros"), "zeros")
    monkeypatch.setattr("tolerogen.safety.signals.ebgm.squash.EXACT", 10)
    squashed = fit_points(points_of(counts, "zeros"), "zeros")
    assert squashed.points < exact.points / 5
    assert astuple(squashed.prior) == pytest.approx(astuple(exact.prior), rel=1e-3)


def test_a_degenerate_fit_is_named_and_replaced(shared):
    rows = read_source(shared("faers/faers22q3raw.csv.gz"))
    result = find_signals(rows, "ebgm", form="component")
    assert result.form == "zeros"
    assert result.fit.gradient < 1e-6
    assert any("runs to zero" in note and "zeros form was used" in note for note in result.notes)
    assert min(astuple(result.prior)) > 1e-3


@settings(max_examples=25, deadline=None)
@given(PRIORS, st.integers(0, 400), st.floats(1e-3, 300))
def test_limits_are_quantiles_of_the_posterior(prior, n, expected):
    counts = counts_of([n], [expected])
    estimate, low, high, _ = (x[0] for x in ebgm(counts, prior))
    share = Mixture(counts.n, prior).share(counts.n, counts.expected)[0]
    one = stats.gamma(prior.alpha1 + n, scale=1 / (prior.beta1 + expected))
    two = stats.gamma(prior.alpha2 + n, scale=1 / (prior.beta2 + expected))
    for limit, p in ((low, 0.05), (high, 0.95)):
        assert share * one.cdf(limit) + (1 - share) * two.cdf(limit) == pytest.approx(p, abs=1e-9)
    assert low < estimate < high


def test_ebgm_is_the_geometric_mean():
    prior, n, expected = Prior(0.43, 0.2, 2.0, 2.5, 0.15), 4, 1.5

    def weight(x):
        density = sum(
            p * stats.gamma.pdf(x, a, scale=1 / b)
            for p, a, b in ((0.15, 0.43, 0.2), (0.85, 2, 2.5))
        )
        return density * stats.poisson.pmf(n, x * expected)

    mean = integrate.quad(lambda x: np.log(x) * weight(x), 0, 50, limit=200)[0]
    mean /= integrate.quad(weight, 0, 50, limit=200)[0]
    assert ebgm(counts_of([n], [expected]), prior).estimate[0] == pytest.approx(
        np.exp(mean), rel=1e-7
    )


def test_limits_read_off_a_curve_agree_with_limits_that_were_solved():
    rng = np.random.default_rng(5)
    n, expected = rng.integers(0, 20, 40_000), np.exp(rng.normal(-1, 2, 40_000))
    prior = Prior(21.0, 1.66, 1.74, 1.56, 0.035)  # far apart, so the curves bend sharply
    mix = Mixture(n, prior)
    read_off = quantiles_by_count(n, expected, mix, (0.05, 0.95))
    some = rng.choice(40_000, 2000, replace=False)
    for row, p in zip(read_off, (0.05, 0.95), strict=True):
        solved = np.exp(solve(n[some], np.log(expected[some]), mix, p)[0])
        np.testing.assert_allclose(row[some], solved, rtol=2e-8)


def test_much_data_overrules_the_prior():
    estimate, low, high, _ = (
        x[0] for x in ebgm(counts_of([40_000], [10_000.0]), Prior(0.2, 0.1, 2, 4, 0.3))
    )
    assert estimate == pytest.approx(4.0, rel=1e-3)
    assert high - low < 0.1


def test_counts_without_margins_or_zeros_say_so():
    rng = np.random.default_rng(0)
    n = rng.poisson(3.0, 300) + 1
    result = find_signals(counts_of(n, np.full(300, 3.0)), "ebgm")
    assert result.form == "joint"
    assert any("joint form was used" in note for note in result.notes)


def test_too_little_to_fit_is_refused():
    with pytest.raises(SpecError, match="fewer than 5"):
        fit_prior(counts_of([1, 2], [1.0, 1.0]))


def test_hyperparameters_are_checked():
    with pytest.raises(SpecError, match="alpha1, beta1"):
        Prior(0.2, -1, 2, 4, 0.3)
