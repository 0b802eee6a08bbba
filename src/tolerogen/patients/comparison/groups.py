"""Sorting patients into named groups when only the names of the groups are published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.patients.comparison.definition import Scheme

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST = 1500
"""Patients that are clustered; memory grows with their square. The others join the nearest."""


@dataclass(frozen=True)
class Sorter:
    """Centres of the groups of a scheme, in standardised features.

    Attributes
    ----------
    mean, sd
        Of the features, shape (features,).
    centres
        Shape (groups, features), in the order of `Scheme.classes`.
    """

    scheme: Scheme
    mean: Array
    sd: Array
    centres: Array

    def sort(self, table: pd.DataFrame) -> NDArray[np.int64]:
        """Return the number of the nearest group of each patient."""
        z = (_values(table, self.scheme) - self.mean) / self.sd
        distance = ((z[:, None, :] - self.centres[None]) ** 2).sum(axis=2)
        return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def fit_sorter(table: pd.DataFrame, scheme: Scheme) -> Sorter:
    """Find the groups of a scheme in a table of patients.

    Ward's minimum-variance clustering (J Am Stat Assoc 1963;58:236) of standardised features
    gives as many clusters as there are groups; clusters and names are paired so that centres
    and patterns fit best in all (linear sum assignment).

    Parameters
    ----------
    table
        One row a patient, with the features of the scheme.
    scheme
        Features, names and patterns.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.optimize import linear_sum_assignment

    values = _values(table, scheme)
    mean, sd = values.mean(axis=0), values.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    z = ((values - mean) / sd)[:MOST]
    labels = fcluster(linkage(z, "ward"), len(scheme.classes), "maxclust")
    centres = np.array([z[labels == k].mean(axis=0) for k in np.unique(labels)])
    patterns = np.array([group.pattern for group in scheme.classes])
    patterns = patterns / np.linalg.norm(patterns, axis=1, keepdims=True)
    clusters, groups = linear_sum_assignment(-centres @ patterns.T)
    ordered = np.full(patterns.shape, np.inf)  # a group that no cluster is left for stays empty
    ordered[groups] = centres[clusters]
    return Sorter(scheme, mean, sd, ordered)


def _values(table: pd.DataFrame, scheme: Scheme) -> Array:
    return np.asarray(table[list(scheme.features)].to_numpy(dtype=float))
