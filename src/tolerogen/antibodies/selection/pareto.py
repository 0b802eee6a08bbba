"""Pareto fronts: who is beaten by nobody, then by nobody but those, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]


def pareto_fronts(values: Array) -> npt.NDArray[np.int64]:
    """Return the front (1 is best) of each row, more being better in every column.

    One row beats another when it is no worse in every column and better in one (non-dominated
    sorting, Deb 2002, doi:10.1109/4235.996017).

    Examples
    --------
    >>> import numpy as np
    >>> pareto_fronts(np.array([[1.0, 3.0], [3.0, 1.0], [0.5, 2.0], [0.0, 0.0]])).tolist()
    [1, 1, 2, 3]
    """
    import numpy as np

    no_worse = np.all(values[:, None, :] >= values[None, :, :], axis=2)
    better = np.any(values[:, None, :] > values[None, :, :], axis=2)
    beats = np.asarray(no_worse & better)
    front = np.zeros(len(values), dtype=np.int64)
    left = np.ones(len(values), dtype=bool)
    number = 0
    while left.any():
        number += 1
        beaten = beats[left].any(axis=0)
        now = left & ~beaten
        front[now] = number
        left &= ~now
    return front
