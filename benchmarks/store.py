"""How fast one case is found among a million, in SQLite or PostgreSQL.

Run ``python benchmarks/store.py [cases] [address]``; without an address, in a SQLite file of its
own. An address is that of an empty database, postgresql+pg8000://me@host/name. Rows are made by the
database, with their content as an intake writes it but without audit rows, then cases are looked
up one by one through the store.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, text

from tolerogen.safety.case_report import CaseReport, Drug, Event
from tolerogen.safety.store import CaseStore

AT = "2026-03-01T10:00:00.000000+00:00"
NUMBERS = {
    "sqlite": "(WITH RECURSIVE r(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM r WHERE k + 1 < :n) "
    "SELECT k FROM r)",
    "postgresql": "(SELECT k FROM generate_series(0, CAST(:n AS INTEGER) - 1) AS s(k)) AS r",
}
NAME = {"sqlite": "printf('2026-%08d', k)", "postgresql": "'2026-' || lpad(k::text, 8, '0')"}


def fill(address: str, cases: int, content: str) -> None:
    engine = create_engine(address)
    kind = engine.dialect.name
    given = {"n": cases, "at": AT, "content": content}
    with engine.begin() as base:
        name, numbers = NAME[kind].replace(":", "\\:"), NUMBERS[kind]
        for table, values in (
            ("cases", f"{name}, :at"),
            ("versions", f"{name}, 1, :at, 'initial', :content"),
        ):
            rows = f"INSERT INTO {table} SELECT {values} FROM {numbers}"  # noqa: S608  # our words
            base.execute(text(rows), given)
        base.execute(text("ANALYZE"))  # what PostgreSQL does by itself within a minute
    engine.dispose()


def main(cases: int, address: str | None) -> None:
    case = CaseReport((Drug("A"),), (Event("Rash"),), "physician", "female", narrative="x" * 500)
    with tempfile.TemporaryDirectory() as folder:
        where = address or f"sqlite:///{Path(folder) / 'cases.sqlite'}"
        store = CaseStore(where)
        fill(where, cases, json.dumps(case.document()))
        seconds = []
        for k in np.random.default_rng(1).integers(0, cases, 500):
            start = time.perf_counter()
            assert store.history(f"2026-{k:08}")[0].report == case
            seconds.append(time.perf_counter() - start)
    median, p95, worst = (float(np.quantile(seconds, q)) * 1e3 for q in (0.5, 0.95, 1))
    print(
        f"{where.split(':')[0]}, {cases:,} cases: median {median:.2f} ms, 95 % in {p95:.2f} ms, "
        f"longest of 500 {worst:.1f} ms"
    )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        sys.argv[2] if len(sys.argv) > 2 else None,
    )
