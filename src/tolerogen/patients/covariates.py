"""Covariates of a disease's patients: what ``covariates.toml`` says, and how to draw them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic.dataclasses import dataclass

from tolerogen.diseases.endpoints import read_toml
from tolerogen.diseases.endpoints.definition import STRICT, Link
from tolerogen.parameters import Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, config=STRICT)
class Effect:
    """A yes/no covariate multiplies a model parameter when it has the value `when`."""

    when: bool
    parameter: str
    factor: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Covariate:
    """One covariate.

    Attributes
    ----------
    kind
        ``yes_no`` (`probability`), ``normal`` (`mean`, `sd`) or ``lognormal`` (`median`,
        `log_sd`).
    low, high
        Bounds outside which a drawn value is clipped.
    parameter
        Model parameter that takes the value.
    """

    id: str
    name: str
    unit: str
    kind: Literal["yes_no", "normal", "lognormal"]
    status: Status
    source: str
    probability: float | None = None
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    log_sd: float | None = None
    low: float | None = None
    high: float | None = None
    parameter: str | None = None
    effect: tuple[Effect, ...] = ()

    def __post_init__(self) -> None:
        needed = {
            "yes_no": ("probability",),
            "normal": ("mean", "sd"),
            "lognormal": ("median", "log_sd"),
        }[self.kind]
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"covariate '{self.id}' of kind {self.kind} needs {missing}")

    def value(self, score: Array) -> NDArray[np.generic]:
        """Turn normal scores into values of the covariate: bool, or float in `unit`.

        A higher score is a higher value and a likelier yes, so that a positive correlation
        means what it says.
        """
        if self.kind == "yes_no":
            from scipy.special import ndtri

            return np.asarray(score > ndtri(1 - self.probability))  # type: ignore[operator]
        if self.kind == "normal":
            drawn = self.mean + self.sd * score  # type: ignore[operator]  # checked above
        else:
            drawn = self.median * np.exp(self.log_sd * score)  # type: ignore[operator]
        return np.asarray(np.clip(drawn, self.low, self.high))


@dataclass(frozen=True, config=STRICT)
class Covariates:
    """The covariates of a disease and what goes with what."""

    covariate: tuple[Covariate, ...]
    correlation: tuple[Link, ...] = ()


@cache
def read_covariates(folder: Path) -> Covariates:
    """Read ``covariates.toml`` of a disease folder.

    Raises
    ------
    SpecError
        When the file is missing or a key is wrong.
    """
    return read_toml(folder / "covariates.toml", Covariates)
