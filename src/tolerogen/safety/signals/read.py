"""Read what signals are looked for in: rows of reports, tables of counts, or an ingested folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from tolerogen.errors import SpecError
from tolerogen.safety.signals.arrow_table import (
    MISSING,
    codes_of,
    header_of,
    read_columns,
    report_codes,
)
from tolerogen.safety.signals.columns import match_columns, require
from tolerogen.safety.signals.counts import Margins, PairCounts, expected_counts
from tolerogen.safety.signals.reports import PairRows, Reports, Strata


@dataclass(frozen=True)
class Source:
    """What was read from a file.

    Attributes
    ----------
    data
        Reports, or counts.
    notes
        What was left out or assumed, in words.
    """

    data: Reports | PairCounts
    notes: tuple[str, ...] = ()


def read_source(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    strata: Sequence[str] = (),
    by: str | None = None,
    *,
    concomitant: bool = False,
) -> Source:
    """Read reports or counts from CSV (also .gz), Parquet, or a folder made by ``safety ingest``.

    Parameters
    ----------
    path
        File with the columns ``report_id, drug, event[, stratum…]``, or ``drug, event, n`` with
        ``expected`` or margins; or a folder of an ingest.
    columns
        Headings when they are others: ours to theirs.
    strata
        Headings of columns to stratify by. A missing value is a stratum of its own.
    by
        Heading of a column whose values are looked at apart.
    concomitant
        Of a folder: whether drugs that nobody suspects are read too.

    Raises
    ------
    SpecError
        When the layout is wrong: the file and the line are named.
    """
    file = Path(path)
    if file.is_dir():
        from tolerogen.safety.signals.folder import read_folder

        return read_folder(file, strata, by, concomitant)
    found, headings = match_columns(header_of(file), columns or {}, file)
    layout = require(found, headings, file)
    extra = [*strata, *([by] if by else [])]
    for name in extra:
        if name not in headings:
            raise SpecError(
                f"{file}: there is no column '{name}' to divide by. Columns: {', '.join(headings)}."
            )
    if layout == "counts":
        if extra:
            raise SpecError(f"{file}: a table of counts cannot be divided by {', '.join(extra)}.")
        return _counts(file, found)
    return _rows(file, found, list(strata), by)


def _rows(file: Path, found: Mapping[str, str], strata: list[str], by: str | None) -> Source:
    extra = [*strata, *([by] if by else [])]
    keys = [found[name] for name in ("report_id", "drug", "event")]
    names = {found["drug"], found["event"], *extra}
    table = read_columns(file, list(dict.fromkeys([*keys, *extra])), names, set())
    drugs, drug = codes_of(table[found["drug"]])
    events, event = codes_of(table[found["event"]])
    ids, report = report_codes(table[found["report_id"]])
    whole = (drug >= 0) & (event >= 0) & (report >= 0)
    notes = []
    if not whole.all():
        notes.append(
            f"{int((~whole).sum())} of {len(whole)} rows lack a report, a drug or an event and "
            f"were left out."
        )
        drug, event, report = drug[whole], event[whole], report[whole]
    if not len(drug):
        raise SpecError(f"{file}: no row names a report, a drug and an event.")
    made = {}
    for label, columns in (("strata", strata), ("subgroups", [by] if by else [])):
        if columns:
            made[label], told = report_strata(table, columns, whole, report, len(ids))
            notes += told
    return Source(
        PairRows(
            drugs=drugs,
            events=events,
            report=report,
            drug=drug,
            event=event,
            n_reports=len(ids),
            strata=made.get("strata"),
            subgroups=made.get("subgroups"),
        ),
        tuple(notes),
    )


def report_strata(
    table: pa.Table, columns: Sequence[str], kept: np.ndarray, report: np.ndarray, n_reports: int
) -> tuple[Strata, list[str]]:
    """Give every report the stratum of its first row; say how many reports have several."""
    joined = np.zeros(int(kept.sum()), np.int64)
    labels: list[np.ndarray] = []
    for column in columns:
        names, code = codes_of(table[column])
        names = np.append(names, MISSING)
        code = np.where(code < 0, len(names) - 1, code)[kept]
        joined = joined * len(names) + code
        labels.append(names)
    distinct, code = np.unique(joined, return_inverse=True)
    text = []
    for value in distinct:
        parts, left = [], int(value)
        for names in reversed(labels):
            left, at = divmod(left, len(names))
            parts.append(str(names[at]))
        text.append(" | ".join(reversed(parts)))
    of_report = np.full(n_reports, -1, np.int32)
    of_report[report[::-1]] = code[::-1]
    torn = len(np.unique(report[of_report[report] != code]))
    absent = of_report < 0
    notes = []
    if torn:
        notes.append(f"{torn} reports lie in more than one stratum; the first one was used.")
    if absent.any():
        text.append("(no row)")
        of_report[absent] = len(text) - 1
    return Strata(np.array(text, dtype=object), of_report), notes


def _counts(file: Path, found: Mapping[str, str]) -> Source:
    numbers = {
        found[name] for name in ("n", "expected", "n_drug", "n_event", "n_total") if name in found
    }
    names = {found["drug"], found["event"]}
    table = read_columns(file, [*names, *numbers], names, numbers)
    drugs, drug = codes_of(table[found["drug"]])
    events, event = codes_of(table[found["event"]])
    column = {
        name: np.asarray(table[found[name]].to_numpy(), dtype=float)
        for name in ("n", "expected", "n_drug", "n_event", "n_total")
        if name in found
    }
    _check_counts(file, drug, event, column, len(events))
    notes: list[str] = []
    margins = _margins(file, drug, event, column, len(drugs), len(events), notes)
    if "expected" in column:
        expected = column["expected"]
        if margins is not None and not np.allclose(
            expected, expected_counts(margins, drug, event), rtol=1e-3
        ):
            notes.append(
                "The expected counts of the table are used; they are not those of margins."
            )
            margins = None
    elif margins is not None:
        expected = expected_counts(margins, drug, event)
    unit = "given" if margins is None or "n_drug" in column else "pairs"
    counts = PairCounts(
        drugs, events, drug, event, column["n"].astype(np.int64), expected, margins, unit
    )
    return Source(counts, tuple(notes))


def _margins(
    file: Path,
    drug: np.ndarray,
    event: np.ndarray,
    column: Mapping[str, np.ndarray],
    n_drugs: int,
    n_events: int,
    notes: list[str],
) -> Margins | None:
    given = [name for name in ("n_drug", "n_event", "n_total") if name in column]
    if len(given) == 3:
        by_drug, by_event = np.zeros(n_drugs), np.zeros(n_events)
        by_drug[drug], by_event[event] = column["n_drug"], column["n_event"]
        total = np.unique(column["n_total"])
        torn = not np.array_equal(by_drug[drug], column["n_drug"])
        if torn or not np.array_equal(by_event[event], column["n_event"]) or len(total) > 1:
            raise SpecError(
                f"{file}: a drug, an event or the table has two different totals in n_drug, "
                f"n_event or n_total. Each must be the same in every row."
            )
        return Margins(by_drug[None], by_event[None], total.astype(float))
    if "expected" in column:
        return None
    if given:
        notes.append(f"{', '.join(given)} alone do not make margins and were not used.")
    notes.append(
        "The table has neither expected counts nor margins, so rows and columns were summed: the "
        "unit is pairs, not reports, and ratios differ from those by report."
    )
    n = column["n"]
    return Margins(
        np.bincount(drug, n, n_drugs)[None],
        np.bincount(event, n, n_events)[None],
        np.array([n.sum()]),
    )


def _check_counts(
    file: Path,
    drug: np.ndarray,
    event: np.ndarray,
    column: Mapping[str, np.ndarray],
    n_events: int,
) -> None:
    def refuse(rows: np.ndarray, what: str) -> None:
        if rows.any():
            raise SpecError(f"{file}, line {int(np.flatnonzero(rows)[0]) + 2}: {what}")

    if not len(drug):
        raise SpecError(f"{file}: there are no rows below the heading.")
    n = column["n"]
    refuse((drug < 0) | (event < 0), "the row names no drug or no event.")
    refuse(~(n >= 0) | (n != np.floor(n)), "n must be a whole number, zero or more.")
    if "expected" in column:
        refuse(~(column["expected"] > 0), "expected must be a number above zero.")
        refuse(~np.isfinite(column["expected"]), "expected must be finite.")
    pair = drug.astype(np.int64) * n_events + event
    _, first = np.unique(pair, return_index=True)
    again = np.ones(len(pair), bool)
    again[first] = False
    refuse(again, "the pair stands in the table twice; a table of counts has one row a pair.")
