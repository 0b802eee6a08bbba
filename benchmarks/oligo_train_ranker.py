"""Train the ranker of oligos and measure it on genes that it has not seen.

Needs ``lightgbm`` and ``scikit-learn``, which the package does not. ACTIVITY is a CSV with the
columns ``aso_5to3, target, y`` (y: share of the target left, 0 to 1), TRANSCRIPTS a FASTA.

Features and settings were chosen among about thirty on the same genes; see the docs.

    python benchmarks/oligo_train_ranker.py ACTIVITY.csv TRANSCRIPTS.fa [--write]
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import lightgbm as lgb
import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import Ridge

from tolerogen.oligos import read_fasta
from tolerogen.oligos.features import FEATURES, features
from tolerogen.oligos.letters import reverse_complement
from tolerogen.oligos.ranker import MODEL, predict

FOLDS, SEED, SMALLEST_SCREEN = 10, 0, 10
RIDGE = 1000.0
TREES = {
    "n_estimators": 250,
    "learning_rate": 0.02,
    "num_leaves": 6,
    "min_child_samples": 40,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "reg_lambda": 10,
    "verbose": -1,
    "n_jobs": 1,
    "random_state": SEED,
}


def centred(y: np.ndarray, genes: np.ndarray) -> np.ndarray:
    """Take each gene's mean off: screens differ in dose and cells, which no sequence tells."""
    return y - np.array([y[genes == gene].mean() for gene in genes])


def fit(x: np.ndarray, y: np.ndarray, genes: np.ndarray) -> dict:
    target = centred(y, genes)
    mean, scale = np.nanmean(x, axis=0), np.nanstd(x, axis=0)
    filled = (np.where(np.isnan(x), mean, x) - mean) / scale
    booster = lgb.LGBMRegressor(**TREES).fit(x, target).booster_
    trees = [nested(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    return {
        "features": list(FEATURES),
        "level": float(np.mean([y[genes == gene].mean() for gene in set(genes)])),
        "mean": mean.tolist(),
        "scale": scale.tolist(),
        "weights": Ridge(alpha=RIDGE).fit(filled, target).coef_.tolist(),
        "trees": trees,
        "interval": [0.0, 0.0],
    }


def nested(node: dict) -> list | float:
    if "leaf_value" in node:
        return float(f"{node['leaf_value']:.6g}")
    return [
        node["split_feature"],
        node["threshold"],
        # a feature without gaps in training sends a gap where zero goes, as LightGBM does
        bool(node["default_left"]) if node["missing_type"] == "NaN" else node["threshold"] >= 0,
        nested(node["left_child"]),
        nested(node["right_child"]),
    ]


def within(scores: np.ndarray, y: np.ndarray, genes: np.ndarray) -> np.ndarray:
    rows = [genes == gene for gene in sorted(set(genes))]
    rows = [r for r in rows if r.sum() >= SMALLEST_SCREEN and y[r].std() > 0]
    return np.array([spearmanr(scores[r], y[r])[0] for r in rows])


def neighbours(rows: list, records: dict, y: np.ndarray, genes: np.ndarray) -> None:
    """Print how far oligos agree whose sites are shifted a little: a bound on what can be told."""
    place = np.full(y.size, np.nan)
    for i, row in enumerate(rows):
        texts = [record.sequence for record in records.get(row["target"], [])]
        start = max(texts, key=len, default="").find(reverse_complement(row["aso_5to3"]))
        place[i] = start if start >= 0 else np.nan
    apart = np.abs(place[:, None] - place)
    apart[genes[:, None] != genes] = np.nan
    left = centred(y, genes)
    for low, high in ((1, 2), (3, 5), (10, 19)):
        a, b = np.nonzero((apart >= low) & (apart <= high))
        found = spearmanr(left[a], left[b])[0]
        print(f"sites {low} to {high} bases apart: {a.size // 2} pairs, Spearman {found:.2f}")


def quantiles(residuals: np.ndarray) -> list[float]:
    return [float(q) for q in np.quantile(residuals, [0.1, 0.9])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("activity", type=Path)
    parser.add_argument("transcripts", type=Path)
    parser.add_argument("--write", action="store_true", help="write the model into the package")
    args = parser.parse_args()
    with args.activity.open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["target"]]
    records: dict[str, list] = {}
    for record in read_fasta(args.transcripts):
        records.setdefault(record.gene, []).append(record)
    x = np.array([features(r["aso_5to3"], records.get(r["target"], [])) for r in rows])
    y = 1 - np.array([float(r["y"]) for r in rows])
    genes = np.array([r["target"] for r in rows])
    names = sorted(set(genes))
    order = np.random.default_rng(SEED).permutation(len(names))
    fold = {names[k]: i % FOLDS for i, k in enumerate(order)}
    folds = np.array([fold[gene] for gene in genes])
    held = np.empty_like(y)
    for k in range(FOLDS):
        out = folds == k
        held[out] = predict(x[out], fit(x[~out], y[~out], genes[~out]))
    covered = np.empty(y.size, bool)
    for k in range(FOLDS):  # the interval of a fold comes from the other folds
        out = folds == k
        low, high = quantiles((y - held)[~out])
        covered[out] = (y[out] >= np.clip(held[out] + low, 0, 1)) & (
            y[out] <= np.clip(held[out] + high, 0, 1)
        )
    found = within(held, y, genes)
    energy = within(-x[:, 0], y, genes)
    print(f"oligos {y.size}, genes {len(names)}, screens {found.size}, folds by gene {FOLDS}")
    print(f"within-screen Spearman, median {np.median(found):.3f}, mean {found.mean():.3f}")
    print(f"duplex energy alone,    median {np.median(energy):.3f}, mean {energy.mean():.3f}")
    print(f"80 % interval covers {covered.mean():.1%}")
    neighbours(rows, records, y, genes)
    print(f"without any effect: {(y <= 0).mean():.0%}")
    if args.write:
        made = fit(x, y, genes)
        made["interval"] = quantiles(y - held)
        MODEL.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
