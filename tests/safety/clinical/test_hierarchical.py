"""Berry and Berry: the sampler is calibrated, agrees with quadrature, and converges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from tolerogen.errors import SpecError
from tolerogen.safety.clinical import Hyper, fit_hierarchy

EXAMPLES = Path(__file__).parents[3] / "examples"
NARROW = Hyper(
    gamma_mean=-2.0, gamma_variance=0.5, theta_variance=0.5, gamma_top_rate=0.5, theta_top_rate=0.5
)


def drawn(rng, hyper, groups=3, each=4, n=120):
    """Draw everything from the prior: log odds ratios, and a table."""

    def top(mean, variance, shape, rate):
        spread = 1 / rng.gamma(shape, 1 / rate)
        return rng.normal(rng.normal(mean, np.sqrt(variance)), np.sqrt(spread), groups)

    h = hyper
    mean_g = top(h.gamma_mean, h.gamma_variance, h.gamma_top_shape, h.gamma_top_rate)
    mean_t = top(h.theta_mean, h.theta_variance, h.theta_top_shape, h.theta_top_rate)
    var_g = 1 / rng.gamma(h.gamma_shape, 1 / h.gamma_rate, groups)
    var_t = 1 / rng.gamma(h.theta_shape, 1 / h.theta_rate, groups)
    zero = rng.beta(
        1 + rng.exponential(1 / h.alpha_rate), 1 + rng.exponential(1 / h.beta_rate), groups
    )
    group = np.repeat(np.arange(groups), each)
    gamma = rng.normal(mean_g[group], np.sqrt(var_g[group]))
    theta = rng.normal(mean_t[group], np.sqrt(var_t[group]))
    theta[rng.random(len(group)) < zero[group]] = 0
    table = pd.DataFrame(
        {
            "soc": group.astype(str),
            "term": np.arange(len(group)).astype(str),
            "control": rng.binomial(n, special.expit(gamma)),
            "n_control": n,
            "treated": rng.binomial(n, special.expit(gamma + theta)),
            "n_treated": n,
        }
    )
    return theta, table


def test_probabilities_are_calibrated_when_the_truth_is_drawn_from_the_prior():
    rng = np.random.default_rng(8)
    said, true, same, was_zero = [], [], [], []
    for k in range(40):
        theta, table = drawn(rng, NARROW)
        found = fit_hierarchy(table, hyper=NARROW, chains=1, draws=600, burn_in=200, seed=k)
        rows = found.table.assign(place=found.table["term"].astype(int)).sort_values("place")
        said.append(rows["p_more"].to_numpy())
        same.append(rows["p_same"].to_numpy())
        true.append(theta > 0)
        was_zero.append(theta == 0)
    for p, event in ((said, true), (same, was_zero)):
        p, event = np.concatenate(p), np.concatenate(event)
        for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 1.01)):
            there = (p >= low) & (p < high)
            if there.sum() > 30:
                spread = np.sqrt((p[there] * (1 - p[there])).sum()) / there.sum()
                assert event[there].mean() == pytest.approx(p[there].mean(), abs=4 * spread)


def test_one_event_agrees_with_quadrature():
    """With priors this narrow the means, variances and shares are known."""
    known = Hyper(
        gamma_mean=-1.5, gamma_variance=1e-8, gamma_top_shape=1e8, gamma_top_rate=1.0,
        gamma_shape=1e7, gamma_rate=0.25e7,
        theta_mean=0.3, theta_variance=1e-8, theta_top_shape=1e8, theta_top_rate=1.0,
        theta_shape=1e7, theta_rate=0.25e7, alpha_rate=1e6, beta_rate=1e6,
    )  # fmt: skip
    table = pd.DataFrame(
        {"soc": "s", "term": "t", "control": [9], "n_control": 60, "treated": [17],
         "n_treated": 60}
    )  # fmt: skip
    gamma, theta = np.linspace(-4, 1, 801), np.linspace(-3, 3, 1201)
    g, t = np.meshgrid(gamma, theta, indexing="ij")
    control = stats.binom.pmf(9, 60, special.expit(gamma)) * stats.norm.pdf(gamma, -1.5, 0.5)
    slab = stats.binom.pmf(17, 60, special.expit(g + t)) * stats.norm.pdf(t, 0.3, 0.5)
    steps = (gamma[1] - gamma[0], theta[1] - theta[0])
    by_theta = (control[:, None] * slab).sum(axis=0) * steps[0]
    zero = (control * stats.binom.pmf(17, 60, special.expit(gamma))).sum() * steps[0]
    # the beta distribution of the share of zeros is uniform: one half either way
    whole = 0.5 * zero + 0.5 * by_theta.sum() * steps[1]
    more = 0.5 * by_theta[theta > 0].sum() * steps[1] / whole
    found = fit_hierarchy(table, hyper=known, draws=20_000).table.iloc[0]
    assert found["p_more"] == pytest.approx(more, abs=0.01)
    assert found["p_same"] == pytest.approx(0.5 * zero / whole, abs=0.01)


def test_the_example_of_c212_converges_and_repeats(shared):
    rows = pd.read_csv(shared("trial/c212.trial.data.csv"))
    wide = rows.pivot_table(index=["B", "AE"], columns="Group", values=["Count", "Total"])
    wide = wide.reset_index()
    wide.columns = ["soc", "term", "control", "treated", "n_control", "n_treated"]
    one, other = fit_hierarchy(wide, draws=20_000), fit_hierarchy(wide, draws=5_000, seed=2)
    assert one.r_hat < 1.01
    assert one.error < 0.004
    both = one.table.merge(other.table, on=["soc", "term"])
    assert (both["p_more_x"] - both["p_more_y"]).abs().max() < 4 * (one.error + other.error)
    assert (one.table["p_more"].head(7) > 0.98).all()
    assert set(one.table["soc"].head(7)) == {"Bdy-sys_3"}


def test_borrowing_and_what_a_single_test_would_say():
    table = pd.DataFrame(
        {
            "soc": ["a"] * 5 + ["b"] * 5,
            "term": [f"t{k}" for k in range(10)],
            "control": [8] * 5 + [8] * 5,
            "n_control": 200,
            "treated": [16, 18, 17, 15, 16, 16, 8, 7, 9, 8],
            "n_treated": 200,
        }
    )
    found = fit_hierarchy(table, draws=5000).table.set_index("term")
    # the same counts, 16 against 8, weigh more where the neighbours agree
    assert found.loc["t0", "p_more"] > found.loc["t5", "p_more"] + 0.1


def test_command_line_and_refusals(run, refused, tmp_path):
    files = (EXAMPLES / "subjects.csv", EXAMPLES / "events.csv")
    verb = ("safety", "hierarchy", *files)
    document = json.loads(
        run(*verb, "--treated", "active", "--control", "placebo", "--json").stdout
    )
    assert document["r_hat"] < 1.02
    assert document["rows"][0]["soc"] == "Infections"
    assert "--treated" in refused(*verb)
    (tmp_path / "t.csv").write_text("soc,term,control,n_control,treated,n_treated\na,b,5,4,1,4\n")
    assert "Row 1" in refused("safety", "hierarchy", tmp_path / "t.csv")
    with pytest.raises(SpecError, match="above zero"):
        fit_hierarchy(drawn(np.random.default_rng(1), NARROW)[1], hyper=Hyper(theta_variance=0))
