"""FAERS and AERS quarters in ASCII: the layouts of 2004 to 2012, 2012 to 2014, and since."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tolerogen.errors import SpecError
from tolerogen.safety.ingest.delimited import read_delimited
from tolerogen.safety.ingest.names import normal_names
from tolerogen.safety.ingest.partial_date import partial_dates
from tolerogen.safety.ingest.stage import DRUGS, EVENTS, REPORTS, Reject, Stage, table

PART = re.compile(r"(DEMO|DRUG|REAC|OUTC|DELETE)\w*\.txt\Z", re.IGNORECASE)
ROLES = {"PS": "suspect", "SS": "suspect", "I": "interacting", "C": "concomitant"}
ROLES["DN"] = "not administered"
YEARS = {"YR": 1.0, "DEC": 10.0, "MON": 1 / 12, "WK": 7 / 365.25, "DY": 1 / 365.25}
YEARS |= {"HR": 1 / 8766.0, "": 1.0}
SEXES = {"M": "male", "F": "female"}
NEEDED = {
    "DEMO": ("fda_dt",),
    "DRUG": ("drugname", "role_cod"),
    "REAC": ("pt",),
}


def read_faers(source: Path) -> Stage:
    """Read a quarter: the zip file, or a folder of its text files.

    Raises
    ------
    SpecError
        When DEMO, DRUG or REAC is missing, or lacks a column that is needed.
    """
    parts: dict[str, list[tuple[pa.Table, str]]] = {}
    stage = Stage(REPORTS.empty_table(), DRUGS.empty_table(), EVENTS.empty_table())
    deleted: list[str] = []
    for name, content in _files(source):
        found = PART.search(name)
        if found is None:
            continue
        part = found[1].upper()
        if part == "DELETE":
            deleted += read_deletions(content())
            continue
        rows, rejects = read_delimited(name, content(), "$", quoted=False)
        stage.rejects += rejects
        stage.rows += len(rows) + len(rejects)
        _check(name, part, rows)
        parts.setdefault(part, []).append((rows, name))
    stage.deleted = tuple(deleted)
    if not parts and deleted:
        return stage
    missing = [part for part in NEEDED if part not in parts]
    if missing:
        raise SpecError(
            f"{source}: no {missing[0]} file among them. A FAERS quarter holds DEMO, DRUG and REAC "
            "text files."
        )
    _fill(stage, {part: rows[0] for part, rows in parts.items()})
    return stage


def read_deletions(content: bytes) -> list[str]:
    """Read a list of withdrawn cases: one number a line."""
    return re.findall(r"^\s*(\d+)\s*\$?\s*$", content.decode("latin-1"), re.MULTILINE)


def _files(source: Path) -> list[tuple[str, Callable[[], bytes]]]:
    if source.is_dir():
        files = sorted(p for p in source.rglob("*") if p.is_file())
        return [(str(p), p.read_bytes) for p in files]
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError) as error:
        raise SpecError(f"{source}: is not a readable zip file ({error}).") from None
    return [(n, lambda n=n: archive.read(n)) for n in sorted(archive.namelist())]  # type: ignore[misc]


def _check(name: str, part: str, rows: pa.Table) -> None:
    key = "primaryid" if "primaryid" in rows.column_names else "isr"
    for column in (key, *NEEDED.get(part, ())):
        if column not in rows.column_names:
            raise SpecError(
                f"{name}, line 1: the column {column} is missing; this is no layout of FAERS. "
                f"Found: {', '.join(rows.column_names)}."
            )


def _fill(stage: Stage, parts: dict[str, tuple[pa.Table, str]]) -> None:
    demo, name = parts["DEMO"]
    keys = _key(demo)
    good = pc.and_(pc.is_valid(keys), pc.is_valid(_case(demo)))
    _apart(stage, name, demo, pc.invert(good), "no case number")
    demo, keys = demo.filter(good), keys.filter(good)
    stage.reports = _reports(stage, demo, keys, parts.get("OUTC"))
    for part, column in (("DRUG", "drugname"), ("REAC", "pt")):
        rows, name = parts[part]
        row = pc.index_in(_key(rows), value_set=keys)
        known, named = pc.is_valid(row), pc.is_valid(rows[column])
        _apart(stage, name, rows, pc.invert(known), f"{part}: no report of this number")
        _apart(stage, name, rows, pc.and_(known, pc.invert(named)), f"{part}: no {column}")
        kept = pc.and_(known, named)
        rows, row = rows.filter(kept), row.filter(kept)
        if part == "DRUG":
            stage.drugs = _drugs(rows, row)
        else:
            event = pc.utf8_trim_whitespace(_one(rows[column])).dictionary_encode()
            stage.events = table(EVENTS, {"row": _one(row), "event": _sentence(event)})


def _reports(
    stage: Stage, demo: pa.Table, keys: pa.Array, outcomes: tuple[pa.Table, str] | None
) -> pa.Table:
    columns: dict[str, pa.Array] = {
        "case_id": _one(_case(demo)),
        "received": _dates(stage, demo, "fda_dt"),
        "event_date": _dates(stage, demo, "event_dt"),
        "sex": _mapped(_get(demo, "sex", "gndr_cod"), SEXES),
        "age_years": _age(demo),
        "country": _get(demo, "occr_country", "reporter_country"),
        "reporter": _get(demo, "occp_cod"),
    }
    version = _get(demo, "caseversion", "foll_seq")
    numeric = pc.if_else(pc.match_substring_regex(version, r"^\d{1,6}$"), version, None)
    columns["version"] = pc.fill_null(numeric.cast(pa.int32()), 0)
    if outcomes is not None:
        serious = pc.is_in(keys, value_set=_one(_key(outcomes[0])))
        columns["serious"] = _one(pc.if_else(serious, "yes", None))
    return table(REPORTS, columns)


def _drugs(rows: pa.Table, row: pa.Array) -> pa.Table:
    substance = _get(rows, "prod_ai")
    return table(
        DRUGS,
        {
            "row": _one(row),
            "drug": normal_names(_one(rows["drugname"])),
            "substance": normal_names(substance),
            "role": _mapped(_get(rows, "role_cod"), ROLES).dictionary_encode(),
        },
    )


def _apart(stage: Stage, name: str, rows: pa.Table, bad: pa.Array, reason: str) -> None:
    """Put rows apart; their line is exact as long as no earlier row had the wrong width."""
    for index in np.flatnonzero(np.asarray(bad)):
        text = "$".join(str(x or "") for x in rows.slice(int(index), 1).to_pylist()[0].values())
        stage.rejects.append(Reject(Path(name).name, int(index) + 2, reason, text[:200]))


def _key(rows: pa.Table) -> pa.Array:
    return _get(rows, "primaryid", "isr")


def _case(rows: pa.Table) -> pa.Array:
    return _get(rows, "caseid", "case")


def _one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _get(rows: pa.Table, *names: str) -> pa.Array:
    found = [_one(rows[name]) for name in names if name in rows.column_names]
    return pc.coalesce(*found) if found else pa.nulls(len(rows), pa.string())


def _mapped(column: pa.Array, words: dict[str, str]) -> pa.Array:
    at = pc.index_in(column, value_set=pa.array(list(words)))
    return pa.array(list(words.values())).take(at)


def _sentence(event: pa.DictionaryArray) -> pa.DictionaryArray:
    """Write terms of old quarters, which are in capitals, as newer ones are written."""
    words = pc.utf8_capitalize(event.dictionary).dictionary_encode()
    mixed = pc.not_equal(event.dictionary, pc.utf8_upper(event.dictionary))
    terms = pc.if_else(mixed, event.dictionary, words.dictionary_decode()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(terms.indices.take(event.indices), terms.dictionary)


def _dates(stage: Stage, rows: pa.Table, name: str) -> pa.Array:
    given = _get(rows, name)
    read = partial_dates(given)
    lost = len(read) - read.null_count
    lost = (len(given) - given.null_count) - lost
    if lost:
        stage.warnings[f"{name}: no such date"] += lost
    return read


def _age(rows: pa.Table) -> pa.Array:
    text = _get(rows, "age")
    number = pc.if_else(pc.match_substring_regex(text, r"^\d{1,6}(\.\d*)?$"), text, None)
    unit = pc.fill_null(_get(rows, "age_cod"), "")
    at = pc.index_in(unit, value_set=pa.array(list(YEARS)))
    years = pc.multiply(number.cast(pa.float64()), pa.array(list(YEARS.values())).take(at))
    possible = pc.and_(pc.greater_equal(years, 0), pc.less_equal(years, 130))
    return pc.if_else(possible, years, None).cast(pa.float32())
