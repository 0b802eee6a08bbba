"""Read reports from the Parquet files of an ingest: one list of drugs, one of events.

The folder holds ``reports.parquet`` (report_id and whatever describes the report),
``drugs.parquet`` (report_id, drug, and role: ``suspect``, ``interacting`` or ``concomitant``) and
``events.parquet`` (report_id, event). Only suspect and interacting drugs meet events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tolerogen.errors import SpecError
from tolerogen.safety.signals.arrow_table import codes_of
from tolerogen.safety.signals.read import Source, report_strata
from tolerogen.safety.signals.reports import Incidence, Strata

ROLES = ("suspect", "interacting")
PARTS = ("reports", "drugs", "events")

PIECE = 1_000_000
"""About how many rows are read at a time."""


def read_folder(
    folder: Path, strata: Sequence[str] = (), by: str | None = None, concomitant: bool = False
) -> Source:
    """Read an ingested folder.

    Parameters
    ----------
    folder
        Where ``reports.parquet``, ``drugs.parquet`` and ``events.parquet`` lie.
    strata
        Columns of ``reports.parquet`` to stratify by.
    concomitant
        Whether drugs that nobody suspects are read too.

    Raises
    ------
    SpecError
        When a file or a column is missing, or subgroups are asked for.
    """
    if (folder / "stages").is_dir() and not (folder / "manifest.json").is_file():
        raise SpecError(f"{folder}: its ingest was cut; run the same safety ingest again.")
    for part in PARTS:
        if not (folder / f"{part}.parquet").is_file():
            raise SpecError(f"{folder}: {part}.parquet is missing; make it with safety ingest.")
    if by:
        raise SpecError("Subgroups (--by) need a file with one row a pair; use --strata here.")
    table = pq.read_table(folder / "reports.parquet", columns=["report_id", *strata])
    ids = table["report_id"].to_numpy()
    order = None if (ids[1:] > ids[:-1]).all() else np.argsort(ids, kind="stable")
    ranked = ids if order is None else ids[order]
    find = _finder(ranked)
    roles = (*ROLES, "concomitant") if concomitant else ROLES
    with ThreadPoolExecutor(2) as pool:  # one list each
        lists = (
            pool.submit(_part, folder / "drugs.parquet", "drug", find, roles),
            pool.submit(_part, folder / "events.parquet", "event", find, None),
        )
        (drug_report, drugs, drug), (event_report, events, event) = (job.result() for job in lists)
    made: Strata | None = None
    notes: list[str] = []
    if strata:
        every = np.ones(len(ids), bool)
        place = np.arange(len(ids)) if order is None else np.argsort(order)
        made, notes = report_strata(table, list(strata), every, place, len(ids))
    incidence = Incidence(
        drugs, events, drug_report, drug, event_report, event, len(ids), strata=made
    )
    return Source(incidence, tuple(notes))


def _part(
    file: Path, name: str, find: Callable[[np.ndarray], np.ndarray], roles: tuple[str, ...] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read one list, some row groups at a time: report codes, names, name codes."""
    codes: dict[str, int] = {}
    reports, items = [], []
    for table in _pieces(file, name, roles):
        names, code = codes_of(table[name])
        report = find(table["report_id"].to_numpy())
        kept = (code >= 0) & (report >= 0)
        if not kept.all():
            report, code = report[kept], code[kept]
        place = np.array([codes.setdefault(word, len(codes)) for word in names], np.int32)
        reports.append(report)
        items.append(place[code])
    words = np.array(list(codes), dtype=object)
    order = np.argsort(words)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    report = np.concatenate([*reports, np.zeros(0, np.int32)])
    reports.clear()
    for k, code in enumerate(items):
        items[k] = rank[code]
    return report, words[order], np.concatenate([*items, np.zeros(0, np.int32)])


def _pieces(file: Path, name: str, roles: tuple[str, ...] | None) -> Iterator[pa.Table]:
    with pq.ParquetFile(file, read_dictionary=[name]) as source:
        has_role = roles is not None and "role" in source.schema_arrow.names
        columns = ["report_id", name, *(["role"] if has_role else [])]
        groups: list[int] = []
        rows = 0
        for k in range(source.num_row_groups):
            groups.append(k)
            rows += source.metadata.row_group(k).num_rows
            if rows >= PIECE or k == source.num_row_groups - 1:
                table = source.read_row_groups(groups, columns=columns, use_threads=False)
                if has_role:
                    table = table.filter(pc.is_in(table["role"], value_set=pa.array(roles)))
                yield table
                groups, rows = [], 0


def _finder(ids: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Give a function from report numbers to their places in `ids`; -1 when they are not there."""
    if not len(ids):
        return lambda wanted: np.full(len(wanted), -1, np.int32)
    whole = ids.dtype.kind in "iu"
    last = int(ids[-1]) - int(ids[0]) if whole else 0
    if whole and last == len(ids) - 1 and (ids[1:] > ids[:-1]).all():  # no gap

        def count_off(wanted: np.ndarray) -> np.ndarray:
            at = wanted - ids[0]
            return np.where((at >= 0) & (at <= last), at, -1).astype(np.int32)

        return count_off
    if whole and last < 8 * len(ids):
        table = np.full(last + 1, -1, np.int32)
        table[ids - ids[0]] = np.arange(len(ids), dtype=np.int32)

        def look_up(wanted: np.ndarray) -> np.ndarray:
            at = wanted - ids[0]
            inside = (at >= 0) & (at <= last)
            return np.where(inside, table[np.where(inside, at, 0)], -1)

        return look_up

    def search(wanted: np.ndarray) -> np.ndarray:
        at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
        return np.where(ids[at] == wanted, at, -1).astype(np.int32)

    return search
