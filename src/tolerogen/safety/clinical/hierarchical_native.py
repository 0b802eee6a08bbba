"""Gibbs sampler of the model of Berry and Berry, compiled on first use and kept on disk.

Each conditional that has no closed form is sampled by an independence step from a Student-t
distribution laid over its mode, so that draws hardly depend on the one before.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

FREEDOM = 5.0
"""Degrees of freedom of the proposals: tails heavier than those of any conditional here."""


@njit(nogil=True, cache=True)
def softplus(x):
    """log(1 + exp(x)) without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@njit(nogil=True, cache=True)
def log_t(x, centre, scale):
    """Log density of the proposal, without constants that cancel."""
    return -0.5 * (FREEDOM + 1) * math.log1p(((x - centre) / scale) ** 2 / FREEDOM) - math.log(
        scale
    )


@njit(nogil=True, cache=True)
def log_normal(x, mean, variance):
    """Log density of a normal distribution."""
    return -0.5 * (x - mean) ** 2 / variance - 0.5 * math.log(2 * math.pi * variance)


@njit(nogil=True, cache=True)
def mode_of(start, y1, n1, shift1, y2, n2, shift2, mean, variance):
    """Find mode and curvature scale of two binomials in one logit with a normal prior."""
    x = start
    for _ in range(60):
        p1 = 1 / (1 + math.exp(-min(max(x + shift1, -700), 700)))
        p2 = 1 / (1 + math.exp(-min(max(x + shift2, -700), 700)))
        slope = y1 - n1 * p1 + y2 - n2 * p2 - (x - mean) / variance
        curvature = n1 * p1 * (1 - p1) + n2 * p2 * (1 - p2) + 1 / variance
        step = min(max(slope / curvature, -2.0), 2.0)
        x += step
        if abs(step) < 1e-8:
            break
    p1 = 1 / (1 + math.exp(-min(max(x + shift1, -700), 700)))
    p2 = 1 / (1 + math.exp(-min(max(x + shift2, -700), 700)))
    return x, 1 / math.sqrt(n1 * p1 * (1 - p1) + n2 * p2 * (1 - p2) + 1 / variance)


@njit(nogil=True, cache=True)
def draw_t(rng, centre, scale):
    """Draw a proposal."""
    chi2 = 2 * rng.standard_gamma(FREEDOM / 2)
    return centre + scale * rng.standard_normal() / math.sqrt(chi2 / FREEDOM)


@njit(nogil=True, cache=True)
def next_gamma(rng, gamma, theta, x, nc, y, nt, mean, variance):
    """Draw the logit of the control arm given everything else."""
    centre, scale = mode_of(gamma, x, nc, 0.0, y, nt, theta, mean, variance)
    new = draw_t(rng, centre, scale)
    ratio = 0.0
    for sign, at in ((1.0, new), (-1.0, gamma)):
        target = x * at - nc * softplus(at) + y * (at + theta) - nt * softplus(at + theta)
        target += log_normal(at, mean, variance)
        ratio += sign * (target - log_t(at, centre, scale))
    return new if math.log(rng.random()) < ratio else gamma


@njit(nogil=True, cache=True)
def next_theta(rng, theta, gamma, y, nt, mean, variance, zero):
    """Draw the log odds ratio: exactly 0 with some probability, normal otherwise."""
    centre, scale = mode_of(theta, y, nt, gamma, 0.0, 0.0, 0.0, mean, variance)
    at_zero = y * gamma - nt * softplus(gamma)
    at_mode = y * (gamma + centre) - nt * softplus(gamma + centre)
    slab = (
        at_mode + log_normal(centre, mean, variance) + 0.5 * math.log(2 * math.pi) + math.log(scale)
    )
    odds = math.log(zero) - math.log1p(-zero) + at_zero - slab
    weight = min(max(1 / (1 + math.exp(-min(max(odds, -700), 700))), 1e-4), 1 - 1e-4)
    # the constant of the Student-t density matters here: a point is weighed against a density
    constant = (
        math.lgamma((FREEDOM + 1) / 2)
        - math.lgamma(FREEDOM / 2)
        - 0.5 * math.log(FREEDOM * math.pi)
    )
    new = 0.0 if rng.random() < weight else draw_t(rng, centre, scale)
    ratio = 0.0
    for sign, at in ((1.0, new), (-1.0, theta)):
        if at == 0.0:
            value = math.log(zero) + at_zero - math.log(weight)
        else:
            value = math.log1p(-zero) + y * (gamma + at) - nt * softplus(gamma + at)
            value += log_normal(at, mean, variance)
            value -= math.log1p(-weight) + log_t(at, centre, scale) + constant
        ratio += sign * value
    return new if math.log(rng.random()) < ratio else theta


@njit(nogil=True, cache=True)
def log_beta_part(a, other, total, groups, rate):
    """Log conditional of a parameter of the beta distribution of the shares of zeros."""
    return groups * (math.lgamma(a + other) - math.lgamma(a)) + a * total - rate * a


@njit(nogil=True, cache=True)
def next_beta(rng, a, other, total, groups, rate):
    """Draw a parameter of that beta distribution, above 1, by slice sampling."""
    level = log_beta_part(a, other, total, groups, rate) + math.log(rng.random())
    low = max(a - 3.0 * rng.random(), 1.0)
    high = low + 3.0
    while low > 1.0 and log_beta_part(low, other, total, groups, rate) > level:
        low = max(low - 3.0, 1.0)
    while log_beta_part(high, other, total, groups, rate) > level:
        high += 3.0
    for _ in range(200):
        new = low + (high - low) * rng.random()
        if log_beta_part(new, other, total, groups, rate) > level:
            return new
        if new < a:
            low = new
        else:
            high = new
    return a


@njit(nogil=True, cache=True)
def next_mean(rng, total, count, variance, prior_mean, prior_variance):
    """Draw a mean given the sum of `count` normal values."""
    precision = count / variance + 1 / prior_variance
    centre = (total / variance + prior_mean / prior_variance) / precision
    return centre + rng.standard_normal() / math.sqrt(precision)


@njit(nogil=True, cache=True)
def next_variance(rng, squares, count, shape, rate):
    """Draw a variance with an inverse gamma prior."""
    return (rate + 0.5 * squares) / rng.standard_gamma(shape + 0.5 * count)


@njit(nogil=True, cache=True)
def sample(rng, group, groups, x, nc, y, nt, hyper, burn_in, draws, start):
    """Run one chain; return the log odds ratios of each draw.

    `hyper` holds, for gamma and then theta: mean and variance of the top mean, shape and rate of
    the top variance, shape and rate of the variance of a group; then the two exponential rates.
    """
    size = group.size
    kept = np.empty((draws, size))
    gamma, theta = start[0].copy(), start[1].copy()
    mean_g, mean_t = np.zeros(groups), np.zeros(groups)
    var_g, var_t = np.ones(groups), np.ones(groups)
    top_g, top_t, spread_g, spread_t = 0.0, 0.0, 1.0, 1.0
    zero, alpha, beta = np.full(groups, 0.5), 1.5, 1.5
    for step in range(burn_in + draws):
        sums = np.zeros((groups, 4))
        for k in range(size):
            b = group[k]
            gamma[k] = next_gamma(
                rng, gamma[k], theta[k], x[k], nc[k], y[k], nt[k], mean_g[b], var_g[b]
            )
            theta[k] = next_theta(
                rng, theta[k], gamma[k], y[k], nt[k], mean_t[b], var_t[b], zero[b]
            )
            sums[b, 0] += 1
            sums[b, 1] += gamma[k]
            if theta[k] != 0.0:
                sums[b, 2] += 1
                sums[b, 3] += theta[k]
        for b in range(groups):
            zero[b] = rng.beta(alpha + sums[b, 0] - sums[b, 2], beta + sums[b, 2])
            zero[b] = min(max(zero[b], 1e-12), 1 - 1e-12)
            mean_g[b] = next_mean(rng, sums[b, 1], sums[b, 0], var_g[b], top_g, spread_g)
            mean_t[b] = next_mean(rng, sums[b, 3], sums[b, 2], var_t[b], top_t, spread_t)
        squares = np.zeros((groups, 2))
        for k in range(size):
            b = group[k]
            squares[b, 0] += (gamma[k] - mean_g[b]) ** 2
            if theta[k] != 0.0:
                squares[b, 1] += (theta[k] - mean_t[b]) ** 2
        for b in range(groups):
            var_g[b] = next_variance(rng, squares[b, 0], sums[b, 0], hyper[4], hyper[5])
            var_t[b] = next_variance(rng, squares[b, 1], sums[b, 2], hyper[10], hyper[11])
        top_g = next_mean(rng, mean_g.sum(), groups, spread_g, hyper[0], hyper[1])
        top_t = next_mean(rng, mean_t.sum(), groups, spread_t, hyper[6], hyper[7])
        spread_g = next_variance(rng, ((mean_g - top_g) ** 2).sum(), groups, hyper[2], hyper[3])
        spread_t = next_variance(rng, ((mean_t - top_t) ** 2).sum(), groups, hyper[8], hyper[9])
        alpha = next_beta(rng, alpha, beta, np.log(zero).sum(), groups, hyper[12])
        beta = next_beta(rng, beta, alpha, np.log1p(-zero).sum(), groups, hyper[13])
        if step >= burn_in:
            kept[step - burn_in] = theta
    return kept
