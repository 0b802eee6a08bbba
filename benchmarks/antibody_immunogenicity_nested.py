"""How well anti-drug-antibody rates are foretold for antibodies on which nothing was chosen.

    python benchmarks/antibody_immunogenicity_nested.py [FILE]

The shipped rule was chosen on the same 151 antibodies on which its correlation is told. Here the
choice is made anew in each of ten folds, by the other nine, and told on the tenth, twenty times
over: among 24 rules of counting, and by ridge regression on six features of the sequence. Beside it
stand the interval of the shipped rule's rank correlation (bootstrap over antibodies) and what a
correlation means within species. FILE: BioPhi's ``mabs_all_scores.tsv`` (MIT,
doi:10.1080/19420862.2021.2020203).
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import pearsonr, rankdata, spearmanr

from tolerogen.antibodies import number
from tolerogen.antibodies.annotation.properties import net_charge
from tolerogen.antibodies.humanness import humanness
from tolerogen.antibodies.humanness.repertoire import fitting_repertoire
from tolerogen.antibodies.humanness.score import CDR3
from tolerogen.antibodies.immunogenicity.matrices import CORE, binders, windows
from tolerogen.antibodies.immunogenicity.ninemers import carried_by_people
from tolerogen.antibodies.writers import imgt_order

SHARED = Path(__file__).resolve().parents[2] / "shared" / "antibody" / "humanisation"
RARE, FOLDS, REPEATS, SHIPPED = (0.003, 0.01, 0.03), 10, 20, (0.01, True, False, True)
RULES = tuple(product(RARE, (True, False), (True, False), (True, False)))
"""Rare from, people's 9-mers left out, CDR3 counted, by allele (else by 9-mer)."""


def main() -> None:
    """Print the figures."""
    table = pd.read_csv(
        sys.argv[1] if len(sys.argv) > 1 else SHARED / "mabs_all_scores.tsv", sep="\t"
    )
    rate = table["Immunogenicity"].to_numpy()
    found = [features(*pair) for pair in zip(table["VH"], table["VL"], strict=True)]
    counts, more = (np.array(part, dtype=float) for part in zip(*found, strict=True))
    own = counts[:, RULES.index(SHIPPED)]
    low, high = bootstrap(own, rate)
    print(f"shipped rule: r {pearsonr(own, rate)[0]:.3f}, rho {spearmanr(own, rate)[0]:.3f} "
          f"({low:.2f} to {high:.2f}), of {len(rate)}")  # fmt: skip
    best = max(spearmanr(column, rate)[0] for column in counts.T)
    print(f"best of {len(RULES)} rules on all antibodies (not honest): rho {best:.3f}")
    for name, fit in (("rule chosen in each fold", by_rule), ("ridge on six features", by_ridge)):
        told = np.array([nested(fit, counts, more, rate, seed) for seed in range(REPEATS)])
        print(f"{name}, nested: r {told[:, 0].mean():.3f}, rho {told[:, 1].mean():.3f} "
              f"(sd over splits {told[:, 1].std():.3f})")  # fmt: skip
    for kind, rows in table.groupby("Species").groups.items():
        if len(rows) >= 10:
            at = np.asarray(rows)
            print(f"  {kind}: {len(at)} antibodies, median rate {np.median(rate[at]):g} %, "
                  f"rho within {spearmanr(own[at], rate[at])[0]:.2f}")  # fmt: skip


def features(vh, vl):
    """Return the count by each rule, and six features for a regression."""
    domains = [*number(vh)[:1], *number(vl)[:1]]
    counts = np.zeros(len(RULES))
    for domain in domains:
        peptides = windows(domain.residues)
        bound, carried = binders(peptides), carried_by_people(peptides)
        for at, (rare, people, loop, by_allele) in enumerate(RULES):
            asked = unusual(domain, rare, loop) & ~(carried if people else np.zeros_like(carried))
            counts[at] += (bound & asked).sum() if by_allele else (bound.any(axis=0) & asked).sum()
    human = [humanness(domain) for domain in domains]
    whole = "".join(domain.residues for domain in domains)
    more = (
        counts[RULES.index(SHIPPED)] ** 0.5, np.mean([h.score for h in human]),
        np.mean([h.identity for h in human]), sum(len(h.rare) for h in human) ** 0.5,
        net_charge(whole), len(domains[0].cdrs[2]),
    )  # fmt: skip
    return counts, more


def unusual(domain, rare, loop):
    """Say of each 9-mer whether a residue is rarer than `rare`; CDR3 counts when `loop`."""
    placed = dict(zip(domain.imgt, domain.residues, strict=True))
    outside = {p: a for p, a in placed.items() if imgt_order(p)[0] not in CDR3}
    _, table = fitting_repertoire(domain.chain, outside)
    seen = placed if loop else outside
    flags = [p in seen and table.get(p, {}).get(a, 0.0) < rare for p, a in placed.items()]
    return np.lib.stride_tricks.sliding_window_view(np.array(flags), CORE).any(axis=1)


def nested(fit, counts, more, rate, seed):
    """Return r and rho of what is foretold out of fold."""
    fold = np.random.default_rng(seed).permutation(len(rate)) % FOLDS
    told = np.empty(len(rate))
    for part in range(FOLDS):
        train, test = fold != part, fold == part
        told[test] = fit(counts, more, rate, train)[test]
    return pearsonr(told, rate)[0], spearmanr(told, rate)[0]


def by_rule(counts, more, rate, train):
    """Return the percentile, among the training antibodies, of the count by their best rule."""
    del more
    best = max(counts.T, key=lambda column: spearmanr(column[train], rate[train])[0])
    return np.searchsorted(np.sort(best[train]), best) / train.sum()


def by_ridge(counts, more, rate, train):
    """Return the ridge regression of the rank of the rate, its penalty chosen by inner folds."""
    del counts
    scaled = (more - more[train].mean(axis=0)) / more[train].std(axis=0)
    rank = rankdata(rate[train]) / train.sum() - 0.5
    inner = np.arange(train.sum()) % 5

    def weights(rows, penalty):
        own = scaled[train][rows]
        return np.linalg.solve(own.T @ own + penalty * np.eye(own.shape[1]), own.T @ rank[rows])

    def loss(penalty):
        told = np.empty(len(rank))
        for part in range(5):
            told[inner == part] = scaled[train][inner == part] @ weights(inner != part, penalty)
        return np.mean((told - rank) ** 2)

    penalty = min((1.0, 10.0, 100.0, 1000.0), key=loss)
    return scaled @ weights(np.ones(len(rank), dtype=bool), penalty)


def bootstrap(score, rate, draws=2000):
    """Return the 95 % interval of the rank correlation."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(draws):
        at = rng.integers(0, len(rate), len(rate))
        found.append(spearmanr(score[at], rate[at])[0])
    return np.percentile(found, [2.5, 97.5])


if __name__ == "__main__":
    main()
