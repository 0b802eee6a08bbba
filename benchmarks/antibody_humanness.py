"""Humanness and humanisation: separation of species labels, agreement with experimental pairs.

    python benchmarks/antibody_humanness.py [FOLDER]

FOLDER (by default ``../shared/antibody/humanisation``) holds BioPhi's publication data (MIT,
doi:10.1080/19420862.2021.2020203): ``imgt_mab_db_all_scores.tsv``, with the scores of Hu-mAb and
OASis on the same antibodies, and ``rediscovery152_{parental,humanized}.fa``.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from tolerogen.antibodies import number, number_many, read_sequences
from tolerogen.antibodies.humanness import DIALS, humanise_domain, humanness


def main() -> None:
    """Print every figure."""
    shared = Path(__file__).resolve().parents[2] / "shared" / "antibody" / "humanisation"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else shared
    separation(folder)
    for dial in DIALS:
        print(f"humanised, {dial}: {agreement(folder, dial)}")


def separation(folder):
    """Print the area under the curve for our score and the published ones."""
    with (folder / "imgt_mab_db_all_scores.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    begun, chains, ours, kept = time.process_time(), 0, [], []
    for row in rows:
        domains = [d for one in row["Seqs (comma-separated)"].split(",") for d in number(one)]
        chains += len(domains)
        if domains:
            kept.append(row)
            ours.append(np.mean([humanness(domain).score for domain in domains]))
    print(f"{(time.process_time() - begun) / chains * 1e3:.1f} ms a chain, numbering included")
    species = np.array([row["Species"] for row in kept])
    scores = {"Tolerogen": np.array(ours)}
    for name, column in (("Hu-mAb", "Hu-mAb"), ("OASis (medium)", "OASis identity (medium)")):
        scores[name] = np.array([float(row[column] or "nan") for row in kept])
    for name, score in scores.items():
        known = ~np.isnan(score)
        human = known & (species == "Human")
        rest, near = known & (species != "Human"), known & (species == "Humanized")
        print(
            f"{name}: AUC human against the rest {auc(score[human], score[rest]):.4f}, "
            f"against humanised {auc(score[human], score[near]):.4f} "
            f"({human.sum()} human of {known.sum()})"
        )


def auc(high, low):
    """Return the chance that one of `high` scores above one of `low`."""
    ranks = rankdata(np.concatenate([high, low]))
    return (ranks[: len(high)].sum() - len(high) * (len(high) + 1) / 2) / len(high) / len(low)


def agreement(folder, dial):
    """Return F1 of mutations and identity to the experimental sequence over all chains."""
    parental = number_many(read_sequences(folder / "rediscovery152_parental.fa"), "kabat")
    real = {
        found.id: found.domains[0]
        for found in number_many(read_sequences(folder / "rediscovery152_humanized.fa"))
        if found.domains
    }
    hits = made = wanted = 0
    single, identity = [], []
    for found in parental:
        if not found.domains or found.id not in real:
            continue
        domain, goal = found.domains[0], real[found.id].by_imgt
        own = domain.by_imgt
        proposed = {m.position: m.after for m in humanise_domain(domain, dial)[1]}
        truth = {p: goal.get(p, "-") for p in own if goal.get(p, "-") != own[p]}
        right = sum(truth.get(p) == a for p, a in proposed.items())
        hits, made, wanted = hits + right, made + len(proposed), wanted + len(truth)
        single.append(2 * right / max(len(proposed) + len(truth), 1))
        new = {**own, **proposed}
        places = set(new) | set(goal)
        identity.append(sum(new.get(p) == goal.get(p) for p in places) / len(places))
    return (
        f"F1 of mutations {2 * hits / (made + wanted):.3f} (mean over chains "
        f"{np.mean(single):.3f}), identity {np.mean(identity):.3f}, {len(identity)} chains"
    )


if __name__ == "__main__":
    main()
