"""Build ``surface_bands.csv``: percentiles of surface and sequence metrics of clinical antibodies.

    python benchmarks/antibody_surface_bands.py FOLDER JAIN

FOLDER holds structures of clinical antibodies (Thera-SAbDab, CC BY 4.0), one PDB file each, as
predicted by flash-abb 0.0.5 (``antibody_predict_structures.py``). Where that folder has the scores
of FlashTAP (``tap.json``, the peer), rank correlations with them are printed. JAIN is
``jain_sd02.csv`` (Jain 2017, doi:10.1073/pnas.1616408114), whose sequences give the percentiles of
the sequence metrics.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from tolerogen.antibodies import number
from tolerogen.antibodies.developability import patches, read_fv, sequence_prior
from tolerogen.antibodies.developability.patches import METRICS

SHARES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995)
PEERS = {"hydrophobic": "PSH", "positive": "PPC", "negative": "PNC", "asymmetry": "SFvCSP"}
DATA = Path(__file__).resolve().parents[1] / "src" / "tolerogen" / "antibodies" / "data"


def main() -> None:
    """Write the file."""
    folder, jain = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted(folder.glob("*.pdb"))
    surfaces = []
    for file in files:
        found = patches(read_fv(file.read_text(encoding="utf-8").splitlines(), file.name))
        surfaces.append([getattr(found, name) for name in METRICS])
    if (folder / "tap.json").is_file():
        beside(files, surfaces, json.loads((folder / "tap.json").read_text("utf-8")))
    counts = []
    with jain.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            domains = [*number(row["VH"], "imgt")[:1], *number(row["VL"], "imgt")[:1]]
            prior = sequence_prior(row["Name"], domains)
            counts.append([prior.fv_charge, prior.cdr_aromatics])
    columns = np.column_stack(
        [np.quantile(surfaces, SHARES, axis=0), np.quantile(counts, SHARES, axis=0)]
    )
    names = ("share", *METRICS, "fv_charge", "cdr_aromatics")
    lines = [
        f"# Percentiles (fitted). Surface metrics: {len(surfaces)} clinical antibodies "
        "(Thera-SAbDab, CC BY 4.0,",
        "# doi:10.1093/nar/gkz827), structures predicted by flash-abb 0.0.5. Sequence metrics: "
        f"{len(counts)} clinical",
        "# antibodies (doi:10.1073/pnas.1616408114).",
        ",".join(names),
    ]
    for share, row in zip(SHARES, columns, strict=True):
        lines.append(",".join([f"{share:g}", *(f"{value:.5g}" for value in row)]))
    (DATA / "surface_bands.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(surfaces)} structures, {len(counts)} sequences")


def beside(files, surfaces, scores):
    """Print how our metrics rank the antibodies as the peer's scores do."""
    for name, peer in PEERS.items():
        ours = [row[METRICS.index(name)] for row in surfaces]
        theirs = [scores[file.stem][peer] for file in files]
        print(f"{name} with {peer}: rank correlation {spearmanr(ours, theirs)[0]:.2f}")


if __name__ == "__main__":
    main()
