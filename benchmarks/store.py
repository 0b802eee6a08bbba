"""How fast one case is found among a million.

Run ``python benchmarks/store.py [cases]``. Rows are written in bulk, with their content as an
intake writes it but without audit rows, then cases are looked up one by one through the store.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tolerogen.safety.case_report import CaseReport, Drug, Event
from tolerogen.safety.store import CaseStore


def main(cases: int) -> None:
    case = CaseReport((Drug("A"),), (Event("Rash"),), "physician", "female", narrative="x" * 500)
    content = json.dumps(case.document())
    at = "2026-03-01T10:00:00.000000+00:00"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.sqlite"
        store = CaseStore(path)
        with sqlite3.connect(path) as base:
            ids = [f"2026-{k:08}" for k in range(cases)]
            base.executemany("INSERT INTO cases VALUES (?,?)", ((i, at) for i in ids))
            rows = ((i, 1, at, "initial", content) for i in ids)
            base.executemany("INSERT INTO versions VALUES (?,?,?,?,?)", rows)
        seconds = []
        for k in np.random.default_rng(1).integers(0, cases, 500):
            start = time.perf_counter()
            assert store.history(ids[k])[0].report == case
            seconds.append(time.perf_counter() - start)
        size = path.stat().st_size / 1e9
    median, worst = np.median(seconds) * 1e3, max(seconds) * 1e3
    print(f"{cases:,} cases, {size:.1f} GB: median {median:.2f} ms, longest of 500 {worst:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
