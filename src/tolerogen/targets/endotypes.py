"""Groups of patients, and who belongs to which.

A disease brings the classes of ``tolerogen population endotypes`` in ``endotype_centres.csv``;
every simulated patient is put in the most probable one, by the biomarkers of a first visit. Other
groups come as centres in standardised features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.patients import Population

    Array = NDArray[np.float64]

CLASSES = "endotype_centres.csv"
COLUMN = "endotype"
WORDS = ("id", "name", "source")


class Endotypes(Protocol):
    """Groups of patients: ``ids`` and ``names``, and a way to sort a table of patients."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Short names."""

    @property
    def names(self) -> tuple[str, ...]:
        """What each group is, in words."""

    def sort(self, patients: pd.DataFrame) -> NDArray[np.int64]:
        """Return the number of the group of each patient."""


@dataclass(frozen=True)
class Classes:
    """The classes of the disease, which simulated patients have in their column ``endotype``."""

    ids: tuple[str, ...]
    names: tuple[str, ...]

    def sort(self, patients: pd.DataFrame) -> NDArray[np.int64]:
        """Return the number of the class of each patient."""
        places = {name: number for number, name in enumerate(self.ids)}
        return np.array([places[name] for name in patients[COLUMN]], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Centres:
    """Groups by centres in standardised features.

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
            raise SpecError(
                f"the patients have no '{absent[0]}'; correct the column of the endotypes."
            )
        values = patients[list(self.features)].to_numpy(dtype=float)
        sd = values.std(axis=0)
        z = (values - values.mean(axis=0)) / np.where(sd > 0, sd, 1.0)
        distance = ((z[:, None, :] - self.centres[None]) ** 2).sum(axis=2)
        return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def read_endotypes(path: Path) -> Centres:
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
    return Centres(
        tuple(map(str, table["id"])),
        tuple(map(str, named)),
        tuple(features),
        table[features].to_numpy(dtype=float),
        source,
    )


def disease_endotypes(folder: Path) -> Classes | None:
    """Return the classes of a disease folder, None where it has none."""
    from tolerogen.patients.endotypes import read_centres

    if not (folder / CLASSES).exists():
        return None
    known = read_centres(folder / CLASSES)
    return Classes(known.classes, known.labels)


def with_endotypes(disease: Disease, people: Population, seed: int) -> pd.DataFrame:
    """Return the table of patients, with the column ``endotype`` where the disease has classes.

    Parameters
    ----------
    disease, people
        The patients, as they are at entry.
    seed
        Of the noise of the visit at which the biomarkers are seen.
    """
    from tolerogen.patients.endotypes import feature_table, read_centres, read_endotype_plan

    table = people.frame()
    if not (disease.folder / CLASSES).exists():
        return table
    known = read_centres(disease.folder / CLASSES)
    features = {f.id: f for f in read_endotype_plan(disease.folder).feature}
    wanted = [features[name] for name in known.features]
    seen = feature_table(disease, people, wanted, seed=seed).to_numpy(dtype=float)
    best = known.mixture.probabilities(seen).argmax(axis=1)
    return table.assign(**{COLUMN: [known.classes[k] for k in best]})


def members(labels: NDArray[np.int64], group: int) -> Sequence[int]:
    """Return the places of the members of a group."""
    return [int(i) for i in np.flatnonzero(labels == group)]
