"""Chances against beta quantiles, and how the simulation moves them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tolerogen.projects import Evidence, Project, chances, pooled, stages_of, worth
from tolerogen.projects.project import Value
from tolerogen.projects.stages import Stage

SHARE = st.floats(0.01, 0.99)


def seen(favourable, replicates=100):
    figures = {"favourable": favourable, "replicates": float(replicates)}
    return [Evidence("trial", "", figures, {}, "", "", "")]


def project(weight, **value):
    return Project(name="p", disease="sjogren", target="IL7R", weight=weight, value=Value(**value))


def test_base_rates_are_the_published_counts_with_jeffreys_intervals():
    found = {step.stage: step for step in chances(project(0.3), stages_of(), "target", []).steps}
    # Minikel 2024, autoimmune: phase I 681 of 906, II 195 of 532, III 100 of 150
    for name, passed, of in (("phase_1", 681, 906), ("phase_2", 195, 532), ("phase_3", 100, 150)):
        beta = stats.beta(passed + 0.5, of - passed + 0.5)
        assert found[name].prior == pytest.approx((beta.mean(), *beta.ppf([0.05, 0.95])), abs=3e-3)
        assert found[name].status == "measured"
    published = {"phase_1": 0.752, "phase_2": 0.367, "phase_3": 0.667}
    for name, rate in published.items():
        assert found[name].prior[0] == pytest.approx(rate, abs=2e-3)


def test_without_weight_or_evidence_the_posterior_is_the_prior():
    stages = stages_of()
    for one in (
        chances(project(0.0), stages, "phase_2", seen(0.99)),
        chances(project(0.9), stages, "phase_2", []),
    ):
        assert one.posterior == pytest.approx(one.prior, rel=1e-9)


def test_with_all_the_weight_the_simulation_decides():
    one = chances(project(1.0), stages_of(), "phase_2", seen(0.75, 8))
    beta = stats.beta(6.5, 2.5)
    expected = (beta.mean(), *beta.ppf([0.05, 0.95]))
    assert one.steps[0].posterior == pytest.approx(expected, abs=4e-3)
    assert one.steps[0].simulated == (6, 8)
    assert one.steps[1].simulated is None  # a phase 2 trial says nothing about phase 3


def test_more_replicates_do_not_make_the_model_surer():
    few, many = (
        chances(project(0.24), stages_of(), "phase_2", seen(0.75, n)).steps[0] for n in (12, 10_000)
    )
    assert many.posterior == pytest.approx(few.posterior, rel=1e-6)
    assert many.simulated == (7500, 10_000)


@given(SHARE, SHARE, SHARE, st.floats(0.05, 1))
def test_better_trials_never_lower_the_chance(base, first, second, weight):
    low, high = sorted((first, second))
    worse, better = (float(pooled(np.array([base]), np.array([p]), weight)[0]) for p in (low, high))
    assert worse <= better + 1e-12
    assert min(base, low) - 1e-9 <= worse
    assert better <= max(base, high) + 1e-9


def test_worth_without_uncertainty_is_the_sum_done_by_hand():
    stages = [
        Stage(id="a", title="A", cost=10, months=12,
              success={"passed": 5e8, "of": 1e9, "status": "assumed", "source": "-"}),
        Stage(id="b", title="B", cost=20, months=12,
              success={"passed": 2.5e8, "of": 1e9, "status": "assumed", "source": "-"}),
        Stage(id="c", title="C"),
    ]  # fmt: skip
    plan = project(0.0, low=1000, likely=1000, high=1000, discount=0.1)
    found = worth(plan, stages, "a", chances(plan, stages, "a", []))
    by_hand = -10 - 0.5 * 20 / 1.1 + 0.5 * 0.25 * 1000 / 1.1**2
    assert found.value[0] == pytest.approx(by_hand, rel=1e-3)
    assert [span[:3] for span in found.spans] == [("a", 0, 12), ("b", 12, 24)]
    assert found.spans[1][3] == pytest.approx(0.5, rel=1e-3)


def test_discounting_lowers_what_comes_later():
    stages, values = stages_of(), []
    for rate in (0.0, 0.1, 0.3):
        plan = project(0.0, low=1000, likely=1000, high=1000, discount=rate)
        values.append(worth(plan, stages, "phase_3", chances(plan, stages, "phase_3", [])).value[0])
    assert values[0] > values[1] > values[2]
    assert math.isfinite(values[0])
