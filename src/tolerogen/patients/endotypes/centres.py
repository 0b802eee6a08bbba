"""A small table of classes, by which a few biomarkers become probabilities of classes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.patients.endotypes.mixture import Mixture

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Centres:
    """Classes in the space of biomarkers that a clinic could measure.

    Attributes
    ----------
    classes
        Ids, the largest first.
    labels
        What each class is, in words.
    features, units, scales
        Biomarkers; means and covariances are of natural logarithms where the scale is ``log``.
    mixture
        Shares, means and covariances.
    """

    classes: tuple[str, ...]
    labels: tuple[str, ...]
    features: tuple[str, ...]
    units: tuple[str, ...]
    scales: tuple[str, ...]
    mixture: Mixture

    def probabilities(self, biomarkers: Mapping[str, float]) -> dict[str, float]:
        """Return the probability of every class, given some biomarkers.

        Parameters
        ----------
        biomarkers
            Value by feature, in its unit; features that are not given are integrated out, and
            with none the answer is the shares.

        Raises
        ------
        SpecError
            An unknown biomarker, or a value that has no logarithm.

        Examples
        --------
        >>> mixture = Mixture("full", np.array([0.5, 0.5]), np.array([[0.0], [2.0]]),
        ...     np.ones((2, 1, 1)))
        >>> two = Centres(("E1", "E2"), ("low", "high"), ("igg",), ("g/L",), ("log",), mixture)
        >>> two.probabilities({"igg": math.e})
        {'E1': 0.5, 'E2': 0.5}
        """
        for name, value in biomarkers.items():
            if name not in self.features:
                raise SpecError(f"there is no biomarker '{name}'; {choices(name, self.features)}")
            if not math.isfinite(value) or (value <= 0 and self._scale(name) == "log"):
                raise SpecError(f"biomarker '{name}' is {value:g}; it must be above 0.")
        known = [k for k, name in enumerate(self.features) if name in biomarkers]
        values = [
            math.log(biomarkers[name]) if self.scales[k] == "log" else biomarkers[name]
            for k, name in enumerate(self.features)
            if name in biomarkers
        ]
        found = self.mixture.probabilities(np.array([values]), np.array(known, dtype=np.intp))
        return {name: float(p) for name, p in zip(self.classes, found[0], strict=True)}

    def _scale(self, name: str) -> str:
        return self.scales[self.features.index(name)]

    def frame(self) -> pd.DataFrame:
        """Return one row a class and biomarker: share, unit, scale, mean and covariances."""
        import pandas as pd

        rows = []
        for k, (name, label) in enumerate(zip(self.classes, self.labels, strict=True)):
            for j, feature in enumerate(self.features):
                row = {
                    "class": name,
                    "label": label,
                    "share": self.mixture.shares[k],
                    "feature": feature,
                    "unit": self.units[j],
                    "scale": self.scales[j],
                    "mean": self.mixture.means[k, j],
                }
                covariance = self.mixture.covariances[k, j]
                rows.append(
                    row | {f"cov_{n}": c for n, c in zip(self.features, covariance, strict=True)}
                )
        return pd.DataFrame(rows)

    def write(self, path: str | Path, remark: str = "") -> None:
        """Write the table as CSV, after a line of remarks."""
        head = f"# {remark}\n" if remark else ""
        text = self.frame().to_csv(index=False, float_format="%.6g", lineterminator="\n")
        Path(path).write_text(head + text, encoding="utf-8")


def read_centres(path: str | Path) -> Centres:
    """Read a table that `Centres.write` wrote.

    Raises
    ------
    SpecError
        The file cannot be read or lacks a column.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, comment="#")
        features = tuple(dict.fromkeys(table["feature"]))
        groups = [group for _, group in table.groupby("class", sort=False)]
        first = groups[0].set_index("feature")
        shape = [f"cov_{name}" for name in features]
        mixture = Mixture(
            shape="full",
            shares=np.array([group["share"].iloc[0] for group in groups], dtype=float),
            means=np.array([group["mean"].to_numpy(dtype=float) for group in groups]),
            covariances=np.array([group[shape].to_numpy(dtype=float) for group in groups]),
        )
        return Centres(
            classes=tuple(str(group["class"].iloc[0]) for group in groups),
            labels=tuple(str(group["label"].iloc[0]) for group in groups),
            features=features,
            units=tuple(str(first.loc[name, "unit"]) for name in features),
            scales=tuple(str(first.loc[name, "scale"]) for name in features),
            mixture=mixture,
        )
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise SpecError(f"{path}: the class centres cannot be read ({error}).") from None
