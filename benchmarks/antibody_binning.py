"""Epitope binning on simulated competition matrices: adjusted Rand index against the true bins.

    python benchmarks/antibody_binning.py [--runs 100] [--seed 1]

24 to 48 antibodies in 6 to 10 bins, 10 % noise, 15 % of the pairs within a bin block one way only.
"""

from __future__ import annotations

import argparse
from collections import Counter
from math import comb

import numpy as np

from tolerogen.antibodies.binning import Competition
from tolerogen.antibodies.binning.bins import _grouped
from tolerogen.antibodies.binning.matrix import normalise


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    found = []
    for _ in range(options.runs):
        data, truth = simulated(rng)
        blocked = normalise(data)
        np.fill_diagonal(blocked, 1.0)
        labels, _ = _grouped(blocked, np.arange(len(blocked)))
        found.append(adjusted_rand(labels, truth))
    print(
        f"adjusted Rand: mean {np.mean(found):.3f}, median {np.median(found):.3f}, "
        f"10th percentile {np.percentile(found, 10):.3f}, at least 0.9 in "
        f"{np.mean(np.array(found) >= 0.9):.0%} of {options.runs}"
    )


def simulated(rng):
    """Return a competition experiment and the true bin of each antibody."""
    bins, size = int(rng.integers(6, 11)), int(rng.integers(24, 49))
    truth = np.concatenate([np.arange(bins), rng.integers(0, bins, size - bins)])
    blocked = (truth[:, None] == truth[None, :]).astype(float)
    for i, j in zip(*np.nonzero(np.triu(blocked, 1)), strict=True):
        if rng.random() < 0.15:
            blocked[(i, j) if rng.random() < 0.5 else (j, i)] = 0.0
    height = rng.uniform(0.5, 2.0, size)
    response = height * (1.0 - blocked + 0.1 * rng.standard_normal((size, size)))
    names = tuple(f"mab{i}" for i in range(size))
    return Competition(names, response, None), truth


def adjusted_rand(one, other):
    """Return the adjusted Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075)."""
    pairs = sum(comb(n, 2) for n in Counter(zip(one, other, strict=True)).values())
    left = sum(comb(n, 2) for n in Counter(one).values())
    right = sum(comb(n, 2) for n in Counter(other).values())
    chance = left * right / comb(len(one), 2)
    return (pairs - chance) / ((left + right) / 2 - chance)


if __name__ == "__main__":
    main()
