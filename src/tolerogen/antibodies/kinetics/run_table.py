"""What was done in a run whose export does not say it: which analyte, how much, from when to when.

A CSV with a row for each association: ``trace`` (sensor location or name of the curve),
``concentration_nM`` (0 for buffer), ``on_s`` and ``off_s`` (begin of association and dissociation
in the time of the export), and perhaps ``analyte`` and ``end_s`` (end of dissociation; without it
the next association of the trace, or its last point). Each association is set to zero by the last
five seconds before it, or by its first points. Of rows that begin together, those with buffer are
references: their mean is subtracted.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.octet import TOGETHER_S
from tolerogen.antibodies.kinetics.sensorgram import Cycle, Sensorgram
from tolerogen.antibodies.kinetics.traces import Trace, read_traces
from tolerogen.antibodies.readers import read_text
from tolerogen.antibodies.readers.cell import number
from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

NEEDED = ("trace", "concentration_nM", "on_s", "off_s")
BASELINE_S = 5.0
"""Seconds before an association that set its zero, as instrument software does it."""
FIRST_POINTS = 2
"""Points that do where there are none before."""
FEWEST_POINTS = 5


@dataclass(frozen=True)
class Association:
    """One association and the dissociation after it; concentration in M, times in s."""

    trace: str
    analyte: str
    concentration: float
    on: float
    off: float
    end: float | None


def read_run_table(path: str | Path) -> tuple[Association, ...]:
    """Read the table.

    Raises
    ------
    SpecError
        When it cannot be read, lacks a column, or a row makes no sense.
    """
    file = Path(path)
    reader = csv.DictReader(read_text(file).splitlines())
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    absent = [name for name in NEEDED if name not in reader.fieldnames]
    if absent:
        raise SpecError(
            f"{file}: column {', '.join(absent)} is missing; needed are {', '.join(NEEDED)}."
        )
    rows = []
    for line, row in enumerate(reader, 2):
        where = f"{file}, row {line}"
        level, on, off = (number(row[name], name, where) for name in NEEDED[1:])
        told = (row.get("end_s") or "").strip()
        end = number(told, "end_s", where) if told else None
        if level < 0 or not on < off or (end is not None and end <= off):
            raise SpecError(
                f"{where}: the concentration must not be below 0, and on_s < off_s < end_s."
            )
        rows.append(
            Association(
                (row["trace"] or "").strip(), (row.get("analyte") or "").strip() or "analyte",
                level * 1e-9, on, off, end,
            )
        )  # fmt: skip
    if not any(row.concentration > 0 for row in rows):
        raise SpecError(f"{file}: no row has a concentration above zero.")
    return tuple(rows)


def read_exported(path: str | Path, run: str | Path) -> list[Sensorgram]:
    """Read exported traces (`traces`) and cut them into cycles by a run table.

    Returns
    -------
    list[Sensorgram]
        One for each analyte, references subtracted.

    Raises
    ------
    SpecError
        When a file cannot be read, or the table names a trace that is not there, or times at
        which it has no points.
    """
    traces, table, where = read_traces(path), read_run_table(run), str(path)
    import numpy as np

    cut = {row: _window(traces, row, table, where) for row in dict.fromkeys(table)}
    grouped: dict[str, list[Cycle]] = {}
    for row, (time, response) in cut.items():
        if row.concentration == 0:
            continue
        blanks = [
            cut[one] for one in cut if one.concentration == 0 and abs(one.on - row.on) < TOGETHER_S
        ]
        if blanks:
            response = response - np.mean([np.interp(time, t, r) for t, r in blanks], axis=0)
        cycle = Cycle(row.trace, time, response, (0.0, row.off - row.on), (row.concentration, 0.0))
        grouped.setdefault(row.analyte, []).append(cycle)
    return [Sensorgram(analyte, tuple(cycles)) for analyte, cycles in grouped.items()]


def _window(
    traces: Mapping[str, Trace], row: Association, table: Sequence[Association], where: str
) -> tuple[Array, Array]:
    if row.trace not in traces:
        raise SpecError(f"{where}: has no trace '{row.trace}'; {choices(row.trace, traces)}")
    trace = traces[row.trace]
    later = [one.on for one in table if one.trace == row.trace and one.on > row.on]
    end = row.end if row.end is not None else min(later, default=float("inf"))
    inside = (trace.time >= row.on) & (trace.time < end)
    before = (trace.time[inside] < row.off).sum()
    if before < FEWEST_POINTS or inside.sum() - before < FEWEST_POINTS:
        raise SpecError(
            f"{where}: trace '{row.trace}' runs from {trace.time[0]:g} to {trace.time[-1]:g} s and "
            f"has too few points in an association from {row.on:g} to {row.off:g} s or after it."
        )
    base = trace.response[(trace.time >= row.on - BASELINE_S) & (trace.time < row.on)]
    response = trace.response[inside]
    zero = base.mean() if len(base) >= FIRST_POINTS else response[:FIRST_POINTS].mean()
    return trace.time[inside] - row.on, response - zero
