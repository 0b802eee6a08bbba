"""Quantiles of the posterior mixture, for millions of pairs.

For a given count n, the log of a quantile is a smooth function of u = log E. So it is solved at
knots, with its slope known exactly, and read off by cubic Hermite interpolation. An interval is
halved until the value solved at its middle agrees with the interpolated one; since halving shrinks
the error 16-fold, what is used is better than what was checked. Counts that few pairs have are
solved pair by pair.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.safety.signals.chunks import by_pieces
from tolerogen.safety.signals.counts import Floats, Ints
from tolerogen.safety.signals.ebgm.solve import solve

if TYPE_CHECKING:
    from tolerogen.safety.signals.ebgm.posterior import Mixture

TOLERANCE = 1e-8
"""Agreement asked of an interval before it is halved once more (relative, of the quantile)."""

FEWEST = 200
"""Counts with fewer pairs are solved pair by pair: about what a curve costs."""

FIRST = 32
DEEPEST = 14

MOST = 2_000_000
"""Tables have an entry for every count up to this one; beyond it pairs are solved alone."""


Table = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Curve:
    """Log quantile as a function of log E for one count and probability.

    Attributes
    ----------
    interval
        Which interval each of the finest steps lies in.
    start, rate
        First knot, and finest steps per unit of log E.
    knots, widths
        Left end and width of each interval.
    terms
        Cubic coefficients of each interval: 4 by intervals.
    """

    interval: np.ndarray
    start: float
    rate: float
    knots: Floats
    widths: Floats
    terms: Floats


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
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [(int(k), p) for p in probabilities for k in common]
        spans = [(float(low[k]), float(high[k])) for k, _ in jobs]
        curves = list(pool.map(lambda job, span: _curve(job[0], job[1], span, mix), jobs, spans))
    place = np.full(len(often), -1, np.int32)
    place[common] = np.arange(len(common))
    tables = [
        _together(curves[k * len(common) : (k + 1) * len(common)])
        for k in range(len(probabilities))
    ]

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


def _together(curves: Sequence[Curve]) -> Table:
    """Lay the curves of several counts end to end, as `native.read_curves` wants them."""
    if not curves:
        none, nothing = np.zeros(0, np.int64), np.zeros(0)
        return none, none, nothing, nothing, none, np.zeros((0, 6))
    steps = np.array([len(curve.interval) for curve in curves])
    first = np.cumsum([0, *(len(curve.knots) for curve in curves)])
    return (
        np.append(0, np.cumsum(steps)[:-1]),
        steps - 1,
        np.array([curve.start for curve in curves]),
        np.array([curve.rate for curve in curves]),
        np.concatenate([c.interval + at for c, at in zip(curves, first[:-1], strict=True)]),
        # one row an interval, so that a pair touches memory once
        np.concatenate([np.vstack([c.knots, 1 / c.widths, c.terms]).T for c in curves]).copy(),
    )


def _curve(n: int, p: float, span: tuple[float, float], mix: Mixture) -> Curve:
    low, high = span
    high = max(high, low + 1e-6)
    u = np.linspace(low, high, FIRST + 1)
    y, slope = solve(np.full(len(u), n), u, mix, p)
    level = np.zeros(FIRST, np.int64)  # how often each interval was halved
    check = np.arange(FIRST)
    while len(check):
        left, right = u[check], u[check + 1]
        middle = (left + right) / 2
        guess = _middle(y[check], y[check + 1], slope[check], slope[check + 1], right - left)
        found, steep = solve(np.full(len(check), n), middle, mix, p, guess)
        wrong = (np.abs(found - guess) > TOLERANCE) & (level[check] + 1 < DEEPEST)
        u, y = np.insert(u, check + 1, middle), np.insert(y, check + 1, found)
        slope = np.insert(slope, check + 1, steep)
        level[check] += 1
        level = np.insert(level, check + 1, level[check])
        at = check + np.arange(len(check))
        check = np.stack([at[wrong], at[wrong] + 1], axis=1).ravel()
    width, rise = np.diff(u), np.diff(y)
    m0, m1 = slope[:-1] * width, slope[1:] * width
    c3 = m0 + m1 - 2 * rise
    terms = np.stack([y[:-1], m0, rise - m0 - c3, c3])
    deepest = int(level.max())
    interval = np.repeat(np.arange(len(width)), 2 ** (deepest - level))
    return Curve(interval, low, FIRST * 2.0**deepest / (high - low), u[:-1], width, terms)


def _middle(y0: Floats, y1: Floats, m0: Floats, m1: Floats, width: Floats) -> Floats:
    return np.asarray((y0 + y1) / 2 + width * (m0 - m1) / 8)
