"""Write ``achievable.csv``: how far every drug of the library holds its node, as studied.

Run again after a change to the therapy library: ``python benchmarks/target_achievable.py``.
"""

from __future__ import annotations

import csv
import time

from tolerogen.diseases import load_disease
from tolerogen.targets.mechanism.achieved import FILE, achieved
from tolerogen.therapies import list_therapies

HEAD = """\
# What drugs of the library do to their node: average while they are given (24 weeks at most)
# of the share held, or of the kill rate (1/day) where the action is deplete; median and 5th to
# 95th percentile over patients. Derived by simulation (benchmarks/target_achievable.py) from
# therapies/library, which has the sources: fitted and assumed numbers among them.
"""
COLUMNS = ("node", "modality", "action", "median", "low", "high", "therapy", "regimen", "source")


def main() -> None:
    disease = load_disease("sjogren")
    rows = []
    for therapy in list_therapies():
        if therapy.target not in disease.targets:
            continue
        for regimen in therapy.regimens:
            start = time.process_time()
            item = achieved(disease, therapy, regimen)
            print(
                therapy.id,
                regimen.name,
                round(item.median, 3),
                round(time.process_time() - start, 1),
            )
            rows.append(item)
    rows.sort(key=lambda r: (r.node, r.therapy, r.regimen))
    with (disease.folder / FILE).open("w", newline="", encoding="utf-8") as handle:
        handle.write(HEAD)
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for r in rows:
            numbers = [f"{x:.4g}" for x in (r.median, r.low, r.high)]
            source = f"simulated: library/{r.therapy}.toml"
            writer.writerow([r.node, r.modality, r.action, *numbers, r.therapy, r.regimen, source])


if __name__ == "__main__":
    main()
