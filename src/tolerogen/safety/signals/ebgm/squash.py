"""From a table of counts to the points that a prior is fitted to.

Cells with the same count and nearly the same expected count say nearly the same, so they are
merged into one point with a weight (data squashing: DuMouchel W, Pregibon D, KDD 2001:67-76,
doi:10.1145/502512.502526). Here cells merge when they share a bin of log E; the point keeps the
mean of E, so the error is of second order in the width of a bin. Cells without a report are never
listed: their bins are those of all cells, an outer product of margins, less the reported ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tolerogen.safety.signals.counts import Floats, PairCounts
from tolerogen.safety.signals.ebgm.likelihood import Form, Points

EXACT = 30_000
"""Up to so many different points nothing is merged."""

WIDTH = 0.01
"""Width of a bin of log E, and of log n among large counts (an error of about 1e-5 in log f)."""

MOST = 2_000_000
"""Below this count there is a table with an entry for every count."""

SMALL = 24
"""Up to this count, counts are never merged with other counts."""


@dataclass(frozen=True)
class Bins:
    """Bins of log E: the first edge and how many there are."""

    start: float
    size: int

    def place(self, expected: Floats) -> np.ndarray:
        """Give the bin of each expected count."""
        at = ((np.log(expected) - self.start) / WIDTH).astype(np.int64)
        return np.clip(at, 0, self.size - 1)


def points_of(counts: PairCounts, form: Form) -> Points:
    """Make the points a prior is fitted to.

    Parameters
    ----------
    counts
        Counts of pairs; for ``zeros`` with margins, or with rows of zero count.
    form
        Form of the likelihood; only ``zeros`` takes the cells without a report.
    """
    listed = counts.n > 0
    if form == "zeros" and counts.lists_zeros:
        listed = np.ones(len(counts), bool)
    kept = slice(None) if listed.all() else listed
    points = _reported(counts.n[kept], counts.expected[kept])
    if form != "zeros" or counts.lists_zeros or counts.margins is None:
        return points
    zeros = _unreported(counts)
    return Points(
        n=np.concatenate([points.n, zeros.n]),
        expected=np.concatenate([points.expected, zeros.expected]),
        weight=np.concatenate([points.weight, zeros.weight]),
        exact=points.exact and zeros.exact,
    )


def coarser(points: Points, width: float = 0.1) -> Points:
    """Merge points further, to look for starting values cheaply."""
    at = np.round(np.log(points.expected) / width).astype(np.int64)
    high = np.round(np.log(np.maximum(points.n, 1)) / width).astype(np.int64) + SMALL
    level = np.where(points.n <= SMALL, points.n.astype(np.int64), high + SMALL)
    return _merge(level * 1_000_000 + at, points.n, points.expected, points.weight)


def _reported(n: np.ndarray, expected: Floats) -> Points:
    if len(n) <= EXACT * 10:
        cells, weight = np.unique(np.stack([n, expected]), axis=1, return_counts=True)
        if cells.shape[1] <= EXACT:
            return Points(cells[0], cells[1], weight.astype(float))
    bins = _bins(expected.min(), expected.max())
    most = int(n.max())
    levels = SMALL + 2 + int(np.log(max(most, 1)) / WIDTH)
    sums = np.zeros((3, levels * bins.size))
    if most < MOST:
        from tolerogen.safety.signals import native

        level = _level(np.arange(most + 1))
        native.fill_bins(n, expected, level, bins.start, WIDTH, bins.size, sums)
    else:
        key = bins.place(expected) + _level(n) * bins.size
        for row, of in zip(sums, (None, n, expected), strict=True):
            row += np.bincount(key, of, len(row))
    kept = sums[0] > 0
    weight, count, rate = sums[:, kept]
    return Points(count / weight, rate / weight, weight, exact=False)


def _level(n: np.ndarray) -> np.ndarray:
    high = SMALL + 1 + (np.log(np.maximum(n, 1)) / WIDTH).astype(np.int64)
    return np.where(n <= SMALL, n, high)


def _merge(key: np.ndarray, n: np.ndarray, expected: Floats, weight: Floats) -> Points:
    size = int(key.max()) + 1
    if size > 20_000_000:
        _, key = np.unique(key, return_inverse=True)
        size = int(key.max()) + 1
    total = np.bincount(key, weight, size)
    kept = total > 0
    total = total[kept]
    return Points(
        n=np.bincount(key, weight * n, size)[kept] / total,
        expected=np.bincount(key, weight * expected, size)[kept] / total,
        weight=total,
        exact=False,
    )


def _unreported(counts: PairCounts) -> Points:
    """Points of the cells without a report: all cells less the reported ones, bin by bin."""
    rows, often = _distinct_margins(counts, by_drug=True)
    columns, times = _distinct_margins(counts, by_drug=False)
    if len(times) * len(often) <= EXACT:
        return _unreported_exactly(counts, rows, columns, often, times)
    if len(rows) == 1:
        return _unreported_by_margin(counts)
    bins = _bins(1e-9, float(rows.max(axis=1) @ columns.max(axis=1)))
    weight, total = np.zeros(bins.size), np.zeros(bins.size)
    for block in np.array_split(np.arange(len(often)), max(len(often) * len(times) // 500_000, 1)):
        expected = (rows[:, block].T @ columns).ravel()
        cells = np.outer(often[block], times).ravel()
        present = expected > 0
        at = bins.place(expected[present])
        weight += np.bincount(at, cells[present], bins.size)
        total += np.bincount(at, cells[present] * expected[present], bins.size)
    return _less_reported(counts, bins.place(counts.expected), weight, total)


def _unreported_by_margin(counts: PairCounts) -> Points:
    """Without strata log E is a sum, so bins of all cells are a convolution of binned margins."""
    margins = counts.margins
    assert margins is not None  # noqa: S101
    sums, places = [], []
    for margin in (margins.n_drug / margins.n_total, margins.n_event):
        bins = _bins(margin[margin > 0].min(), margin.max())
        at = bins.place(np.maximum(margin, 1e-300))
        present = margin > 0
        weight = np.bincount(at[present], minlength=bins.size).astype(float)
        total = np.bincount(at[present], margin[present], bins.size)
        sums.append((weight, total))
        places.append(at)
    weight = np.convolve(sums[0][0], sums[1][0])
    total = np.convolve(sums[0][1], sums[1][1])
    at = places[0][counts.drug] + places[1][counts.event]
    return _less_reported(counts, at, weight, total)


def _less_reported(counts: PairCounts, at: np.ndarray, weight: Floats, total: Floats) -> Points:
    weight = weight - np.bincount(at, minlength=len(weight))
    total = total - np.bincount(at, counts.expected, len(total))
    kept = (weight > 0.5) & (total > 0)
    return Points(np.zeros(kept.sum()), total[kept] / weight[kept], weight[kept], exact=False)


def _unreported_exactly(
    counts: PairCounts, rows: Floats, columns: Floats, often: Floats, times: Floats
) -> Points:
    expected = (rows.T @ columns).ravel()
    cells = np.outer(often, times).ravel()
    order = np.argsort(expected)
    expected, cells = expected[order], cells[order]
    at = np.searchsorted(expected, counts.expected * (1 - 1e-12))
    cells -= np.bincount(np.minimum(at, len(cells) - 1), minlength=len(cells))
    # equal products may be listed under two pairs of margins: settle what one owes the other
    group = np.cumsum(np.append(True, np.diff(expected) > 1e-9 * expected[1:])) - 1
    weight, first = np.bincount(group, cells), np.unique(group, return_index=True)[1]
    kept = (weight > 0.5) & (expected[first] > 0)
    return Points(np.zeros(kept.sum()), expected[first][kept], weight[kept])


def _distinct_margins(counts: PairCounts, *, by_drug: bool) -> tuple[Floats, Floats]:
    """Different columns of margins with how often each occurs; rows scaled so that E = rᵀc."""
    margins = counts.margins
    assert margins is not None  # noqa: S101
    table = margins.drug if by_drug else margins.event
    distinct, times = np.unique(table, axis=1, return_counts=True)
    if by_drug:
        total = np.where(margins.total > 0, margins.total, 1)
        distinct = distinct / total[:, None]
    return distinct, times.astype(float)


def _bins(low: float, high: float) -> Bins:
    start = float(np.log(max(low, 1e-12))) - WIDTH / 2
    return Bins(start, int((np.log(high) - start) / WIDTH) + 2)
