"""Row-wise arithmetic in pieces that fit the cache, shared among threads (numpy frees the GIL)."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tolerogen.safety.signals.counts import Floats

PIECE = 32_768


def by_pieces(
    function: Callable[[slice], tuple[Floats, ...]], rows: int, columns: int
) -> tuple[Floats, ...]:
    """Call `function` on slices of the rows and join the columns it returns.

    Returns
    -------
    tuple of numpy.ndarray
        As many columns as asked for, `rows` long. A piece never looks at another, so the numbers
        do not depend on the number of threads.
    """
    table = tuple(np.empty(rows) for _ in range(columns))

    def work(start: int) -> None:
        piece = slice(start, min(start + PIECE, rows))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for column, values in zip(table, function(piece), strict=True):
                column[piece] = values

    starts = range(0, rows, PIECE)
    if len(starts) == 1:
        work(0)
    elif rows:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(work, starts))
    return table
