"""Affinity maturation on the emibetuzumab library: prediction, and learning batch by batch.

    python benchmarks/antibody_maturation.py [FILE]

FILE (by default ``../shared/antibody/affinity_maturation/emi_binding.csv``; Makowski 2022,
doi:10.1038/s41467-022-31457-3, MIT) holds 4,000 VH with labels of binding to the antigen and to
off-targets. The peer, one-hot logistic regression, runs on the same five folds.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

from tolerogen.antibodies.selection import fit_surrogate, propose_batch

SHARED = Path(__file__).resolve().parents[2] / "shared" / "antibody" / "affinity_maturation"
FOLDS, START, BATCH, ROUNDS, POOL = 5, 48, 24, 4, 600


def main() -> None:
    """Print every figure."""
    sequences, labels = read(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "emi_binding.csv")
    for column, name in enumerate(("antigen binding", "off-target binding")):
        ours, peer = prediction(sequences, labels[:, column])
        print(f"{name}: AUC {ours:.4f}, one-hot logistic regression {peer:.4f}")
    print(f"learning by batches: {learning(sequences, labels)}")


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


def learning(sequences, labels, seeds=3):
    """Return how many specific binders are found by proposal, by the peer and by chance."""
    begun, hits = time.process_time(), np.zeros((seeds, 3))
    goal = labels[:, 0] * (1.0 + (1 - labels[:, 1]))  # binds: 1; binds and nothing else: 2
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        pool = rng.permutation(len(sequences))[:POOL]
        hot = one_hot([sequences[i] for i in pool])
        value = goal[pool]
        for method in range(3):
            known = list(range(START))
            for _ in range(ROUNDS):
                rest = [i for i in range(POOL) if i not in set(known)]
                if method == 0:
                    own = [sequences[pool[i]] for i in known]
                    made = fit_surrogate(own, value[known])
                    batch = propose_batch(made, [sequences[pool[i]] for i in rest], BATCH, 2.0)
                    place = {sequences[pool[i]]: i for i in rest}
                    known += [place[one.sequence] for one in batch]
                elif method == 1:
                    score = hot[rest] @ logistic(hot[known], (value[known] == 2).astype(int))
                    known += [rest[i] for i in np.argsort(-score)[:BATCH]]
                else:
                    known += list(rng.choice(rest, BATCH, replace=False))
            hits[seed, method] = (value[known[START:]] == 2).sum()
    seconds = time.process_time() - begun
    made, peer, chance = hits.mean(axis=0)
    return (
        f"of {ROUNDS * BATCH} measured {made:.0f} bind and bind nothing else; greedy logistic "
        f"regression {peer:.0f}, by chance {chance:.0f} ({seconds:.0f} s)"
    )


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
