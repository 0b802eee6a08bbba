"""From reports to counts. A report that names a pair twice counts once.

For two lists the counts are one sparse matrix product, AᵀB, where A says which report names which
drug and B which report names which event: the cost is one addition for each pair of each report,
and memory grows with the number of different pairs, not of all cells.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from scipy import sparse

from tolerogen.safety.signals.counts import Floats, Margins, PairCounts, expected_counts
from tolerogen.safety.signals.reports import Codes, Incidence, PairRows, Reports, Strata

ONE_STRATUM = ("all",)


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
    by_drug = _binary(reports.drug, reports.drug_report, len(reports.drugs), reports.n_reports)
    by_report = _binary(reports.event_report, reports.event, reports.n_reports, len(reports.events))
    if reports.strata is None:
        margins = Margins(
            drug=np.diff(by_drug.indptr)[None].astype(float),
            event=np.bincount(by_report.indices, minlength=len(reports.events))[None].astype(float),
            total=np.array([float(reports.n_reports)]),
        )
    else:
        margins = _margins_by_stratum(by_drug, by_report, reports.strata)
    table = _product(by_drug, by_report)
    del by_drug, by_report
    drug = np.repeat(np.arange(len(reports.drugs), dtype=np.int32), np.diff(table.indptr))
    return _finish(reports, drug, table.indices, table.data, margins)


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


def _binary(row: Codes, column: Codes, rows: int, columns: int) -> sparse.csr_array:
    """Make a matrix of zeros and ones; what is listed twice is one."""
    ones = np.ones(len(row), np.int32)
    matrix = sparse.coo_array((ones, (row, column)), shape=(rows, columns)).tocsr()
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _margins_by_stratum(
    by_drug: sparse.csr_array, by_report: sparse.csr_array, strata: Strata
) -> Margins:
    groups = [(strata.code == k).astype(float) for k in range(len(strata.names))]
    return Margins(
        drug=np.vstack([by_drug @ inside for inside in groups]),
        event=np.vstack([inside @ by_report for inside in groups]),
        total=np.array([inside.sum() for inside in groups]),
    )


def _product(left: sparse.csr_array, right: sparse.csr_array) -> sparse.csr_array:
    """Multiply, the rows of `left` shared among threads by the work they mean."""
    threads = os.cpu_count() or 1
    cuts = np.searchsorted(left.indptr, np.linspace(0, left.nnz, threads + 1)[1:-1])
    edges = [0, *(int(cut) for cut in cuts), left.shape[0]]
    blocks = [left[a:b] for a, b in pairwise(edges) if b > a]
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda block: block @ right, blocks))
    return sparse.vstack(parts, format="csr") if len(parts) > 1 else parts[0]


def _distinct(key: np.ndarray) -> np.ndarray:
    key.sort()
    return np.asarray(key[_starts(key)])


def _starts(ordered: np.ndarray) -> np.ndarray:
    if not len(ordered):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
