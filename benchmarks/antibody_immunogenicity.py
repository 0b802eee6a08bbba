"""Foreign epitope content against clinical anti-drug-antibody rates, published scores beside it.

    python benchmarks/antibody_immunogenicity.py [FOLDER]

FOLDER (by default ``../shared/antibody/humanisation``) holds BioPhi's publication data (MIT,
doi:10.1080/19420862.2021.2020203): ``mabs_all_scores.tsv``, sequences, rates and the published
scores of the same antibodies.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import pearsonr, spearmanr

from tolerogen.antibodies import SequenceRecord
from tolerogen.antibodies.immunogenicity import immunogenicity
from tolerogen.antibodies.immunogenicity.matrices import binders, windows

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print every figure."""
    shared = ROOT / "shared" / "antibody" / "humanisation"
    for line in figures(Path(sys.argv[1]) if len(sys.argv) > 1 else shared)["lines"]:
        print(line)


def figures(folder):
    """Return correlations, milliseconds an antibody, and lines to print."""
    table = pd.read_csv(folder / "mabs_all_scores.tsv", sep="\t")
    rate = table["Immunogenicity"].to_numpy()
    pairs = list(zip(table["Antibody"], table["VH"], table["VL"], strict=True))
    records = [
        SequenceRecord(f"{name} {kind}", sequence)
        for name, *both in pairs
        for kind, sequence in zip(("VH", "VL"), both, strict=True)
    ]
    immunogenicity(records[:2])  # files are read once
    begun = time.process_time()
    found = immunogenicity(records)
    each = (time.process_time() - begun) / len(pairs) * 1e3
    ours = np.array([one.content for one in found])
    plain = np.array([sum(binders(windows(s)).sum() for s in pair[1:]) for pair in pairs])
    lines = [f"{len(pairs)} antibodies, {each:.1f} ms each, numbering included"]
    scores = {"Tolerogen, foreign binders": ours, "all binders": plain}
    for column in table.columns[table.columns.get_loc("T20") :]:
        values = pd.to_numeric(table[column], errors="coerce").to_numpy()
        if np.isfinite(values).all() and np.ptp(values) > 0:
            scores[" ".join(column.split())] = values
    for name, values in scores.items():
        lines.append(
            f"{name}: r {pearsonr(values, rate)[0]:.3f}, rho {spearmanr(values, rate)[0]:.3f}"
        )
    low, high = np.percentile(ours, [100 / 3, 200 / 3])
    lines.append(f"thirds of content end at {low:.1f} and {high:.1f}")
    for band in sorted({one.band for one in found}):
        own = rate[[one.band == band for one in found]]
        middle = np.percentile(own, [25, 50, 75])
        lines.append(f"band {band}: {len(own)} antibodies, quartiles of the rate {middle} %")
    correlation = pearsonr(ours, rate)[0], spearmanr(ours, rate)[0]
    return {"r": correlation[0], "rho": correlation[1], "ms": each, "lines": lines}


if __name__ == "__main__":
    main()
