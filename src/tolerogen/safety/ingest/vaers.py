"""VAERS: vaccines and symptoms of reports, in three CSV files a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tolerogen.errors import SpecError
from tolerogen.safety.ingest.compressed import content_of
from tolerogen.safety.ingest.delimited import read_delimited
from tolerogen.safety.ingest.names import normal_names
from tolerogen.safety.ingest.partial_date import partial_dates
from tolerogen.safety.ingest.stage import DRUGS, EVENTS, REPORTS, Reject, Stage, table

FILE = re.compile(r"(\d{4}|NonDomestic)?VAERS(DATA|VAX|SYMPTOMS)", re.IGNORECASE)
ROLES = pa.array(["suspect"])
SERIOUS = ("died", "l_threat", "hospital", "x_stay", "disable", "birth_defect")


def read_vaers(source: Path) -> Stage:
    """Read a year of VAERS: a folder, or the path of its VAX file with the others beside it.

    The DATA file may be missing: then reports have no age, sex or date.

    Raises
    ------
    SpecError
        When the vaccines or the symptoms are missing.
    """
    stage = Stage(REPORTS.empty_table(), DRUGS.empty_table(), EVENTS.empty_table())
    parts: dict[str, tuple[pa.Table, str]] = {}
    for part, file in _files(source):
        rows, rejects = read_delimited(str(file), content_of(file), ",", quoted=True)
        if "vaers_id" not in rows.column_names:
            raise SpecError(f"{file}, line 1: the column VAERS_ID is missing.")
        stage.rejects += rejects
        stage.rows += len(rows) + len(rejects)
        parts[part] = (rows, file.name)
    for part in ("VAX", "SYMPTOMS"):
        if part not in parts:
            raise SpecError(
                f"{source}: no VAERS{part} file; vaccines and symptoms are both needed."
            )
    ids = _ids(parts)
    stage.reports = _reports(ids, parts.get("DATA"))
    vax, name = parts["VAX"]
    row = pc.index_in(_id(vax), value_set=ids)
    stage.drugs = _drugs(vax, row)
    stage.events = _events(parts["SYMPTOMS"][0], ids)
    for rows, name in parts.values():
        for index in pc.indices_nonzero(pc.is_null(_id(rows))).to_pylist():
            stage.rejects.append(Reject(name, index + 2, "VAERS_ID is no number", ""))
    return stage


def _files(source: Path) -> Iterator[tuple[str, Path]]:
    folder = source if source.is_dir() else source.parent
    wanted = FILE.search(source.name) if not source.is_dir() else None
    for file in sorted(folder.iterdir()):
        found = FILE.search(file.name)
        if found and (wanted is None or (wanted[1] or "").lower() == (found[1] or "").lower()):
            yield found[2].upper(), file


def _id(rows: pa.Table) -> pa.Array:
    text = rows["vaers_id"].combine_chunks()
    number = pc.if_else(pc.match_substring_regex(text, r"^\d{1,12}$"), text, None)
    return number.cast(pa.int64())


def _ids(parts: dict[str, tuple[pa.Table, str]]) -> pa.Array:
    every = pa.concat_arrays([_id(rows) for rows, _ in parts.values()])
    return pc.drop_null(pc.unique(every))


def _reports(ids: pa.Array, data: tuple[pa.Table, str] | None) -> pa.Table:
    columns: dict[str, pa.Array] = {"case_id": ids.cast(pa.string())}
    if data is not None:
        rows = data[0]
        at = pc.index_in(ids, value_set=_id(rows))

        def get(name: str) -> pa.Array:
            return rows[name].combine_chunks().take(at)

        sex = pc.index_in(get("sex"), value_set=pa.array(["F", "M"]))
        columns |= {
            "received": partial_dates(get("recvdate")),
            "event_date": partial_dates(get("onset_date")),
            "sex": pa.array(["female", "male"]).take(sex),
            "age_years": get("age_yrs").cast(pa.float32()),
        }
        flags = [pc.equal(get(name), "Y") for name in SERIOUS if name in rows.column_names]
        serious = flags[0]
        for flag in flags[1:]:
            serious = pc.or_(pc.fill_null(serious, False), pc.fill_null(flag, False))
        columns["serious"] = pc.if_else(serious, "yes", None)
    return table(REPORTS, columns)


def _drugs(vax: pa.Table, row: pa.Array) -> pa.Table:
    kept = pc.and_(pc.is_valid(row), pc.is_valid(vax["vax_name"].combine_chunks()))
    name = normal_names(vax["vax_name"].combine_chunks().filter(kept))
    kind = normal_names(vax["vax_type"].combine_chunks().filter(kept))
    role = pa.DictionaryArray.from_arrays(pa.array([0] * len(name), pa.int32()), ROLES)
    return table(DRUGS, {"row": row.filter(kept), "drug": name, "substance": kind, "role": role})


def _events(symptoms: pa.Table, ids: pa.Array) -> pa.Table:
    row = pc.index_in(_id(symptoms), value_set=ids)
    names = [name for name in symptoms.column_names if re.fullmatch(r"symptom\d", name)]
    terms = pa.concat_arrays([symptoms[name].combine_chunks() for name in names])
    rows = pa.concat_arrays([row] * len(names))
    kept = pc.and_(pc.is_valid(terms), pc.is_valid(rows))
    return table(
        EVENTS, {"row": rows.filter(kept), "event": terms.filter(kept).dictionary_encode()}
    )
