"""Populations: the same patient always, the spread that the table asks for."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from scipy.special import logit
from tests.patients.exact import same

from tolerogen.diseases import Correlation, Disease
from tolerogen.errors import SpecError
from tolerogen.parameters import Parameter
from tolerogen.patients import Population, sample_population
from tolerogen.patients.correlation import correlation_factor
from tolerogen.patients.covariates import read_covariates
from tolerogen.patients.population import parameter_value

N = 4000


@pytest.fixture(scope="module")
def population(sjogren: Disease) -> Population:
    return sample_population(sjogren, N, seed=11)


def test_patient_17_is_patient_17(sjogren: Disease, population: Population) -> None:
    for start, n in ((17, 1), (0, 18), (10, 20)):
        other = sample_population(sjogren, n, seed=11, start=start)
        same(other.frame().loc[[17]], population.frame().loc[[17]])


def test_another_seed_is_another_patient(sjogren: Disease, population: Population) -> None:
    other = sample_population(sjogren, 1, seed=12)
    varying = [p.id for p in sjogren.parameters if p.distribution != "fixed"]
    assert not (other.parameters.loc[0, varying] == population.parameters.loc[0, varying]).any()


def test_extra_parameters_change_no_other_number(sjogren: Disease, population: Population) -> None:
    first = Parameter("drug_CL", 0.2, "L/day", "lognormal", 0.3)
    second = Parameter("drug_V", 3.0, "L", "lognormal", 0.2)
    both = sample_population(sjogren, 9, seed=11, extra=(first, second))
    one = sample_population(sjogren, 9, seed=11, extra=(second,))
    ours = population.parameters.loc[:8]
    same(both.parameters[ours.columns], ours)
    same(both.parameters["drug_V"], one.parameters["drug_V"])


def test_distributions_have_the_median_and_spread_of_the_table() -> None:
    score = stats.norm.ppf((np.arange(100_001) + 0.5) / 100_001)
    lognormal = parameter_value(Parameter("k", 2.0, "1", "lognormal", 0.5), score)
    assert np.median(lognormal) == pytest.approx(2.0)
    assert lognormal.std() / lognormal.mean() == pytest.approx(0.5, rel=0.01)
    share = parameter_value(Parameter("f", 0.3, "1", "logitnormal", 0.8), score)
    assert np.median(share) == pytest.approx(0.3)
    assert logit(share).std() == pytest.approx(0.8, rel=0.01)
    normal = parameter_value(Parameter("x", 10.0, "1", "normal", 0.1), score)
    assert (normal.mean(), normal.std()) == pytest.approx((10.0, 1.0), rel=0.01)
    cut = parameter_value(Parameter("k", 2.0, "1", "lognormal", 0.5, low=1.5, high=3.0), score)
    assert (cut.min(), cut.max()) == (1.5, 3.0)


def test_only_what_varies_or_is_set_is_a_column(sjogren: Disease, population: Population) -> None:
    varying = {p.id for p in sjogren.parameters if p.distribution != "fixed"}
    assert set(population.parameters.columns) == varying | {"weight"}
    assert population.parameters.notna().all().all()


def test_correlations_of_the_table_are_in_the_population(
    sjogren: Disease, population: Population
) -> None:
    scores = population.parameters.rank()
    for link in sjogren.correlations:
        if {link.a, link.b} <= set(scores.columns) - {"antiRo_0", "RF_0"}:  # serology mixes these
            rank = scores[link.a].corr(scores[link.b])
            expected = 6 / np.pi * np.arcsin(link.r / 2)  # Spearman of a Gaussian copula
            # the table's pairs do not quite fit together: each may move by up to a tenth
            assert rank == pytest.approx(expected, abs=0.1 + 3 / np.sqrt(N))


def test_covariates_have_the_published_marginals(population: Population) -> None:
    shares = population.covariates[
        ["female", "anti_ro", "rf_positive", "hydroxychloroquine", "prednisone"]
    ].mean()
    published = [0.947, 0.871, 0.62, 0.39, 0.109]
    assert np.allclose(shares, published, atol=4 * np.sqrt(0.25 / N))
    assert population.covariates["age"].mean() == pytest.approx(52.0, abs=1.0)
    weight = population.covariates["weight"]
    assert (weight.mean(), weight.std()) == pytest.approx((69.4, 18.0), rel=0.05)
    assert np.array_equal(weight, population.parameters["weight"])


def test_a_positive_correlation_makes_a_yes_likelier(
    sjogren: Disease, population: Population
) -> None:
    links = [*read_covariates(sjogren.folder).correlation, *sjogren.correlations]
    wanted = {frozenset((x.a, x.b)): x.r for x in links}
    systemic = population.baselines["systemic"]
    for name in ("prednisone", "female"):
        yes = population.covariates[name]
        apart = systemic[yes].mean() - systemic[~yes].mean()
        assert np.sign(apart) == np.sign(wanted[frozenset(("systemic", name))])
        # mean of a normal score on either side of the threshold of its correlated partner
        share = yes.mean()
        height = stats.norm.pdf(stats.norm.ppf(share)) / (share * (1 - share))
        expected = wanted[frozenset(("systemic", name))] * height
        assert apart == pytest.approx(expected, abs=0.25)


def test_a_seronegative_patient_has_a_low_titre(population: Population) -> None:
    positive = population.covariates["anti_ro"]
    titre = population.parameters["antiRo_0"]
    assert titre[~positive].median() < 0.1 * titre[positive].median()


def test_take_keeps_order_and_people(population: Population) -> None:
    some = population.take([5, 2])
    assert list(some.patients) == [5, 2]
    same(some.frame(), population.frame().loc[[5, 2]])


def test_unknown_and_impossible_correlations_are_refused(sjogren: Disease) -> None:
    def with_links(*links: tuple[str, str, float]) -> Disease:
        made = tuple(Correlation(a, b, r, "test") for a, b, r in links)
        return dataclasses.replace(sjogren, correlations=made)

    with pytest.raises(SpecError, match="'IgG_O' does not differ"):
        sample_population(with_links(("IgG_O", "RF_0", 0.5)), 2, seed=1)
    with pytest.raises(SpecError, match=r"must lie in \(-1, 1\)"):
        sample_population(with_links(("IgG_0", "RF_0", 1.0)), 2, seed=1)
    with pytest.raises(SpecError, match="contradict each other"):
        sample_population(
            with_links(("GC_0", "Tfh_0", 0.9), ("Tfh_0", "PB_0", 0.9), ("GC_0", "PB_0", -0.9)),
            2,
            seed=1,
        )
    with pytest.raises(SpecError, match="at least 1"):
        sample_population(sjogren, 0, seed=1)


def test_almost_possible_correlations_are_moved_a_little() -> None:
    links = [("a", "b", 0.8), ("b", "c", 0.8), ("a", "c", 0.2)]
    pairs = [SimpleNamespace(a=a, b=b, r=r) for a, b, r in links]
    factor = correlation_factor(["a", "b", "c"], pairs)
    near = factor @ factor.T
    assert np.allclose(np.diag(near), 1.0)
    assert np.abs(near - [[1, 0.8, 0.2], [0.8, 1, 0.8], [0.2, 0.8, 1]]).max() < 0.1
