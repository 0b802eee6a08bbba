"""What is measured in a patient, and the same quantity in virtual ones."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Scale = Literal["log", "z", "points", "yes_no"]
FILE = "markers.toml"
YES = {"yes": 1.0, "no": 0.0, "positive": 1.0, "negative": 0.0, "1": 1.0, "0": 0.0}


@dataclass(frozen=True)
class Marker:
    """A quantity that a laboratory or a clinic reports.

    Attributes
    ----------
    columns
        Of a virtual patient; they add, times `factor`, to the marker in `unit`.
    scale
        ``log``: ratios count. ``z``: the user gives standard deviations from the mean of
        patients. ``points``: differences count. ``yes_no``.
    cv
        How well one sample tells it: coefficient of variation (``log``), standard deviation
        (``z``, ``points``), share of wrong answers (``yes_no``).
    """

    id: str
    name: str
    unit: str
    columns: tuple[str, ...]
    factor: float
    scale: Scale
    cv: float
    source: str

    def simulated(self, patients: pd.DataFrame) -> Array:
        """Return the marker of virtual patients, on the scale on which it is compared.

        Raises
        ------
        SpecError
            When the table lacks a column.
        """
        absent = [name for name in self.columns if name not in patients]
        if absent:
            raise SpecError(f"{FILE}, '{self.id}': virtual patients have no '{absent[0]}'.")
        value = patients[list(self.columns)].to_numpy(dtype=float).sum(axis=1) * self.factor
        if self.scale == "log":
            return np.asarray(np.log(value))
        if self.scale == "z":
            logs = np.log(value)
            return np.asarray((logs - logs.mean()) / (logs.std() or 1.0))
        return np.asarray(value)

    def compared(self, value: float) -> float:
        """Put a measured value on the scale on which it is compared.

        Raises
        ------
        SpecError
            When a quantity that has a logarithm is not above zero, or yes or no is neither.
        """
        if self.scale == "log":
            if value <= 0:
                raise SpecError(f"{self.name} is {value:g} {self.unit}; it must be above zero.")
            return math.log(value)
        if self.scale == "yes_no" and value not in (0.0, 1.0):
            raise SpecError(f"{self.name} is {value:g}; write yes or no.")
        return value

    @property
    def noise(self) -> float:
        """Standard deviation of a sample, on the scale on which it is compared."""
        return math.sqrt(math.log1p(self.cv**2)) if self.scale == "log" else self.cv


def read_markers(folder: Path) -> Mapping[str, Marker]:
    """Read ``markers.toml`` of a disease folder; empty where there is none.

    Raises
    ------
    SpecError
        Names the marker and the key that is wrong.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    found = {}
    for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        try:
            found[name] = Marker(
                id=name,
                name=entry["name"],
                unit=entry["unit"],
                columns=tuple(entry["columns"]),
                factor=float(entry["factor"]),
                scale=cast(Scale, entry["scale"]),
                cv=float(entry["cv"]),
                source=entry["source"],
            )
        except KeyError as error:
            raise SpecError(f"{FILE}, '{name}': the key {error} is missing.") from None
    return found


def read_value(text: str, markers: Mapping[str, Marker]) -> tuple[str, float]:
    """Read ``igg=18.5`` or ``anti_ro=yes``.

    Raises
    ------
    SpecError
        The marker is unknown or the value is no number.

    Examples
    --------
    >>> from tolerogen.diseases import load_disease
    >>> read_value("anti_ro=yes", read_markers(load_disease("sjogren").folder))
    ('anti_ro', 1.0)
    """
    name, _, value = (part.strip() for part in text.partition("="))
    if name not in markers:
        raise SpecError(f"there is no marker '{name}'; {choices(name, markers)}")
    if markers[name].scale == "yes_no" and value.lower() in YES:
        return name, YES[value.lower()]
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SpecError(
            f"'{text}': the value of {markers[name].name} must be a number in {markers[name].unit}."
        )
    return name, number
