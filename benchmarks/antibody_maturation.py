"""Affinity maturation on the emibetuzumab library: prediction, and learning batch by batch.

    python benchmarks/antibody_maturation.py [FILE] [--svg PICTURE] [--learning-only]

FILE (by default ``../shared/antibody/affinity_maturation/emi_binding.csv``; Makowski 2022,
doi:10.1038/s41467-022-31457-3, MIT) holds 4,000 VH with labels of binding to the antigen and to
off-targets. The peer, one-hot logistic regression, runs on the same five folds.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

from tolerogen.antibodies.selection import Threshold, fit_surrogate, propose_hits

SHARED = Path(__file__).resolve().parents[2] / "shared" / "antibody" / "affinity_maturation"
FOLDS, START, BATCH, ROUNDS = 5, 48, 24, 6


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path, default=SHARED / "emi_binding.csv")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--learning-only", action="store_true")
    options = parser.parse_args()
    sequences, labels = read(options.file)
    for column, name in enumerate(("antigen binding", "off-target binding")):
        if not options.learning_only:
            ours, peer = prediction(sequences, labels[:, column])
            print(f"{name}: AUC {ours:.4f}, one-hot logistic regression {peer:.4f}")
    begun = time.process_time()
    found, base = learning(sequences, labels)
    print(f"learning by batches of {BATCH} after {START}; {base:.1%} of the variants are hits")
    for name, hits in found.items():
        error = hits[:, -1].std(ddof=1) / np.sqrt(len(hits))
        told = " ".join(f"{mean:.1f}" for mean in hits.mean(axis=0))
        print(f"  {name}: hits after each round {told} (standard error {error:.1f})")
    print(f"  {time.process_time() - begun:.0f} s")
    if options.svg:
        draw(found, options.svg)


def read(path):
    """Return sequences and the two labels."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    labels = np.array([[int(r["ANT Binding"]), int(r["OVA Binding"])] for r in rows])
    return [row["VH Sequence"] for row in rows], labels


def prediction(sequences, labels, folds=FOLDS):
    """Return the area under the curve over all folds, ours and the peer's."""
    fold = np.random.default_rng(0).integers(0, folds, len(labels))
    hot = one_hot(sequences)
    ours, peer = np.zeros(len(labels)), np.zeros(len(labels))
    for part in range(folds):
        train, test = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
        made = fit_surrogate([sequences[i] for i in train], labels[train])
        ours[test] = made.mean([sequences[i] for i in test])
        peer[test] = hot[test] @ logistic(hot[train], labels[train])
    return auc(ours, labels), auc(peer, labels)


class State(NamedTuple):
    """Where a campaign stands: the library, its labels, which of it are known, and the rest."""

    own: list
    hot: np.ndarray
    labels: np.ndarray
    known: np.ndarray
    rest: np.ndarray
    rng: np.random.Generator


def learning(sequences, labels, seeds=20, size=None):
    """Return hits after each round, shape (seeds, rounds), by way of choosing; and the base rate.

    A hit binds the antigen and nothing else. The half of the library played on was not used to
    choose between ways.
    """
    held = np.random.default_rng(7).permutation(len(sequences))[len(sequences) // 2 :][:size]
    own, labels = [sequences[i] for i in held], labels[held]
    hot, hit = one_hot(own), (labels[:, 0] == 1) & (labels[:, 1] == 0)
    found = {}
    for name, way in WAYS.items():
        rounds = np.zeros((seeds, ROUNDS))
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            known = list(rng.permutation(len(own))[:START])
            for turn in range(ROUNDS):
                rest = np.setdiff1d(np.arange(len(own)), known)
                known += list(way(State(own, hot, labels, np.array(known), rest, rng)))
                rounds[seed, turn] = hit[known[START:]].sum()
        found[name] = rounds
    return found, hit.mean()


def by_chance_of_hits(state):
    """Choose as `propose_hits` does."""
    goals = (Threshold("binding", ">=", 0.5), Threshold("off_target", "<=", 0.5))
    seen = [state.own[i] for i in state.known]
    learnt = [
        (goal, fit_surrogate(seen, state.labels[state.known, column]))
        for column, goal in enumerate(goals)
    ]
    place = {state.own[i]: i for i in state.rest}
    return [place[one.sequence] for one in propose_hits(learnt, list(place), BATCH)]


def by_regression(state):
    """Choose the greatest scores of one-hot logistic regression on hit or no hit."""
    binds, sticks = state.labels[state.known].T == 1
    weights = logistic(state.hot[state.known], (binds & ~sticks).astype(int))
    return state.rest[np.argsort(-state.hot[state.rest] @ weights)[:BATCH]]


def by_two_regressions(state):
    """Choose the greatest product of two one-hot logistic regressions, one a label."""
    binds, sticks = (
        state.hot[state.rest] @ logistic(state.hot[state.known], state.labels[state.known, column])
        for column in (0, 1)
    )
    score = -np.logaddexp(0, -binds) - np.logaddexp(0, sticks)
    return state.rest[np.argsort(-score)[:BATCH]]


def by_luck(state):
    """Choose anything."""
    return state.rng.choice(state.rest, BATCH, replace=False)


WAYS = {
    "proposal (chance of every goal)": by_chance_of_hits,
    "two logistic regressions": by_two_regressions,
    "one logistic regression": by_regression,
    "by luck": by_luck,
}


def draw(found, path):
    """Draw hits against rounds, mean and standard error."""
    from matplotlib.figure import Figure

    from tolerogen.drawing import PALETTE, REFERENCE, styled

    with styled():
        figure = Figure(figsize=(6.4, 3.6), layout="constrained")
        axes = figure.subplots()
        for (name, hits), colour in zip(found.items(), (*PALETTE[:3], REFERENCE), strict=True):
            error = hits.std(axis=0, ddof=1) / np.sqrt(len(hits))
            axes.errorbar(
                np.arange(1, ROUNDS + 1), hits.mean(axis=0), error, color=colour, label=name,
                marker="o", capsize=3,
            )  # fmt: skip
        axes.set(xlabel=f"round of {BATCH} measured", ylabel="hits found", ylim=(0, None))
        axes.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None})


def one_hot(sequences):
    """Return a column of ones and one for each residue at each place that varies."""
    letters = np.array([list(s) for s in sequences])
    columns = [np.ones(len(letters))]
    for place in letters.T:
        kinds = np.unique(place)
        columns += [(place == kind).astype(float) for kind in kinds if len(kinds) > 1]
    return np.column_stack(columns)


def logistic(features, labels, penalty=1.0):
    """Return the weights of a ridge logistic regression; the first is not shrunk."""
    ridge = np.full(features.shape[1], penalty)
    ridge[0] = 0.0

    def cost(weights):
        score = features @ weights
        slope = features.T @ (1 / (1 + np.exp(-score)) - labels) + ridge * weights
        return np.logaddexp(0, score).sum() - labels @ score + ridge @ weights**2 / 2, slope

    return minimize(cost, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x


def auc(score, labels):
    """Return the chance that a positive scores above a negative."""
    ranks = rankdata(score)
    positive = int(labels.sum())
    above = ranks[labels == 1].sum() - positive * (positive + 1) / 2
    return above / positive / (len(labels) - positive)


if __name__ == "__main__":
    main()
