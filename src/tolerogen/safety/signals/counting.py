"""From reports to counts. A report that names a pair twice counts once.

For two lists the counts are one sparse matrix product, AᵀB, where A says which report names which
drug and B which report names which event: the cost is one addition for each pair of each report,
into the row of one drug, which fits the cache; memory grows with the number of different pairs, not
of all cells. The loops are compiled (`native`).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from tolerogen.safety.signals.counts import Floats, Margins, PairCounts, expected_counts
from tolerogen.safety.signals.reports import Codes, Incidence, PairRows, Reports

ONE_STRATUM = ("all",)

Lists = tuple[np.ndarray, Codes]
"""Where the list of each report (or drug) starts, and the lists one after another."""


def count_pairs(reports: Reports) -> PairCounts:
    """Count the reports of every drug-event pair, with margins and expected counts.

    Parameters
    ----------
    reports
        Reports as two lists (`Incidence`) or as rows of pairs (`PairRows`).

    Returns
    -------
    PairCounts
        One entry for each pair that occurs, ordered by drug; the unit is reports.

    Notes
    -----
    The total is the number of different reports, as in openEBGM and pvda. Other programs sum the
    pairs instead, which counts a report with three drugs and three events nine times.
    """
    if isinstance(reports, Incidence):
        return _count_incidence(reports)
    return _count_rows(reports)


def _count_incidence(reports: Incidence) -> PairCounts:
    from tolerogen.safety.signals import native

    size = reports.n_reports
    with ThreadPoolExecutor(2) as pool:
        lists = [
            pool.submit(_lists, reports.drug_report, reports.drug, size),
            pool.submit(_lists, reports.event_report, reports.event, size),
        ]
        drugs, events = (job.result() for job in lists)
    margins = _margins(reports, drugs, events)
    start, report, work = native.turn(*drugs, len(reports.drugs), events[0])
    del drugs
    event, n, filled = _table((start, report), events, work, len(reports.events))
    drug = np.repeat(np.arange(len(reports.drugs), dtype=np.int32), filled)
    return _finish(reports, drug, event, n, margins)


def _lists(report: Codes, item: Codes, n_reports: int) -> Lists:
    """List the different items of every report."""
    from tolerogen.safety.signals import native

    start, value = native.group(report, item, n_reports)
    return start, value[: native.drop_repeats(start, value)]


def _margins(reports: Incidence, drugs: Lists, events: Lists) -> Margins:
    from tolerogen.safety.signals import native

    strata = reports.strata
    code = np.zeros(0, np.int32) if strata is None else strata.code.astype(np.int32)
    groups = 1 if strata is None else len(strata.names)
    made = []
    for lists, names in ((drugs, reports.drugs), (events, reports.events)):
        sums = np.zeros((groups, len(names)))
        native.totals(*lists, code, sums)
        made.append(sums)
    total = [reports.n_reports] if strata is None else np.bincount(code, minlength=groups)
    return Margins(made[0], made[1], np.asarray(total, float))


def _table(
    by_drug: Lists, events: Lists, work: np.ndarray, width: int
) -> tuple[Codes, np.ndarray, np.ndarray]:
    """Count all pairs, the rows shared among threads by the work they mean.

    Returns events and counts, and how many pairs each drug has. What is allocated for a block is
    the most it could hold; only what is used is ever given memory by the system.
    """
    from tolerogen.safety.signals import native

    done = np.append(0, np.cumsum(work))
    threads = os.cpu_count() or 1
    cuts = np.searchsorted(done, np.linspace(0, done[-1], 8 * threads + 1)[1:-1])
    edges = [0, *(int(cut) for cut in cuts), len(work)]
    filled = np.zeros(len(work), np.int64)

    def block(edge: tuple[int, int]) -> tuple[Codes, Codes]:
        room = int(np.minimum(work[edge[0] : edge[1]], width).sum())
        event, n = np.empty(room, np.int32), np.empty(room, np.int32)
        used = native.count_rows(edge, work, *by_drug, *events, width, event, n, filled)
        return event[:used], n[:used]

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(block, (edge for edge in pairwise(edges) if edge[1] > edge[0])))
    if not parts:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), filled
    event, n = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    return event, n, filled


def _count_rows(reports: PairRows) -> PairCounts:
    cells = len(reports.drugs) * len(reports.events)
    pair = reports.drug.astype(np.int64) * len(reports.events) + reports.event
    if cells * max(reports.n_reports, 1) >= 2**63:  # name pairs by rank, so that a key fits
        values, pair = np.unique(pair, return_inverse=True)
    else:
        values = None
    width = len(values) if values is not None else cells
    key = reports.report.astype(np.int64)
    key *= width
    key += pair
    del pair
    report, pair = np.divmod(_distinct(key), width)
    pair = values[pair] if values is not None else pair
    margins = _row_margins(reports, report.astype(np.int32), pair)
    pair.sort()
    first = _starts(pair)
    n = np.diff(np.append(first, len(pair)))
    drug, event = np.divmod(pair[first], len(reports.events))
    return _finish(reports, drug.astype(np.int32), event.astype(np.int32), n, margins)


def _row_margins(reports: PairRows, report: Codes, pair: np.ndarray) -> Margins:
    drug, event = np.divmod(pair, len(reports.events))
    strata = reports.strata
    names = strata.names if strata is not None else ONE_STRATUM
    code = strata.code if strata is not None else np.zeros(reports.n_reports, np.int32)

    def totals(item: np.ndarray, size: int) -> Floats:
        seen = _distinct(report.astype(np.int64) * size + item)
        who, what = np.divmod(seen, size)
        cell = code[who].astype(np.int64) * size + what
        return np.bincount(cell, minlength=len(names) * size).reshape(-1, size).astype(float)

    return Margins(
        drug=totals(drug, len(reports.drugs)),
        event=totals(event, len(reports.events)),
        total=np.bincount(code, minlength=len(names)).astype(float),
    )


def _finish(
    reports: Reports, drug: Codes, event: Codes, n: np.ndarray, margins: Margins
) -> PairCounts:
    names = tuple(str(name) for name in reports.strata.names) if reports.strata else ()
    return PairCounts(
        drugs=reports.drugs,
        events=reports.events,
        drug=drug,
        event=event,
        n=n.astype(np.int32),
        expected=expected_counts(margins, drug, event),
        margins=margins,
        unit="reports",
        strata=names,
    )


def _distinct(key: np.ndarray) -> np.ndarray:
    key.sort()
    return np.asarray(key[_starts(key)])


def _starts(ordered: np.ndarray) -> np.ndarray:
    if not len(ordered):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
