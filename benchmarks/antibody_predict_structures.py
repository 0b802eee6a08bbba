"""Predict the Fv structures behind ``surface_bands.csv``, and a peer's surface scores.

    python benchmarks/antibody_predict_structures.py FOLDER [SHARED]

Runs in an environment of its own with flash-abb 0.0.5 (BSD-3-Clause, needs torch) and
scikit-learn, not with Tolerogen: ``python -m venv fold && fold/bin/pip install flash-abb
scikit-learn``. Takes the 107 antibodies of Jain 2017 and those of Thera-SAbDab (CC BY 4.0) in phase
2 or later with autoimmune indications from SHARED (by default ``../shared/antibody``), writes one
PDB each into FOLDER and the scores of FlashTAP to ``tap.json`` there. About a second an antibody.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

STAGES = {"Phase-II", "Phase-II/III", "Phase-III", "Preregistration", "Approved"}


def main() -> None:
    """Write structures and scores."""
    import torch
    from flash_abb import pretrained, pretrained_tap

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    shared = Path(__file__).resolve().parents[2] / "shared" / "antibody"
    pairs = clinical(Path(sys.argv[2]) if len(sys.argv) > 2 else shared)
    fold, tap, scores = pretrained(device="cpu"), pretrained_tap(device="cpu"), {}
    with torch.no_grad():
        for name, (heavy, light) in sorted(pairs.items()):
            fold([f"{heavy}|{light}"]).to_pdbs([name], pdb_dir=str(folder))
            (told,) = tap([f"{heavy}|{light}"]).scores
            scores[name] = {key: float(value) for key, value in told.items()}
    (folder / "tap.json").write_text(json.dumps(scores, indent=1), encoding="utf-8")
    print(f"{len(scores)} antibodies")


def clinical(shared):
    """Return (VH, VL) by name."""
    pairs = {}
    with (shared / "developability/jain_sd02.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            pairs[row["Name"].strip().lower()] = row["VH"], row["VL"]
    with (shared / "therapeutics/autoimmune_therapeutics.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            whole = min(len(row["VH"]), len(row["VL"])) > 90
            if whole and row["highest_trial_feb2025"].strip() in STAGES:
                name = row["Therapeutic"].strip().lower()
                pairs.setdefault(name, (row["VH"], row["VL"]))
    return pairs


if __name__ == "__main__":
    main()
