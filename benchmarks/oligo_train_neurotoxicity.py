"""Train the neurotoxicity score and measure it on genes that it has not seen.

Needs ``lightgbm``, which the package does not. OBSERVATIONS is a CSV with the columns
``aso_5to3, sugar, linkage, y_raw, target`` (y_raw: 0 well to 7 dead).

    python benchmarks/oligo_train_neurotoxicity.py OBSERVATIONS.csv [--write]
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import lightgbm as lgb
import numpy as np
from oligo_train_ranker import nested  # beside this script
from scipy.stats import spearmanr

from tolerogen.oligos.chemistry import read_oligo
from tolerogen.oligos.neurotoxicity import MODEL, describe
from tolerogen.oligos.trees import add_trees

SMALLEST = 10
SEEDS = (0, 1)
TREES = {  # chosen, with the features, among 28 models on the same genes; see the docs
    "n_estimators": 300,
    "learning_rate": 0.02,
    "num_leaves": 8,
    "min_child_samples": 20,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "reg_lambda": 5,
    "verbose": -1,
    "n_jobs": 1,
}


def fit(x: np.ndarray, y: np.ndarray) -> list:
    """Return trees; those of the seeds are averaged, so leaves are divided by their number."""
    found = []
    for seed in SEEDS:
        booster = lgb.LGBMRegressor(**TREES, random_state=seed).fit(x, y).booster_
        trees = [nested(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
        found += [divided(tree) for tree in trees]
    return found


def divided(tree: list | float) -> list | float:
    if not isinstance(tree, list):
        return float(f"{tree / len(SEEDS):.5g}")
    return [*tree[:3], divided(tree[3]), divided(tree[4])]


def main() -> None:
    """Print figures; with --write, put the trees into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("observations", type=Path)
    parser.add_argument("--write", action="store_true", help="write the trees into the package")
    args = parser.parse_args()
    with args.observations.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    oligos = [read_oligo(r["aso_5to3"], f"{r['sugar']}/{r['linkage']}") for r in rows]
    x = np.array([describe(oligo) for oligo in oligos])
    genes = np.array([r["target"] for r in rows])
    raw = np.array([float(r["y_raw"]) for r in rows])
    y = raw - np.array([raw[genes == gene].mean() for gene in genes])
    held = np.empty_like(y)
    for gene in set(genes):
        out = genes == gene
        held[out] = add_trees(fit(x[~out], y[~out]), x[out])
    guanines = np.array([oligo.sequence.count("G") for oligo in oligos])
    names = [gene for gene in sorted(set(genes)) if (genes == gene).sum() >= SMALLEST]
    found = [spearmanr(held[genes == gene], y[genes == gene])[0] for gene in names]
    plain = [spearmanr(guanines[genes == gene], y[genes == gene])[0] for gene in names]
    sizes = [int((genes == gene).sum()) for gene in names]
    print(f"oligos {y.size}, genes {len(names)} of {SMALLEST} oligos or more")
    for gene, size, own, count in zip(names, sizes, found, plain, strict=True):
        print(f"  {gene:10s} {size:4d} oligos {own:+.2f}  (count of G {count:+.2f})")
    for label, values in (("within a gene left out", found), ("count of G alone", plain)):
        weighted = np.average(values, weights=sizes)
        print(
            f"{label}: median Spearman {np.median(values):.3f}, mean {np.mean(values):.3f}, "
            f"by oligos {weighted:.3f}"
        )
    if args.write:
        note, high = np.quantile(held, [0.5, 0.8])  # of genes left out: the fit flatters itself
        made = {
            "trees": fit(x, y),
            "spearman": round(float(np.median(found)), 3),
            "genes": len(names),
            "note": round(float(note), 3),
            "high": round(float(high), 3),
        }
        MODEL.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
