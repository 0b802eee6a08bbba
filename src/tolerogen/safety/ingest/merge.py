"""Put stages together: the latest version of each case, without the withdrawn ones."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tolerogen.safety.ingest.stage import SCHEMAS, Reject
from tolerogen.safety.signals.export import harmless


def merge(stages: Path, folder: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Write the three tables and ``rejects.csv``; return what is known of the sources, and counts.

    The latest version has the highest version number, then the latest day of receipt, then the
    place further back among the sources.
    """
    names = sorted(p for p in stages.iterdir() if not p.name.startswith("."))
    about = [json.loads((p / "about.json").read_text(encoding="utf-8")) for p in names]
    order = sorted(range(len(names)), key=lambda k: about[k]["source"])
    names, about = [names[k] for k in order], [about[k] for k in order]
    kept, counts = _latest(names)
    ids = _ids(names)
    rows = dict.fromkeys(SCHEMAS, 0)
    for table in SCHEMAS:
        rows[table] = _write(table, names, kept, ids, folder)
    _write_rejects(names, folder / "rejects.csv")
    for word in ("rejects", "warnings"):
        total: Counter[str] = Counter()
        for one in about:
            total.update(one[word])
        counts[word] = dict(total)
    return about, {**counts, **rows}


def _latest(names: list[Path]) -> tuple[list[np.ndarray], dict[str, Any]]:
    columns = ["case_id", "version", "received"]
    tables = [pq.read_table(p / "reports.parquet", columns=columns) for p in names]
    whole = pa.concat_tables(tables).combine_chunks()
    case = whole["case_id"].combine_chunks()
    withdrawn = pa.concat_tables([pq.read_table(p / "deleted.parquet") for p in names])
    gone = np.asarray(pc.is_in(case, value_set=withdrawn["case_id"]))
    code = np.asarray(case.dictionary_encode().indices)
    received = np.asarray(pc.rank(pc.fill_null(whole["received"], ""), tiebreaker="dense"))
    version = np.asarray(pc.fill_null(whole["version"], 0))
    order = np.lexsort((np.arange(len(code)), received, version, code))
    last = np.ones(len(code), bool)
    last[:-1] = code[order][1:] != code[order][:-1]
    keep = np.zeros(len(code), bool)
    keep[order[last]] = True
    counts = {"superseded": int((~keep).sum()), "deleted": int((keep & gone).sum())}
    keep &= ~gone
    cuts = np.cumsum([len(t) for t in tables])[:-1]
    return np.split(keep, cuts), counts


def _ids(names: list[Path]) -> list[pa.Array]:
    """Report numbers: the case's own when all are numbers, else text."""
    cases = [pq.read_table(p / "reports.parquet", columns=["case_id"])["case_id"] for p in names]
    numeric = all(
        pc.all(pc.match_substring_regex(case, r"^[1-9]\d{0,17}$")).as_py() is not False
        for case in cases
    )
    return [c.combine_chunks().cast(pa.int64()) if numeric else c.combine_chunks() for c in cases]


def _write(
    table: str, names: list[Path], kept: list[np.ndarray], ids: list[pa.Array], folder: Path
) -> int:
    part, writer, rows = folder / f".{table}.parquet.part", None, 0
    for name, keep, id_ in zip(names, kept, ids, strict=True):
        read = pq.read_table(name / f"{table}.parquet").combine_chunks()
        if table == "reports":
            source = pa.array([name.name] * len(read), pa.string())
            at = read.schema.get_field_index("source")
            read = read.set_column(at, "source", source).add_column(0, "report_id", id_)
            read = read.filter(pa.array(keep))
        else:
            row = np.asarray(read["row"])
            read = read.set_column(0, "report_id", id_.take(read["row"].combine_chunks()))
            read = read.filter(pa.array(keep[row]))
        if writer is None:
            writer = pq.ParquetWriter(part, read.schema, compression="zstd")
        writer.write_table(read)
        rows += len(read)
    if writer is not None:
        writer.close()
        os.replace(part, folder / f"{table}.parquet")
    return rows


def _write_rejects(names: list[Path], file: Path) -> None:
    part = file.with_name(f".{file.name}.part")
    with part.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(Reject.__dataclass_fields__)
        for name in names:
            for row in json.loads((name / "rejects.json").read_text(encoding="utf-8")):
                writer.writerow([harmless(str(value)) for value in row.values()])
    os.replace(part, file)
