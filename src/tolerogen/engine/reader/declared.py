"""A model as declared: what the SBML text says, with defaults filled in and nothing worked out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tolerogen.engine.reader.formula import Formula


@dataclass(frozen=True)
class Function:
    """A function definition; without a body it has no value."""

    arguments: tuple[str, ...]
    body: Formula | None


@dataclass(frozen=True)
class Compartment:
    """A compartment; `size` is None where the text gives none."""

    size: float | None
    dimensions: float
    constant: bool


@dataclass(frozen=True)
class Species:
    """A species: `amount` or `concentration` at the start, or neither.

    `in_amounts` tells what its id stands for in mathematics: the amount (declared
    ``hasOnlySubstanceUnits``, or in a compartment of no dimensions) or the concentration.
    `factor` is the parameter that converts extents of reactions to its substance.
    """

    compartment: str
    amount: float | None
    concentration: float | None
    in_amounts: bool
    boundary: bool
    constant: bool
    factor: str


@dataclass(frozen=True)
class Parameter:
    """A global parameter; `value` is None where the text gives none."""

    value: float | None
    constant: bool


@dataclass(frozen=True)
class Reference:
    """A species in a reaction: `sign` is -1 for a reactant and 1 for a product.

    `id` is empty where it has none; `math`, of SBML level 2, stands in place of the number.
    """

    id: str
    species: str
    sign: int
    stoichiometry: float | None
    math: Formula | None
    constant: bool


@dataclass(frozen=True)
class Reaction:
    """A reaction; `rate` is None where the text gives none, `local` its own parameters."""

    references: tuple[Reference, ...]
    rate: Formula | None
    local: Mapping[str, float]


@dataclass(frozen=True)
class Happening:
    """An event, those parts that have mathematics; see `tolerogen.engine.reader.system.Event`."""

    id: str
    trigger: Formula | None
    initially: bool
    persistent: bool
    delay: Formula | None
    priority: Formula | None
    from_trigger: bool
    assignments: Mapping[str, Formula]


@dataclass(frozen=True)
class Declared:
    """All of a model. Mappings go by id, in the order of the text."""

    functions: Mapping[str, Function]
    compartments: Mapping[str, Compartment]
    species: Mapping[str, Species]
    parameters: Mapping[str, Parameter]
    reactions: Mapping[str, Reaction]
    references: Mapping[str, Reference]
    initial: Mapping[str, Formula]
    assigned: Mapping[str, Formula]
    rated: Mapping[str, Formula]
    algebraic: tuple[Formula, ...]
    happenings: tuple[Happening, ...]


def nan_if_none(value: float | None) -> float:
    """Return a number the text gives, NaN where it gives none."""
    return math.nan if value is None else value
