"""Speed of the targets room, in processor seconds: scoring a million records; ranking everything.

Usage: ``python benchmarks/target_ranking.py [--patients 500] [--draws 50]``. Beside our scoring
runs the same sum written with the group-by of pandas, as the peer.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from tolerogen.diseases import load_disease
from tolerogen.targets import (
    Setup,
    datasource_scores,
    open_targets_scheme,
    overall_scores,
    rank_targets,
)

RECORDS, TARGETS = 1_000_000, 20_000


def evidence() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    sources = np.array(list(open_targets_scheme().weights))
    return pd.DataFrame(
        {
            "target": [f"ENSG{i:011d}" for i in rng.integers(0, TARGETS, RECORDS)],
            "datasource": sources[rng.integers(0, len(sources), RECORDS)],
            "score": rng.random(RECORDS),
        }
    )


def by_group(table: pd.DataFrame) -> pd.Series:
    scheme = open_targets_scheme()

    def summed(scores: pd.Series) -> float:
        falling = np.sort(scores.to_numpy())[::-1][: scheme.top]
        return float((falling / np.arange(1, len(falling) + 1) ** 2).sum() / scheme.largest)

    return table.groupby(["target", "datasource"])["score"].agg(summed)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--draws", type=int, default=50)
    given = parser.parse_args()

    table = evidence()
    start = time.process_time()
    ours = datasource_scores(table)
    overall_scores(ours)
    mine = time.process_time() - start
    part = table[table["target"] < f"ENSG{TARGETS // 20:011d}"]
    start = time.process_time()
    theirs = by_group(part)
    peer = (time.process_time() - start) * len(table) / len(part)
    same = ours.set_index(["target", "datasource"])["score"].loc[theirs.index]
    gap = float(np.abs(same.to_numpy() - theirs.to_numpy()).max())
    print(
        f"score {RECORDS:,} records: {mine:.1f} s; pandas group-by {peer:.1f} s (from a twentieth)"
    )
    print(f"ratio {peer / mine:.1f}; largest difference {gap:.1e}")

    start, clock = time.process_time(), time.perf_counter()
    ranking = rank_targets(
        load_disease("sjogren"), draws=given.draws, setup=Setup(patients=given.patients)
    )
    spent, wall = time.process_time() - start, time.perf_counter() - clock
    ways = ranking.effects.shape[1] if ranking.effects else 0
    print(
        f"rank {ways} ways x {given.patients} patients x {given.draws} draws: {spent:.0f} s of "
        f"processor, {wall:.0f} s on the clock"
    )


if __name__ == "__main__":
    main()
