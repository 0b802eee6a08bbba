"""What ``endotypes.toml`` of a disease says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from tolerogen.diseases.endpoints import read_toml
from tolerogen.diseases.endpoints.definition import STRICT
from tolerogen.errors import SpecError


@dataclass(frozen=True, config=STRICT)
class Feature:
    """Something by which patients are sorted, or their classes described.

    Attributes
    ----------
    column
        Column of `tolerogen.patients.first_visit`.
    scale
        ``log``: looked at as its natural logarithm; ``linear``.
    clinic
        Whether a clinic could measure it.
    sorts
        Whether classes are made from it; else it only describes them.
    cv
        Coefficient of variation that one measurement adds where the visit does not already.
    """

    id: str
    name: str
    column: str
    unit: str
    scale: Literal["log", "linear"] = "log"
    clinic: bool = False
    sorts: bool = False
    cv: float = 0.0
    source: str = ""


@dataclass(frozen=True, config=STRICT)
class PublishedStability:
    """How well a published classification held."""

    name: str
    share: float
    source: str


@dataclass(frozen=True, config=STRICT)
class EndotypePlan:
    """The file as a whole.

    Attributes
    ----------
    therapies
        Given where the user names none, ``name:regimen``.
    published
        What the stability of virtual classes is set beside.
    """

    feature: tuple[Feature, ...]
    therapies: tuple[str, ...] = ()
    published: tuple[PublishedStability, ...] = ()

    @property
    def sorting(self) -> tuple[Feature, ...]:
        """Features from which classes are made."""
        return tuple(f for f in self.feature if f.sorts)

    @property
    def markers(self) -> tuple[Feature, ...]:
        """Features that a clinic could measure."""
        return tuple(f for f in self.feature if f.clinic)


@cache
def read_endotype_plan(folder: Path) -> EndotypePlan:
    """Read ``endotypes.toml`` of a disease folder.

    Raises
    ------
    SpecError
        When the file is missing or wrong, or fewer than two features sort.
    """
    plan = read_toml(folder / "endotypes.toml", EndotypePlan)
    if len(plan.sorting) < 2:
        raise SpecError(
            f"{folder.name}/endotypes.toml: classes need at least two features with sorts = true."
        )
    return plan
