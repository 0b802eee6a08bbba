"""The endotypes that were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.patients.endotypes.centres import Centres
from tolerogen.patients.endotypes.definition import EndotypePlan
from tolerogen.patients.endotypes.features import feature_table
from tolerogen.patients.endotypes.mixture import Mixture

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease
    from tolerogen.patients.population import Population


@dataclass(frozen=True)
class Endotype:
    """One class.

    Attributes
    ----------
    share
        Of all patients.
    label
        The features that stand out, the strongest first.
    centre
        Mean of each feature in its unit; geometric where its scale is ``log``.
    height
        The same in standard deviations from all patients.
    """

    id: str
    share: float
    label: str
    centre: Mapping[str, float]
    height: Mapping[str, float]


@dataclass(frozen=True)
class Stability:
    """How well the classes hold; see `tolerogen.patients.endotypes`.

    Attributes
    ----------
    rand, rand_low, rand_high
        Adjusted Rand index of bootstrap samples: mean, 5 and 95 %.
    kept
        Share with the same class when everything is measured again.
    certain
        Share whose most probable class has a probability of at least 0.8.
    """

    bootstraps: int
    rand: float
    rand_low: float
    rand_high: float
    kept: float
    certain: float


@dataclass(frozen=True, eq=False)
class Endotypes:
    """Classes of virtual patients.

    Attributes
    ----------
    draws
        Parameter sets that the patients are from.
    probabilities
        One row a patient, one column a class.
    features
        What was measured of each patient; logarithms where the scale is ``log``.
    centres
        The classes in biomarkers alone.
    """

    disease: str
    warning: str
    patients: int
    draws: int
    seed: int
    plan: EndotypePlan
    mixture: Mixture
    classes: tuple[Endotype, ...]
    stability: Stability
    probabilities: pd.DataFrame
    features: pd.DataFrame
    centres: Centres
    content: str

    def classify(self, disease: Disease, population: Population, *, seed: int) -> pd.DataFrame:
        """Return the class probabilities of other patients, from their first visit.

        Parameters
        ----------
        disease, population
            The patients; they may have been screened.
        seed
            Of the visit's noise.

        Returns
        -------
        DataFrame
            Index patient, one column a class.
        """
        import pandas as pd

        table = feature_table(disease, population, self.plan.sorting, seed=seed)
        found = self.mixture.probabilities(table.to_numpy(dtype=float))
        return pd.DataFrame(found, columns=[c.id for c in self.classes], index=table.index)

    def to_dict(self) -> dict[str, Any]:
        """Return classes, stability and what was tried as plain data."""
        return {
            "patients": self.patients,
            "draws": self.draws,
            "covariance": self.mixture.shape,
            "classes": [asdict(c) for c in self.classes],
            "tried": [asdict(c) for c in self.mixture.tried],
            "stability": asdict(self.stability),
            "published_stability": [asdict(p) for p in self.plan.published],
            "centres": self.centres.frame().to_dict(orient="records"),
        }
