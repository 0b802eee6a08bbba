"""Parameter sets that a prediction runs over: one, or draws from a posterior.

Spread between patients is part of every parameter set. Uncertainty of the parameters is a set
of draws: a table with one row a draw and a column for each parameter that the draw replaces, as
a calibration writes it. Draws weigh the same; resample a weighted posterior before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.parameters import Parameter

SINGLE = (
    "a single parameter set, no posterior: the intervals hold the luck of a trial and not the "
    "uncertainty of the parameters"
)


@dataclass(frozen=True)
class Posterior:
    """Parameter sets of equal weight.

    Attributes
    ----------
    draws
        Typical values that replace those of the disease, by parameter id; one empty draw is the
        disease as it stands.
    source
        Where the draws are from, for the result.
    """

    draws: tuple[Mapping[str, float], ...] = ({},)
    source: str = SINGLE

    @property
    def is_single(self) -> bool:
        """Whether there is no uncertainty of the parameters in it."""
        return len(self.draws) == 1

    def diseases(self, disease: Disease) -> Iterator[Disease]:
        """Yield the disease under each draw.

        Raises
        ------
        SpecError
            A draw names a parameter that the disease does not have.
        """
        for place in range(len(self.draws)):
            yield self.disease(disease, place)

    def disease(self, disease: Disease, place: int) -> Disease:
        """Return the disease under the draw at `place`; raises as `diseases` does."""
        known, draw = {parameter.id for parameter in disease.parameters}, self.draws[place]
        strange = next((name for name in draw if name not in known), None)
        if strange is not None:
            raise SpecError(
                f"{self.source}: disease '{disease.id}' has no parameter '{strange}'; "
                f"{choices(strange, sorted(known))}"
            )
        parameters = tuple(_moved(p, draw[p.id]) if p.id in draw else p for p in disease.parameters)
        return replace(disease, parameters=parameters)

    def thinned(self, most: int) -> Posterior:
        """Return at most so many draws, evenly spaced."""
        if len(self.draws) <= most:
            return self
        kept = [self.draws[i * len(self.draws) // most] for i in range(most)]
        return Posterior(tuple(kept), f"{most} of {self.source}")


def _moved(parameter: Parameter, value: float) -> Parameter:
    """Return a parameter with another typical value.

    One that is alike in all patients stands in the text of the model, which the draws share; so
    it is given to each patient, without spread.
    """
    if parameter.distribution != "fixed":
        return replace(parameter, value=value)
    return replace(parameter, value=value, distribution="normal", cv=0.0)


def disease_posterior(disease: Disease) -> Posterior:
    """Return the posterior that a disease brings along, or its single parameter set.

    Raises
    ------
    SpecError
        The file ``posterior.csv`` of its folder cannot be read.
    """
    path = disease.folder / "posterior.csv"
    return read_posterior(path) if path.is_file() else Posterior()


def read_posterior(path: str | Path) -> Posterior:
    """Read draws from a CSV: one row a draw, one column a parameter.

    Raises
    ------
    SpecError
        The file cannot be read, is empty, or holds something else than finite numbers.
    """
    import numpy as np
    import pandas as pd

    file = Path(path)
    try:
        table = pd.read_csv(file, comment="#", skipinitialspace=True)
    except (OSError, ValueError) as error:
        raise SpecError(f"{path}: the posterior cannot be read ({error}).") from None
    if table.empty:
        raise SpecError(f"{file.name}: there are no draws; one row a draw is wanted.")
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]) or not np.isfinite(table[name]).all():
            raise SpecError(f"{file.name}: column '{name}' holds something else than numbers.")
    rows = tuple(
        {str(k): float(v) for k, v in row.items()} for row in table.to_dict(orient="records")
    )
    return Posterior(rows, f"{len(rows)} draws of {file.name}")
