"""What a calibration reads: free parameters, observations, designs, settings.

All of it lies in the folder ``calibration`` of the disease, in files a scientist can read and
change: ``free.csv``, ``data.csv``, ``trials.json``, ``settings.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from pydantic.dataclasses import dataclass as checked

from tolerogen.diseases.endpoints import read_toml
from tolerogen.diseases.endpoints.definition import STRICT
from tolerogen.errors import SpecError, choices
from tolerogen.trials.validation.published import PublishedTrial, read_published

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease

    Array = NDArray[np.float64]

Scale = Literal["log", "logit"]
Kind = Literal["difference", "no_difference", "fall_1", "fall_3", "fold", "falls"]
SUBSET = r"(\w+) >= (\d+(?:\.\d+)?)"


@dataclass(frozen=True)
class Free:
    """A free parameter: normal prior around a value, on a scale.

    Attributes
    ----------
    parameter
        Id in the parameter table of the disease.
    scale
        ``log`` for positive numbers, ``logit`` for shares.
    value
        Median of the prior. The parameter table of the disease may hold another, the calibrated.
    sd
        Of the prior, on the scale.
    """

    parameter: str
    scale: Scale
    value: float
    sd: float
    source: str

    def values(self, scores: Array) -> Array:
        """Turn standard normal scores into values of the parameter, any shape.

        Examples
        --------
        >>> Free("k", "log", 2.0, 0.5, "assumed").values(np.array([0.0]))
        array([2.])
        """
        if self.scale == "log":
            return np.asarray(self.value * np.exp(self.sd * scores))
        start = np.log(self.value / (1 - self.value))
        return np.asarray(1 / (1 + np.exp(-(start + self.sd * scores))))


@dataclass(frozen=True)
class Observation:
    """One published number that the posterior must answer for.

    Attributes
    ----------
    mechanism
        Class of the drug, for leaving one out.
    measure
        Score (``essdai``), or observable of the model for the kinds ``fold`` and ``falls``.
    kind
        ``difference`` from placebo, points; ``no_difference``, reported without a number;
        ``fall_1``, ``fall_3``: difference of the shares that fell by 1 or 3 points; ``fold``: of
        the observable over its start, active arm, compared as logarithms; ``falls``: it fell.
    value, sd
        Published number and its standard error (of the logarithm for ``fold`` and ``falls``).
    subset
        Only patients with this baseline, ``essdai >= 5``; empty for all.
    """

    trial_id: str
    arm: str
    mechanism: str
    measure: str
    week: float
    kind: Kind
    value: float
    sd: float
    subset: str
    source: str
    note: str

    @property
    def name(self) -> str:
        """What it is, in a line."""
        among = f" ({self.subset})" if self.subset else ""
        return f"{self.trial_id} {self.arm}, {self.measure} week {self.week:g}, {self.kind}{among}"


@checked(frozen=True, config=STRICT)
class Simulation:
    """Sizes of the simulation; see ``settings.toml``."""

    sets: int
    again: int
    patients: int
    pool: int
    trials: int
    source: str


@checked(frozen=True, config=STRICT)
class Likelihood:
    """Discrepancies: SD of what no parameter set explains, by kind of number."""

    discrepancy: float
    discrepancy_esspri: float
    discrepancy_share: float
    source: str


@checked(frozen=True, config=STRICT)
class Sampling:
    """Sizes of the Markov chains."""

    walkers: int
    steps: int
    burn_in: int
    draws: int
    source: str


@checked(frozen=True, config=STRICT)
class Settings:
    """All of ``settings.toml``."""

    simulation: Simulation
    likelihood: Likelihood
    sampling: Sampling


@dataclass(frozen=True)
class Inputs:
    """Everything that is read, checked against the disease."""

    disease: Disease
    free: tuple[Free, ...]
    observations: tuple[Observation, ...]
    trials: tuple[PublishedTrial, ...]
    settings: Settings

    def values(self, scores: Array) -> Array:
        """Turn scores (sets, free) into values of the free parameters, same shape."""
        return np.column_stack([f.values(scores[:, i]) for i, f in enumerate(self.free)])


def read_inputs(disease: Disease) -> Inputs:
    """Read the folder ``calibration`` of a disease.

    Raises
    ------
    SpecError
        A file is missing, or names what disease, trials or arms do not have; it says which row.
    """
    folder = disease.folder / "calibration"
    if not folder.is_dir():
        raise SpecError(
            f"disease '{disease.id}' has no folder 'calibration' with free.csv, data.csv, "
            "trials.json and settings.toml; there is nothing to calibrate."
        )
    trials = read_published(folder / "trials.json")
    return Inputs(
        disease=disease,
        free=tuple(_free(row, disease) for row in table(folder / "free.csv")),
        observations=tuple(_observation(row, trials) for row in table(folder / "data.csv")),
        trials=trials,
        settings=read_toml(folder / "settings.toml", Settings),
    )


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV as text by column.

    Raises
    ------
    SpecError
        The file cannot be read.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise SpecError(f"{path.name}: the file cannot be read ({error}).") from None
    rows = table.to_dict(orient="records")
    return [{str(k): str(v) for k, v in row.items()} for row in rows]


def _free(row: dict[str, str], disease: Disease) -> Free:
    known = [p.id for p in disease.parameters]
    name, scale = row["parameter"], row["scale"]
    if name not in known:
        raise SpecError(
            f"free.csv: disease '{disease.id}' has no parameter '{name}'; {choices(name, known)}"
        )
    if scale not in get_args(Scale):
        raise SpecError(f"free.csv, {name}: scale '{scale}'; {choices(scale, get_args(Scale))}")
    value, sd = (_number(row, key, f"free.csv, {name}") for key in ("value", "sd"))
    if scale == "logit" and not 0 < value < 1:
        raise SpecError(f"free.csv, {name}: {value:g} is not between 0 and 1; use 'log'.")
    if sd <= 0:
        raise SpecError(f"free.csv, {name}: sd is {sd:g}; a positive number is wanted.")
    return Free(name, "log" if scale == "log" else "logit", value, sd, row["source"])


def _observation(row: dict[str, str], trials: tuple[PublishedTrial, ...]) -> Observation:
    where = f"data.csv, {row['trial_id']} {row['measure']}"
    arms = {t.trial_id: [a.name for a in t.arms or ()] for t in trials}
    if row["trial_id"] not in arms:
        raise SpecError(f"{where}: no such trial in trials.json; {choices(row['trial_id'], arms)}")
    if row["arm"] not in arms[row["trial_id"]]:
        raise SpecError(
            f"{where}: no arm '{row['arm']}'; {choices(row['arm'], arms[row['trial_id']])}"
        )
    kind = next((k for k in get_args(Kind) if k == row["kind"]), None)
    if kind is None:
        raise SpecError(f"{where}: kind '{row['kind']}'; {choices(row['kind'], get_args(Kind))}")
    numbers = {key: _number(row, key, where) for key in ("week", "value", "sd")}
    if numbers["sd"] <= 0 or numbers["week"] <= 0:
        raise SpecError(f"{where}: sd and week must be positive.")
    return Observation(
        trial_id=row["trial_id"],
        arm=row["arm"],
        mechanism=row["mechanism"],
        measure=row["measure"],
        week=numbers["week"],
        kind=kind,
        value=numbers["value"],
        sd=numbers["sd"],
        subset=row["subset"],
        source=row["source"],
        note=row["note"],
    )


def _number(row: dict[str, str], key: str, where: str) -> float:
    try:
        return float(row[key])
    except ValueError:
        raise SpecError(f"{where}: {key} '{row[key]}' is not a number.") from None
