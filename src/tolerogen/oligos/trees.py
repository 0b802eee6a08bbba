"""Boosted trees as numbers: ``[feature, threshold, gap goes left, left, right]`` or a leaf.

Training scripts write them (`benchmarks`); no library is needed to evaluate them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def add_trees(trees: Sequence[Any], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of trees for each row; NaN goes the way each split was trained for."""
    found = np.zeros(len(values))
    every = np.arange(len(values))
    for tree in trees:
        _add(tree, values, every, found)
    return found


def _add(
    tree: Any, values: NDArray[np.float64], rows: NDArray[np.intp], out: NDArray[np.float64]
) -> None:
    if not isinstance(tree, list):
        out[rows] += tree
        return
    feature, threshold, missing_left, left, right = tree
    value = values[rows, feature]
    goes_left = np.where(np.isnan(value), missing_left, value <= threshold)
    for branch, here in ((left, rows[goes_left]), (right, rows[~goes_left])):
        if here.size:
            _add(branch, values, here, out)
