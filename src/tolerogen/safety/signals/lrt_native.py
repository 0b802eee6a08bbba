"""The simulation behind the likelihood ratio test, compiled on first use and kept on disk."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def alias_table(share):
    """Make Walker's alias table: a draw from `share` costs one random number."""
    size = share.size
    keep, other = np.ones(size), np.arange(size)
    scaled = share * size
    small, large = np.empty(size, np.int64), np.empty(size, np.int64)
    n_small = n_large = 0
    for k in range(size):
        if scaled[k] < 1:
            small[n_small] = k
            n_small += 1
        else:
            large[n_large] = k
            n_large += 1
    while n_small and n_large:
        n_small -= 1
        low, high = small[n_small], large[n_large - 1]
        keep[low], other[low] = scaled[low], high
        scaled[high] -= 1 - scaled[low]
        if scaled[high] < 1:
            n_large -= 1
            small[n_small] = high
            n_small += 1
    return keep, other


@njit(nogil=True, cache=True)
def log_ratio(count, total, share):
    """Log-likelihood ratio of `count` of `total` where `share` was expected; 0 when fewer came."""
    expected = total * share
    if count <= expected:
        return 0.0
    ratio = count * np.log(count / expected)
    rest = total - count
    if rest > 0:
        ratio += rest * np.log(rest / (total - expected))
    return ratio


@njit(nogil=True, cache=True)
def mixed(state):
    """Mix a counter into 64 random bits (splitmix64, doi:10.1145/2660193.2660195)."""
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(nogil=True, cache=True)
def highest_ratios(total, share, keep, other, replicates, observed, enough, seed):
    """Draw `total` events again and again; return the highest ratio of each draw.

    It stops when `enough` of the draws reach `observed`: what is that common is no signal.
    """
    state = np.uint64(seed)
    size = share.size
    count = np.zeros(size, np.int64)
    drawn = np.empty(total, np.int64)
    highest = np.zeros(replicates)
    reached = 0
    for r in range(replicates):
        for i in range(total):
            state += np.uint64(0x9E3779B97F4A7C15)
            u = (mixed(state) >> np.uint64(11)) * (size * 2.0**-53)
            k = min(int(u), size - 1)
            if u - k >= keep[k]:
                k = other[k]
            drawn[i] = k
            count[k] += 1
        most = 0.0
        for i in range(total):
            k = drawn[i]
            if count[k]:
                most = max(most, log_ratio(count[k], total, share[k]))
                count[k] = 0
        highest[r] = most
        if most >= observed - 1e-12:
            reached += 1
            if reached >= enough:
                return highest[: r + 1]
    return highest
