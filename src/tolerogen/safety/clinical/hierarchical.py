"""Adverse events of a trial together: the hierarchical model of Berry and Berry.

Testing forty events one by one flags two of them when nothing is wrong. Here events of a body
system borrow from each other, and systems from each other: the log odds ratio theta of an event is
exactly zero with a probability that its body system shares, and normal otherwise (Berry SM, Berry
DA, Biometrics 2004;60:418-426, doi:10.1111/j.0006-341X.2004.00186.x). What is reported is the
probability that theta is above zero: that the treatment brings more of the event.

- x ~ Bin(Nc, logit⁻¹ gamma), y ~ Bin(Nt, logit⁻¹(gamma + theta))
- gamma ~ N(mean_b, var_b); theta = 0 with probability pi_b, else N(mean_b, var_b)
- means of systems ~ N(top, spread), pi_b ~ Beta(alpha, beta), alpha and beta exponential above 1

Default priors are those of the R package c212 (Carragher, CRAN).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd
from scipy import special

from tolerogen.errors import SpecError
from tolerogen.safety.signals.counts import Floats


@dataclass(frozen=True)
class Hyper:
    """Numbers that the priors end in: variances have inverse gamma priors (shape, rate).

    Attributes
    ----------
    gamma_mean, gamma_variance, gamma_top_shape, gamma_top_rate, gamma_shape, gamma_rate
        Of the logits of the control arm: mean and variance of the mean over systems; variance of
        systems about it; variance of events within a system.
    theta_mean, theta_variance, theta_top_shape, theta_top_rate, theta_shape, theta_rate
        The same of log odds ratios that are not zero.
    alpha_rate, beta_rate
        Exponential rates of the beta distribution of the shares of zeros.
    """

    gamma_mean: float = 0.0
    gamma_variance: float = 10.0
    gamma_top_shape: float = 3.0
    gamma_top_rate: float = 1.0
    gamma_shape: float = 3.0
    gamma_rate: float = 1.0
    theta_mean: float = 0.0
    theta_variance: float = 10.0
    theta_top_shape: float = 3.0
    theta_top_rate: float = 1.0
    theta_shape: float = 3.0
    theta_rate: float = 1.0
    alpha_rate: float = 1.0
    beta_rate: float = 1.0


@dataclass(frozen=True)
class Hierarchy:
    """Posterior of the log odds ratios.

    Attributes
    ----------
    table
        One row an event: ``soc, term, control, n_control, treated, n_treated, p_more, p_same,
        p_less, odds_ratio, low, high``; `odds_ratio` is the posterior median.
    r_hat
        Largest potential scale reduction over events (split chains); near 1 when chains agree.
    error
        Largest Monte Carlo standard error of `p_more`.
    draws
        Draws kept, over all chains.
    """

    table: pd.DataFrame
    r_hat: float
    error: float
    draws: int


def fit_hierarchy(
    counts: pd.DataFrame,
    *,
    hyper: Hyper | None = None,
    chains: int = 4,
    draws: int = 30_000,
    burn_in: int = 2_000,
    level: float = 0.95,
    seed: int = 1,
) -> Hierarchy:
    """Fit the model.

    Parameters
    ----------
    counts
        One row an event: ``soc, term, control, n_control, treated, n_treated``, patients with the
        event and patients.
    hyper
        Priors; those of c212 by default.
    chains, draws, burn_in
        Chains, draws kept of each, draws left out before.
    level
        Coverage of the interval of the odds ratio.
    seed
        Seed; the result does not depend on the number of threads.

    Raises
    ------
    SpecError
        When a column is missing, or more patients had an event than there are.
    """
    x, nc, y, nt = _checked(counts)
    names, group = np.unique(counts["soc"].astype(str), return_inverse=True)
    priors = np.array(astuple(hyper or Hyper()))
    if not (priors[[1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13]] > 0).all():
        raise SpecError("Variances, shapes and rates of the priors must be above zero.")
    if chains < 1 or draws < 4:
        raise SpecError("The model needs one chain and four draws or more.")
    from tolerogen.safety.clinical.hierarchical_native import sample

    def run(seeds: np.random.SeedSequence) -> Floats:
        rng = np.random.default_rng(seeds)
        gamma = special.logit((x + 0.5) / (nc + 1)) + rng.normal(0, 0.5, len(x))
        theta = np.where(rng.random(len(x)) < 0.5, 0.0, rng.normal(0, 0.5, len(x)))
        start = np.stack([gamma, theta])
        return np.asarray(
            sample(rng, group, len(names), x, nc, y, nt, priors, burn_in, draws, start)
        )

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        theta = np.stack(list(pool.map(run, np.random.SeedSequence(seed).spawn(chains))))
    table = counts[["soc", "term", "control", "n_control", "treated", "n_treated"]].copy()
    tail = (1 - level) / 2
    whole = theta.reshape(-1, len(x))
    low, middle, high = np.exp(np.quantile(whole, [tail, 0.5, 1 - tail], axis=0))
    table["p_more"] = (whole > 0).mean(axis=0)
    table["p_same"] = (whole == 0).mean(axis=0)
    table["p_less"] = (whole < 0).mean(axis=0)
    table["odds_ratio"], table["low"], table["high"] = middle, low, high
    r_hat, error = _convergence((theta > 0).astype(float))
    table = table.sort_values("p_more", ascending=False, kind="stable", ignore_index=True)
    return Hierarchy(table, max(r_hat, _convergence(theta)[0]), error, len(whole))


def _checked(counts: pd.DataFrame) -> tuple[Floats, Floats, Floats, Floats]:
    columns = ("control", "n_control", "treated", "n_treated")
    lacking = {"soc", "term", *columns} - set(counts.columns)
    if lacking:
        raise SpecError(f"The table of events lacks the columns {', '.join(sorted(lacking))}.")
    x, nc, y, nt = (counts[name].to_numpy(float) for name in columns)
    wrong = ~((x >= 0) & (x <= nc) & (y >= 0) & (y <= nt) & (nc > 0) & (nt > 0))
    if wrong.any() or not len(x):
        row = int(np.flatnonzero(wrong)[0]) + 1 if len(x) else 0
        raise SpecError(
            f"Row {row} of the table of events: patients with an event must be 0 or more, and no "
            f"more than there are patients."
        )
    return x, nc, y, nt


def _convergence(draws: Floats) -> tuple[float, float]:
    """Return the largest R-hat and the largest Monte Carlo error of a mean (split chains)."""
    half = draws.shape[1] // 2
    split = np.concatenate([draws[:, :half], draws[:, half : 2 * half]])
    within = split.var(axis=1, ddof=1).mean(axis=0)
    between = split.mean(axis=1).var(axis=0, ddof=1)
    safe = np.where(within > 0, within, 1.0)
    r_hat = np.where(within > 0, np.sqrt((half - 1) / half + between / safe), 1.0)
    blocks = max(int(np.sqrt(half)), 1)  # means of blocks longer than the memory of a chain
    size = half // blocks
    means = split[:, : blocks * size].reshape(len(split), blocks, size, -1).mean(axis=2)
    means = means.reshape(len(split) * blocks, -1)
    error = means.std(axis=0, ddof=1) / np.sqrt(len(means)) if len(means) > 1 else means * 0
    return float(r_hat.max()), float(np.max(error))
