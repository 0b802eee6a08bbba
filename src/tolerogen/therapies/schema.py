"""The shape of a therapy file, checked by pydantic; errors name file, key and allowed values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tolerogen.errors import SpecError, choices
from tolerogen.parameters import Distribution, Status
from tolerogen.therapies.antidrug import ONSET
from tolerogen.therapies.dosing import Route
from tolerogen.therapies.therapy import Action, Elimination, Modality


class Strict(BaseModel):
    """A table of a file in which every key must be known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            for key in data:
                if key not in cls.model_fields:
                    raise ValueError(f"unknown key '{key}'; {choices(str(key), cls.model_fields)}")
        return data


class ParameterSpec(Strict):
    """A value with unit, spread (`cv`, or `omega2` of a lognormal), status and source."""

    value: float
    unit: str
    distribution: Distribution | None = None
    cv: float | None = Field(default=None, ge=0)
    omega2: float | None = Field(default=None, ge=0)
    status: Status
    source: str
    low: float | None = None
    high: float | None = None
    note: str = ""

    @model_validator(mode="after")
    def _one_spread(self) -> ParameterSpec:
        if self.cv is not None and self.omega2 is not None:
            raise ValueError("give 'cv' or 'omega2', not both")
        return self


class PkSpec(Strict):
    """The ``pk`` table."""

    template: str
    elimination: Elimination = "linear"
    reference_weight: str | None = None
    exponents: dict[str, float] = {}
    exponents_source: str | None = None
    parameters: dict[str, ParameterSpec] = {}


class BindingSpec(Strict):
    """The ``binding`` table, quantities with units."""

    kd: str | None = None
    kon: str | None = None
    koff: str | None = None
    valency: int | None = Field(default=None, ge=1)
    source: str


class ImmunogenicitySpec(Strict):
    """The ``immunogenicity`` table."""

    ada_incidence: float = Field(ge=0, le=1)
    context: str
    source: str
    clearance_fold: float = Field(default=1.0, ge=1)
    onset: float = Field(default=ONSET, gt=0)


class DoseRuleSpec(Strict):
    """One entry of a regimen's ``doses``."""

    amount: str
    route: Route
    at: list[str] | None = None
    weeks: list[float] | None = None
    days: list[float] | None = None
    every: str | None = None
    count: int | None = None
    until: str | None = None
    start: str = "0 days"
    duration: str | None = None
    cap: str | None = None


class RegimenSpec(Strict):
    """A regimen: dose rules, and which doses are missed."""

    label: str = ""
    source: str = "unsourced"
    doses: list[DoseRuleSpec] = Field(min_length=1)
    missed: list[int] = []
    missed_probability: float = Field(default=0.0, ge=0, lt=1)


class TherapySpec(Strict):
    """A whole therapy file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    synonyms: list[str] = []
    target: str
    action: Action
    modality: Modality
    mass: str
    mass_source: str = "unsourced"
    isotype: str | None = None
    fc: str | None = None
    sources: list[str] = []
    notes: str = ""
    binding: BindingSpec | None = None
    pk: PkSpec
    effect: dict[Literal["Emax", "EC50", "hill", "Imax", "IC50", "uptake"], ParameterSpec] = {}
    immunogenicity: ImmunogenicitySpec | None = None
    regimens: dict[str, RegimenSpec] = {}


S = TypeVar("S", bound=Strict)


def checked(shape: type[S], data: Mapping[str, Any], where: str) -> S:
    """Return `data` in its shape.

    Raises
    ------
    SpecError
        One sentence for every key that is wrong: file, key, what is allowed.
    """
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        found = [_sentence(detail) for detail in error.errors()]
        raise SpecError(f"{where}: {' Also: '.join(found)}") from None


def _sentence(detail: Any) -> str:
    key = ".".join(str(part) for part in detail["loc"] if part != "[key]")
    message = str(detail["msg"]).removeprefix("Value error, ").rstrip(".")
    given = detail.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float) else ""
    return f"{key}: {message}{shown}." if key else f"{message}{shown}."
