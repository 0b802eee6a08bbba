"""A parameter of a model: its value, unit, spread between patients, and where it is from.

Diseases and therapies both bring parameters and populations sample them, so the value lives
on the ground floor. The same columns make up every ``parameters.csv`` of the house.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from tolerogen.errors import SpecError, choices

Distribution = Literal["fixed", "lognormal", "normal", "logitnormal"]
Status = Literal["measured", "derived", "fitted", "assumed", "unsourced"]


@dataclass(frozen=True)
class Parameter:
    """One row of a parameter table.

    Attributes
    ----------
    id
        Name in the model.
    value
        Typical value (the median between patients), in `unit`.
    unit
        Unit, as declared in the model.
    distribution
        How it differs between patients. `cv` is the coefficient of variation of a lognormal,
        the standard deviation over the mean of a normal, and the standard deviation on the
        logit scale of a logitnormal.
    cv
        Spread between patients; 0 for ``fixed``.
    status
        ``measured``, ``derived`` from measurements, ``fitted``, ``assumed`` or ``unsourced``.
    source
        DOI, PMID, registry id or URL; for an assumption, the reasoning.
    low, high
        Bounds outside which a sampled value is clipped; None where there are none.
    """

    id: str
    value: float
    unit: str
    distribution: Distribution = "fixed"
    cv: float = 0.0
    status: Status = "assumed"
    source: str = "assumed"
    low: float | None = None
    high: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("distribution", self.distribution, get_args(Distribution)),
            ("status", self.status, get_args(Status)),
        ):
            if value not in allowed:
                raise SpecError(
                    f"parameter {self.id}: {name} '{value}' is unknown; {choices(value, allowed)}"
                )
        if self.cv < 0:
            raise SpecError(f"parameter {self.id}: cv is {self.cv}; it cannot be negative.")
        if self.distribution == "lognormal" and self.value <= 0:
            raise SpecError(f"parameter {self.id}: a lognormal value must be above zero.")
        if self.distribution == "logitnormal" and not 0 < self.value < 1:
            raise SpecError(f"parameter {self.id}: a logitnormal value must lie in (0, 1).")


def read_parameters(path: Path) -> tuple[Parameter, ...]:
    """Read a parameter table.

    Parameters
    ----------
    path
        CSV with the columns ``id, value, unit, distribution, cv, low, high, status, source,
        note``; further columns are left to the caller.

    Raises
    ------
    SpecError
        Names the file and line of the first row that cannot be used.
    """
    rows: list[Parameter] = []
    with path.open(newline="", encoding="utf-8") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=2):
            try:
                rows.append(_parameter(row))
            except (KeyError, ValueError, SpecError) as error:
                raise SpecError(f"{path.name}, line {line}: {error}") from None
    return tuple(rows)


def _parameter(row: dict[str, str]) -> Parameter:
    return Parameter(
        id=row["id"],
        value=float(row["value"]),
        unit=row["unit"],
        distribution=row["distribution"],  # type: ignore[arg-type]  # checked in __post_init__
        cv=float(row["cv"] or 0),
        status=row["status"],  # type: ignore[arg-type]  # checked in __post_init__
        source=row["source"],
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        note=row.get("note", ""),
    )
