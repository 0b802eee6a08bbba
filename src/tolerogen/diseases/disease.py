"""The values that make up a disease."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tolerogen.errors import SpecError, choices
from tolerogen.parameters import Parameter

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TargetNode:
    """Where in the model a therapy can act, and by which handles.

    Attributes
    ----------
    id, name
        ``IL7R``; "interleukin-7 receptor alpha (CD127)".
    kind
        ``receptor``, ``ligand`` or ``cell``.
    actions
        What a therapy can do here: ``block``, ``neutralise``, ``deplete``, ``activate``.
    pool
        Species that is the total target, nM; None where the model holds no amount of it.
    knock_down
        Model parameter (0 to 1): share of the target's RNA that is gone. The model multiplies the
        making of the target by what is left.
    isoform_shift
        Model parameter (0 to 1): share of the target's RNA that is spliced to the other isoform.
    occupancy
        Model parameter (0 to 1): share of the target that the drug holds.
    complex
        Model parameter: drug-target complex, nM.
    complex_loss
        Model parameter: loss rate of the complex, 1/day.
    kill
        Model parameter: kill rate of the cells that carry the target, 1/day.
    also
        Further model parameters (0 to 1) that take the same share as `occupancy`, for drugs that
        hold more than one target.
    """

    id: str
    name: str
    kind: Literal["receptor", "ligand", "cell"]
    actions: tuple[str, ...]
    source: str
    pool: str | None = None
    knock_down: str | None = None
    isoform_shift: str | None = None
    occupancy: str | None = None
    complex: str | None = None
    complex_loss: str | None = None
    kill: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Correlation:
    """Correlation of two quantities between patients, on the scale of their normal scores."""

    a: str
    b: str
    r: float
    source: str


@dataclass(frozen=True)
class Readout:
    """A model quantity that trials report: id in the model, label for people, unit."""

    id: str
    label: str
    unit: str


@dataclass(frozen=True)
class Arrow:
    """A reaction of the model in words: what it does, what drives it, where that is published."""

    id: str
    what: str
    drivers: str
    status: str
    source: str


@dataclass(frozen=True)
class PopulationTarget:
    """A published value that a virtual population is compared with.

    Attributes
    ----------
    measure, statistic
        What was measured, and how it was summed up (`tolerogen.patients.comparison`).
    population
        The kind of patients: ``clinic``, ``registry``, ``trial``.
    n
        Patients behind the value; None where it is not told.
    where
        Only patients who meet this condition; empty for all.
    other
        The second measure of a correlation.
    note
        Why a difference is to be expected, where that is known.
    """

    measure: str
    population: str
    statistic: str
    value: float
    unit: str
    n: int | None
    source: str
    where: str = ""
    other: str = ""
    note: str = ""


@dataclass(frozen=True)
class Disease:
    """A disease as read from its folder.

    Attributes
    ----------
    model
        Antimony text of the mechanistic model.
    parameters
        Typical values and spread between patients of the diseased state.
    targets
        Where a therapy can act, by target id.
    states
        Named parameter sets as overrides of `parameters`: ``disease`` (none), ``healthy``.
    readouts
        What trials report of the mechanism.
    question, not_for
        What the model is there to answer, and what it may not be used for.
    warning
        What every result must say about the state of the model; empty when there is nothing.
    """

    id: str
    name: str
    folder: Path
    model: str
    parameters: tuple[Parameter, ...]
    arrows: tuple[Arrow, ...]
    correlations: tuple[Correlation, ...]
    targets: Mapping[str, TargetNode]
    states: Mapping[str, Mapping[str, float]]
    readouts: tuple[Readout, ...]
    population_targets: tuple[PopulationTarget, ...]
    sources: tuple[str, ...]
    question: str = ""
    not_for: str = ""
    warning: str = ""

    def state(self, name: str) -> Mapping[str, float]:
        """Return the parameter overrides of a named state.

        Raises
        ------
        SpecError
            When the disease has no such state.
        """
        if name not in self.states:
            raise SpecError(
                f"disease '{self.id}' has no state '{name}'; {choices(name, self.states)}"
            )
        return self.states[name]

    def frame(self) -> pd.DataFrame:
        """Return the parameter table, one row a parameter, indexed by id."""
        import pandas as pd

        from tolerogen.provenance import plain

        return pd.DataFrame([plain(p) for p in self.parameters]).set_index("id")

    def to_sbml(self) -> str:
        """Return the model as SBML Level 3, derived from the Antimony text."""
        from tolerogen import engine

        return engine.load_model(self.model).sbml

    def citation(self) -> str:
        """Return the sources that the model and its parameters rest on, one a line."""
        return "\n".join(self.sources)
