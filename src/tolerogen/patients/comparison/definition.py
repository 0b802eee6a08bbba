"""What ``comparison.toml`` of a disease says: populations and schemes of groups."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic.dataclasses import dataclass

from tolerogen.diseases.endpoints import read_toml
from tolerogen.diseases.endpoints.definition import STRICT
from tolerogen.errors import SpecError
from tolerogen.parameters import Status
from tolerogen.patients.screening import Criterion


@dataclass(frozen=True, config=STRICT)
class EntryRule:
    """A bound on a measure at entry, as `tolerogen.patients.Criterion`."""

    measure: str
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, config=STRICT)
class PopulationKind:
    """A kind of population that published cohorts are of."""

    id: str
    name: str
    source: str
    entry: tuple[EntryRule, ...] = ()

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Conditions of entry."""
        return tuple(Criterion(e.measure, e.minimum, e.maximum) for e in self.entry)


@dataclass(frozen=True, config=STRICT)
class Group:
    """A group of a scheme and the sign of each feature in it."""

    id: str
    name: str
    pattern: tuple[float, ...]


@dataclass(frozen=True, config=STRICT)
class Scheme:
    """A way to sort patients into as many clusters as there are groups.

    Attributes
    ----------
    features
        Columns of the table of patients; standardised before clustering.
    classes
        The groups; each pattern has one number a feature.
    follow_up
        Days until patients are sorted once more by the same centres; None for never.
    """

    id: str
    name: str
    features: tuple[str, ...]
    classes: tuple[Group, ...]
    status: Status
    source: str
    follow_up: float | None = None


@dataclass(frozen=True, config=STRICT)
class ComparisonPlan:
    """The file as a whole."""

    population: tuple[PopulationKind, ...]
    scheme: tuple[Scheme, ...] = ()


@cache
def read_plan(folder: Path) -> ComparisonPlan:
    """Read ``comparison.toml`` of a disease folder.

    Raises
    ------
    SpecError
        When the file is missing or wrong, or a pattern is not as long as the features.
    """
    path = folder / "comparison.toml"
    plan = read_toml(path, ComparisonPlan)
    for scheme in plan.scheme:
        for group in scheme.classes:
            if len(group.pattern) != len(scheme.features):
                raise SpecError(
                    f"{folder.name}/{path.name}: the pattern of '{scheme.id}_{group.id}' has "
                    f"{len(group.pattern)} numbers for {len(scheme.features)} features."
                )
    return plan
