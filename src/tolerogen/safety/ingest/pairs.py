"""CSV of anybody: one row a pair, with columns ``report_id``, ``drug``, ``event``."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tolerogen.errors import SpecError
from tolerogen.safety.ingest.compressed import content_of
from tolerogen.safety.ingest.delimited import read_delimited
from tolerogen.safety.ingest.names import normal_names
from tolerogen.safety.ingest.partial_date import partial_dates
from tolerogen.safety.ingest.stage import DRUGS, EVENTS, REPORTS, Reject, Stage, table

ALIASES = {
    "report_id": ("report_id", "reportid", "case_id", "caseid", "primaryid", "id"),
    "drug": ("drug", "drug_name", "drugname", "var1"),
    "event": ("event", "ae", "pt", "reaction", "var2"),
}
DELIMITERS = (",", ";", "\t", "|", "$")


def read_pairs(file: Path) -> Stage:
    """Read a table of pairs; ``role``, ``sex``, ``age``, ``country``, ``received`` if there.

    Raises
    ------
    SpecError
        When a needed column is missing; the message names the line and what was found.
    """
    content = content_of(file)
    head = content[:100_000].partition(b"\n")[0].decode("utf-8", errors="replace")
    delimiter = max(DELIMITERS, key=head.count)
    rows, rejects = read_delimited(file.name, content, delimiter, quoted=True)
    columns = {name: _find(file, rows, name) for name in ALIASES}
    stage = Stage(REPORTS.empty_table(), DRUGS.empty_table(), EVENTS.empty_table())
    stage.rows, stage.rejects = len(rows) + len(rejects), rejects
    good = pa.array([True] * len(rows))
    for name, column in columns.items():
        empty = pc.and_(good, pc.is_null(column))
        for index in pc.indices_nonzero(empty).to_pylist():
            stage.rejects.append(Reject(file.name, index + 2, f"no {name}", ""))
        good = pc.and_(good, pc.is_valid(column))
    rows = rows.filter(good)
    ids, drug, event = (column.filter(good) for column in columns.values())
    coded = ids.dictionary_encode()
    row = coded.indices
    stage.reports = _reports(rows, coded)
    role = rows["role"].combine_chunks() if "role" in rows.column_names else None
    role = pa.array(["suspect"] * len(rows)) if role is None else pc.fill_null(role, "suspect")
    drugs = {"row": row, "drug": normal_names(drug), "role": role.dictionary_encode()}
    stage.drugs = _distinct(table(DRUGS, drugs))
    stage.events = _distinct(table(EVENTS, {"row": row, "event": event.dictionary_encode()}))
    return stage


def _find(file: Path, rows: pa.Table, name: str) -> pa.Array:
    for alias in ALIASES[name]:
        if alias in rows.column_names:
            return rows[alias].combine_chunks()
    raise SpecError(
        f"{file}, line 1: no column for {name} ({', '.join(ALIASES[name])}). "
        f"Found: {', '.join(rows.column_names)}."
    )


def _reports(rows: pa.Table, coded: pa.DictionaryArray) -> pa.Table:
    """Take what describes a report from its first row."""
    first = pc.index_in(pa.array(range(len(coded.dictionary)), pa.int32()), value_set=coded.indices)
    columns: dict[str, pa.Array] = {"case_id": coded.dictionary}
    for ours, theirs in (("sex", "sex"), ("country", "country")):
        if theirs in rows.column_names:
            columns[ours] = rows[theirs].combine_chunks().take(first)
    if "received" in rows.column_names:
        columns["received"] = partial_dates(rows["received"].combine_chunks().take(first))
    if "age" in rows.column_names:
        text = rows["age"].combine_chunks().take(first)
        number = pc.if_else(pc.match_substring_regex(text, r"^\d{1,3}(\.\d*)?$"), text, None)
        columns["age_years"] = number.cast(pa.float32())
    return table(REPORTS, columns)


def _distinct(rows: pa.Table) -> pa.Table:
    plain = rows.cast(
        pa.schema(
            [
                (f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
                for f in rows.schema
            ]
        )
    )
    once = plain.group_by(rows.column_names, use_threads=False).aggregate([])
    return table(rows.schema, {name: once[name].combine_chunks() for name in once.column_names})
