"""Train the neurotoxicity score and measure it on genes that it has not seen.

Needs ``scikit-learn``, which the package does not. OBSERVATIONS is a CSV with the columns
``aso_5to3, sugar, linkage, y_raw, target`` (y_raw: 0 well to 7 dead).

    python benchmarks/oligo_train_neurotoxicity.py OBSERVATIONS.csv [--write]
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import Ridge

from tolerogen.oligos.chemistry import read_oligo
from tolerogen.oligos.neurotoxicity import MODEL, describe

RIDGE, SMALLEST = 300.0, 10  # chosen, with the features, among 20 on the same genes


PENALTIES = (100.0, 300.0, 1000.0)


def fit(x: np.ndarray, y: np.ndarray, penalty: float = RIDGE) -> tuple[np.ndarray, np.ndarray]:
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    weights = Ridge(alpha=penalty).fit((x - mean) / scale, y).coef_ / scale
    return mean, np.where(x.std(axis=0) > 0, weights, 0.0)


def nested(x: np.ndarray, y: np.ndarray, genes: np.ndarray, names: list[str]) -> np.ndarray:
    """Spearman in each gene, with a penalty chosen by the other genes alone."""

    def score(gene: str, without: set[str], penalty: float) -> float:
        here, kept = genes == gene, ~np.isin(genes, [gene, *without])
        mean, weights = fit(x[kept], y[kept], penalty)
        return float(spearmanr((x[here] - mean) @ weights, y[here])[0])

    found = []
    for gene in names:
        others = [name for name in names if name != gene]
        means = [np.mean([score(o, {gene}, p) for o in others]) for p in PENALTIES]
        found.append(score(gene, set(), PENALTIES[int(np.argmax(means))]))
    return np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("observations", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    parser.add_argument("--nested", action="store_true", help="choose the penalty within")
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
        mean, weights = fit(x[~out], y[~out])
        held[out] = (x[out] - mean) @ weights
    guanines = np.array([oligo.sequence.count("G") for oligo in oligos])
    names = [gene for gene in sorted(set(genes)) if (genes == gene).sum() >= SMALLEST]
    found = [spearmanr(held[genes == gene], y[genes == gene])[0] for gene in names]
    plain = [spearmanr(guanines[genes == gene], y[genes == gene])[0] for gene in names]
    print(f"oligos {y.size}, genes {len(names)} of {SMALLEST} oligos or more")
    for gene, own, count in zip(names, found, plain, strict=True):
        print(f"  {gene:10s} {own:+.2f}  (count of G {count:+.2f})")
    print(f"within a gene left out, median Spearman {np.median(found):.3f}")
    print(f"count of G alone,       median Spearman {np.median(plain):.3f}")
    if args.nested:
        print(
            f"penalty chosen within,  median Spearman {np.median(nested(x, y, genes, names)):.3f}"
        )
    if args.write:
        mean, weights = fit(x, y)
        score = (x - mean) @ weights
        note, high = np.quantile(score, [0.5, 0.8])
        made = {
            "mean": mean.round(6).tolist(),
            "weights": weights.round(6).tolist(),
            "spearman": round(float(np.median(found)), 3),
            "genes": len(names),
            "note": round(float(note), 3),
            "high": round(float(high), 3),
        }
        MODEL.write_text(json.dumps(made) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
