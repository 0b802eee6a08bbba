"""Read reports from the Parquet files of an ingest: one list of drugs, one of events.

The folder holds ``reports.parquet`` (report_id and whatever describes the report),
``drugs.parquet`` (report_id, drug, and role: ``suspect``, ``interacting`` or ``concomitant``) and
``events.parquet`` (report_id, event). Only suspect and interacting drugs meet events.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def read_folder(folder: Path, strata: Sequence[str] = (), by: str | None = None) -> Source:
    """Read an ingested folder.

    Parameters
    ----------
    folder
        Where ``reports.parquet``, ``drugs.parquet`` and ``events.parquet`` lie.
    strata
        Columns of ``reports.parquet`` to stratify by.

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
    drug_report, drugs, drug = _part(folder / "drugs.parquet", "drug", ranked, ROLES)
    event_report, events, event = _part(folder / "events.parquet", "event", ranked, None)
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
    file: Path, name: str, ids: np.ndarray, roles: tuple[str, ...] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read one list: report codes, names, name codes."""
    has_role = roles is not None and "role" in pq.read_schema(file).names
    columns = ["report_id", name, *(["role"] if has_role else [])]
    table = pq.read_table(file, columns=columns, read_dictionary=[name])
    if has_role:
        table = table.filter(pc.is_in(table["role"], value_set=pa.array(roles)))
    names, code = codes_of(table[name])
    report = _find(ids, table["report_id"].to_numpy())
    kept = (code >= 0) & (report >= 0)
    if not kept.all():
        report, code = report[kept], code[kept]
    return report, names, code


def _find(ids: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Place of every report; -1 when `ids` does not have it."""
    if not len(ids) or not len(wanted):
        return np.full(len(wanted), -1, np.int32)
    dense = ids.dtype.kind in "iu" and int(ids[-1]) - int(ids[0]) < 8 * len(ids)
    if dense:
        table = np.full(int(ids[-1]) - int(ids[0]) + 1, -1, np.int32)
        table[ids - ids[0]] = np.arange(len(ids), dtype=np.int32)
        at = wanted - ids[0]
        inside = (at >= 0) & (at < len(table))
        return table[at] if inside.all() else np.where(inside, table[np.where(inside, at, 0)], -1)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[at] == wanted, at, -1).astype(np.int32)
