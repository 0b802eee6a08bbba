"""Groups of patients by centres in standardised features, and who belongs to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FILE = "endotypes.csv"
WORDS = ("id", "name", "source")


@dataclass(frozen=True, eq=False)
class Endotypes:
    """Centres of groups.

    Attributes
    ----------
    ids, names
        Of the groups.
    features
        Columns of a table of patients.
    centres
        Shape (groups, features), in standard deviations from the mean of the patients.
    source
        Where they are from.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    features: tuple[str, ...]
    centres: Array
    source: str

    def sort(self, patients: pd.DataFrame) -> NDArray[np.int64]:
        """Return the number of the nearest centre of each patient.

        Raises
        ------
        SpecError
            When the table lacks a feature.
        """
        absent = [name for name in self.features if name not in patients]
        if absent:
            raise SpecError(f"{FILE}: the patients have no '{absent[0]}'; correct the column.")
        values = patients[list(self.features)].to_numpy(dtype=float)
        sd = values.std(axis=0)
        z = (values - values.mean(axis=0)) / np.where(sd > 0, sd, 1.0)
        distance = ((z[:, None, :] - self.centres[None]) ** 2).sum(axis=2)
        return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def read_endotypes(path: Path) -> Endotypes:
    """Read centres: a CSV with id, name, source and one column a feature.

    Raises
    ------
    SpecError
        The file cannot be used.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, comment="#")
    except (OSError, ValueError) as error:
        raise SpecError(f"{path.name}: the endotypes cannot be read ({error}).") from None
    features = [name for name in table.columns if name not in WORDS]
    if "id" not in table or not features or table.empty:
        raise SpecError(f"{path.name}: give a column 'id' and at least one feature.")
    for name in features:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise SpecError(f"{path.name}: column '{name}' holds something else than numbers.")
    named = table["name"] if "name" in table else table["id"]
    source = str(table["source"].iloc[0]) if "source" in table else path.name
    return Endotypes(
        tuple(map(str, table["id"])),
        tuple(map(str, named)),
        tuple(features),
        table[features].to_numpy(dtype=float),
        source,
    )


def disease_endotypes(folder: Path) -> Endotypes | None:
    """Return the endotypes of a disease folder, None where it has none."""
    path = folder / FILE
    return read_endotypes(path) if path.exists() else None


def members(labels: NDArray[np.int64], group: int) -> Sequence[int]:
    """Return the places of the members of a group."""
    return [int(i) for i in np.flatnonzero(labels == group)]
