"""Quantiles of the posterior mixture, for millions of pairs.

For a given count n, the log of a quantile is a smooth function of u = log E. So it is solved at
knots, with its slope known exactly, and read off by cubic Hermite interpolation. An interval is
halved until the value solved at its middle agrees with the interpolated one; since halving shrinks
the error 16-fold, what is used is better than what was checked. The curves of several counts are
halved together, so that numpy works on long arrays. Counts that few pairs have are solved pair by
pair.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.safety.signals.chunks import by_pieces
from tolerogen.safety.signals.counts import Floats, Ints
from tolerogen.safety.signals.ebgm.solve import solve

if TYPE_CHECKING:
    from tolerogen.safety.signals.ebgm.posterior import Mixture

TOLERANCE = 5e-8
"""Agreement asked of an interval before it is halved once more (relative, of the quantile)."""

FEWEST = 200
"""Counts with fewer pairs are solved pair by pair: about what a curve costs."""

CELLS = 32
"""Equal cells that the range of log E is cut into, before any is halved."""

DEEPEST = 14
"""How often a cell is halved at most."""

TOGETHER = 8
"""Curves that one thread halves together."""

MOST = 2_000_000
"""Tables have an entry for every count up to this one; beyond it pairs are solved alone."""

Table = tuple[Floats, Floats, np.ndarray, np.ndarray, np.ndarray, Floats]
"""Curves as `native.read_curves` wants them: start and cells per unit of log E of each curve; first
entry and number of entries of each cell; the interval of each entry; a row for each interval."""


def quantiles_by_count(
    n: Ints, expected: Floats, mix: Mixture, probabilities: Sequence[float]
) -> tuple[Floats, ...]:
    """Compute quantiles of λ for every pair.

    Parameters
    ----------
    n, expected
        Count and expected count of each pair.
    mix
        The posterior.
    probabilities
        Which quantiles.

    Returns
    -------
    tuple of numpy.ndarray
        One array for each probability.
    """
    if not len(n):
        return tuple(np.zeros(0) for _ in probabilities)
    from tolerogen.safety.signals import native

    (u,) = by_pieces(lambda piece: (np.log(expected[piece]),), len(n), 1)
    if int(n.max()) > MOST:
        return tuple(np.exp(solve(n, u, mix, p)[0]) for p in probabilities)
    often = np.zeros(int(n.max()) + 1, np.int64)
    low, high = np.full(len(often), np.inf), np.full(len(often), -np.inf)
    native.spans(n, u, often, low, high)
    common = np.flatnonzero(often >= FEWEST)
    place = np.full(len(often), -1, np.int32)
    place[common] = np.arange(len(common))
    tables = _tables(common, low[common], high[common], mix, probabilities)

    def read_off(piece: slice) -> tuple[Floats, ...]:
        alone = np.flatnonzero(place[n[piece]] < 0)
        columns = []
        for p, table in zip(probabilities, tables, strict=True):
            y = np.empty(len(n[piece]))
            native.read_curves(n[piece], u[piece], place, *table, y)
            if len(alone):
                y[alone] = np.exp(solve(n[piece][alone], u[piece][alone], mix, p)[0])
            columns.append(y)
        return tuple(columns)

    return by_pieces(read_off, len(n), len(probabilities))


def _tables(
    common: Ints, low: Floats, high: Floats, mix: Mixture, probabilities: Sequence[float]
) -> list[Table]:
    """Make the curves of the counts `common`, over their ranges of log E, for each probability."""
    high = np.maximum(high, low + 1e-6)
    width = (high - low) / CELLS
    starts = range(0, len(common), TOGETHER)

    def halve(p: float, start: int) -> Floats:
        some = slice(start, start + TOGETHER)
        rows = _intervals(common[some], low[some], width[some], mix, p)
        rows[:, 0] += start * CELLS
        return rows

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        parts = [[pool.submit(halve, p, start) for start in starts] for p in probabilities]
        none = np.zeros((0, 8))
        return [
            _table(low, 1 / width, np.concatenate([none, *(job.result() for job in row)]))
            for row in parts
        ]


def _intervals(n: Ints, low: Floats, width: Floats, mix: Mixture, p: float) -> Floats:
    """Halve the cells of some curves until each interval is good enough.

    Returns
    -------
    numpy.ndarray
        A row for each interval: its cell, how often that was halved, left end and width in log E,
        then value and slope at both ends.
    """
    u = low[:, None] + width[:, None] * np.arange(CELLS + 1)
    y, slope = (v.reshape(u.shape) for v in solve(np.repeat(n, CELLS + 1), u.ravel(), mix, p))
    cell = np.arange(len(n) * CELLS)
    ends = [y[:, :-1], y[:, 1:], slope[:, :-1], slope[:, 1:]]
    columns = [cell, 0 * cell, u[:, :-1], np.repeat(width, CELLS), *ends]
    check = np.stack([np.ravel(column) for column in columns], axis=1)
    good = []
    while len(check):
        of, level, left, wide, y0, y1, m0, m1 = check.T
        guess = (y0 + y1) / 2 + wide * (m0 - m1) / 8
        half = wide / 2
        count = n[of.astype(np.int64) // CELLS]
        found, steep = solve(count, left + half, mix, p, guess)
        first = np.stack([of, level + 1, left, half, y0, found, m0, steep], axis=1)
        second = np.stack([of, level + 1, left + half, half, found, y1, steep, m1], axis=1)
        wrong = (np.abs(found - guess) > TOLERANCE) & (level + 1 < DEEPEST)
        good += [first[~wrong], second[~wrong]]
        check = np.concatenate([first[wrong], second[wrong]])
    return np.concatenate(good)


def _table(start: Floats, rate: Floats, rows: Floats) -> Table:
    """Put intervals in order, with a list of entries for each cell as fine as its finest."""
    rows = rows[np.lexsort((rows[:, 2], rows[:, 0]))]
    cell, level = rows[:, :2].T.astype(np.int64)
    deepest = np.zeros(len(start) * CELLS, np.int64)
    np.maximum.at(deepest, cell, level)
    entries = 2**deepest
    interval = np.repeat(np.arange(len(rows), dtype=np.int32), 2 ** (deepest[cell] - level))
    left, wide, y0, y1, m0, m1 = rows[:, 2:].T
    m0, m1, rise = m0 * wide, m1 * wide, y1 - y0
    bend = m0 + m1 - 2 * rise
    # one row an interval, so that a pair touches memory once
    terms = np.stack([left, 1 / wide, y0, m0, rise - m0 - bend, bend], axis=1)
    return start, rate, np.cumsum(entries) - entries, entries, interval, terms
