"""Counting and scoring loops, compiled on first use and kept on disk; they release the GIL."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def group(key, value, size):
    """Sort `value` by `key` (0 to `size` - 1), stable; return where each group starts, and values.

    A counting sort: two passes whatever the order was.
    """
    start = np.zeros(size + 1, np.int64)
    for i in range(key.size):
        start[key[i] + 1] += 1
    for k in range(size):
        start[k + 1] += start[k]
    free = start[:-1].copy()
    out = np.empty(key.size, np.int32)
    for i in range(key.size):
        out[free[key[i]]] = value[i]
        free[key[i]] += 1
    return start, out


@njit(nogil=True, cache=True)
def drop_repeats(start, value):
    """Sort each group and keep each value once, in place; return how many are left."""
    kept = 0
    low = start[0]
    for k in range(start.size - 1):
        high = start[k + 1]
        if high - low > 32:
            value[low:high] = np.sort(value[low:high])
        else:
            for i in range(low + 1, high):
                moving, j = value[i], i
                while j > low and value[j - 1] > moving:
                    value[j] = value[j - 1]
                    j -= 1
                value[j] = moving
        first = kept
        for i in range(low, high):
            if kept == first or value[kept - 1] != value[i]:
                value[kept] = value[i]
                kept += 1
        low = high
        start[k + 1] = kept
    return kept


@njit(nogil=True, cache=True)
def turn(start, value, size, event_start):
    """Turn lists of drugs by report into lists of reports by drug, both in order.

    The third result is how many event rows each drug meets: the work that its row means.
    """
    other = np.zeros(size + 1, np.int64)
    for i in range(start[-1]):
        other[value[i] + 1] += 1
    for k in range(size):
        other[k + 1] += other[k]
    free = other[:-1].copy()
    out = np.empty(start[-1], np.int32)
    work = np.zeros(size, np.int64)
    for k in range(start.size - 1):
        events = event_start[k + 1] - event_start[k]
        for i in range(start[k], start[k + 1]):
            out[free[value[i]]] = k
            free[value[i]] += 1
            work[value[i]] += events
    return other, out, work


@njit(nogil=True, cache=True)
def totals(start, value, stratum, sums):
    """Add one to `sums` (strata by values) for each value of each group."""
    for k in range(start.size - 1):
        row = stratum[k] if stratum.size else 0
        for i in range(start[k], start[k + 1]):
            sums[row, value[i]] += 1


@njit(nogil=True, cache=True)
def count_rows(drugs, work, drug_start, report, event_start, event, width, out, n, filled):
    """Count the events that meet the drugs [drugs[0], drugs[1]); return how many pairs there are.

    The row of one drug lies in the cache. It is read off whole, or, when few events can be met, by
    the list of those.
    """
    row = np.zeros(width, np.int32)
    met = np.empty(width, np.int32)
    at = 0
    for d in range(drugs[0], drugs[1]):
        before, seen = at, 0
        sparse = work[d] * 8 < width
        for i in range(drug_start[d], drug_start[d + 1]):
            for j in range(event_start[report[i]], event_start[report[i] + 1]):
                if sparse and row[event[j]] == 0:
                    met[seen] = event[j]
                    seen += 1
                row[event[j]] += 1
        if sparse:
            met[:seen].sort()
            for k in range(seen):
                out[at] = met[k]
                n[at] = row[met[k]]
                row[met[k]] = 0
                at += 1
        else:
            for e in range(width):
                if row[e]:
                    out[at] = e
                    n[at] = row[e]
                    row[e] = 0
                    at += 1
        filled[d] = at - before
    return at


@njit(nogil=True, cache=True, error_model="numpy")
def expect(rows, columns, total, drug, event, out):
    """Add up row total times column total over all reports, stratum by stratum."""
    for i in range(drug.size):
        value = 0.0
        for s in range(total.size):
            if total[s] > 0:
                value += rows[s, drug[i]] * columns[s, event[i]] / total[s]
        out[i] = value


@njit(nogil=True, cache=True, error_model="numpy")
def ratios(n, drug, event, by_drug, by_event, total, z, odds, out):
    """Fill estimate, low, high and chi-squared (Yates) of PRR, or of ROR when `odds`."""
    for i in range(n.size):
        a, row, column = float(n[i]), by_drug[drug[i]], by_event[event[i]]
        b, c = row - a, column - a
        d = total - row - c
        if odds:
            ratio = a * d / (b * c) if b > 0 and c > 0 else np.nan
            spread = z * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        else:
            ratio = a / row / (c / (total - row)) if c > 0 else np.nan
            spread = z * np.sqrt(1 / a - 1 / row + 1 / c - 1 / (total - row))
        wide = np.exp(spread)
        out[0, i], out[1, i], out[2, i] = ratio, ratio / wide, ratio * wide
        off = max(abs(a * d - b * c) - total / 2, 0.0)
        out[3, i] = total * off * off / (row * column * (total - row) * (total - column))


@njit(nogil=True, cache=True, error_model="numpy")
def information(n, expected, estimate, low, high, out):
    """Fill IC and its limits from tables by count, less log2 of the shrunk expected count."""
    for i in range(n.size):
        scale = np.log2(expected[i] + 0.5)
        out[0, i] = estimate[n[i]] - scale
        out[1, i] = low[n[i]] - scale
        out[2, i] = high[n[i]] - scale


@njit(nogil=True, cache=True, error_model="numpy")
def geometric_means(at, n, expected, shape, tables, constant, out):
    """Fill exp(E[log lambda]) of the posterior mixture; `tables` are steps, psi 1 and psi 2."""
    a1, b1, a2, b2, p = shape
    base1, base2 = np.log(b1), np.log(b2)
    for i in range(n.size):
        k = at[i]
        log1, log2 = np.log(b1 + expected[i]), np.log(b2 + expected[i])
        if p <= 0 or p >= 1:
            share = p
        else:
            odds = constant + tables[0, k] + n[i] * (log2 - log1)
            odds += a2 * (log2 - base2) - a1 * (log1 - base1)
            share = 1 / (1 + np.exp(-odds))
        out[i] = np.exp(share * (tables[1, k] - log1) + (1 - share) * (tables[2, k] - log2))


@njit(nogil=True, cache=True)
def read_curves(n, u, place, start, rate, first, entries, interval, rows, out):
    """Read each pair's log quantile off the curve of its count, and fill the quantile itself."""
    cells = first.size // max(start.size, 1)
    for i in range(n.size):
        k = place[n[i]]
        if k >= 0:
            along = (u[i] - start[k]) * rate[k]
            cell = min(max(int(along), 0), cells - 1)
            along -= cell
            cell += k * cells
            entry = min(max(int(along * entries[cell]), 0), entries[cell] - 1)
            at = interval[first[cell] + entry]
            t = (u[i] - rows[at, 0]) * rows[at, 1]
            y = rows[at, 2] + t * (rows[at, 3] + t * (rows[at, 4] + t * rows[at, 5]))
            out[i] = np.exp(y)


@njit(nogil=True, cache=True)
def fill_bins(n, expected, level, start, width, size, sums):
    """Add cells, counts and expected counts into bins of log E, `size` for each level of count."""
    for i in range(n.size):
        at = min(max(int((np.log(expected[i]) - start) / width), 0), size - 1)
        at += level[n[i]] * size
        sums[0, at] += 1
        sums[1, at] += n[i]
        sums[2, at] += expected[i]


@njit(nogil=True, cache=True)
def spans(n, u, often, low, high):
    """Count how often each count occurs, with its least and greatest u."""
    for i in range(n.size):
        k = n[i]
        often[k] += 1
        low[k] = min(low[k], u[i])
        high[k] = max(high[k], u[i])
