"""Full chains: constant regions, and changes of the Fc part in EU numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tolerogen.errors import SpecError, choices

ISOTYPES = {"IgG1": "IGHG1", "IgG2": "IGHG2", "IgG4": "IGHG4"}
FIRST_EU, LAST_EU = 118, 447
EU_GAPS = {"IGHG1": (), "IGHG2": (221, 222, 223, 236), "IGHG4": (221, 222, 223)}
"""EU numbers for which a gene has no residue: IgG1 is the reference (Edelman 1969,
doi:10.1073/pnas.63.1.78), the others as IMGT aligns them (doi:10.1093/nar/gku1056)."""

_MUTATION = re.compile(r"([A-Z])(\d+)([A-Z])")


@dataclass(frozen=True)
class FcChange:
    """A named set of mutations of the Fc part.

    Attributes
    ----------
    genes
        Constant regions in which it is used.
    mutations
        In EU numbers, ``S228P``.
    clearance
        What is left of linear clearance (1: no change), and where that is from.
    """

    name: str
    genes: tuple[str, ...]
    mutations: tuple[str, ...]
    effect: str
    source: str
    clearance: float = 1.0
    clearance_source: str = ""


@cache
def fc_changes() -> dict[str, FcChange]:
    """Return the Fc changes we know, by name."""
    text = files("tolerogen.antibodies").joinpath("data/fc_changes.toml").read_text("utf-8")
    return {
        name: FcChange(
            name=name,
            genes=tuple(row["gene"]),
            mutations=tuple(row["mutations"]),
            effect=row["effect"],
            source=row["source"],
            clearance=row.get("clearance", 1.0),
            clearance_source=row.get("clearance_source", ""),
        )
        for name, row in tomllib.loads(text).items()
    }


@cache
def constant_regions() -> dict[str, str]:
    """Return the constant regions by gene."""
    text = files("tolerogen.antibodies").joinpath("data/constant_human.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = [line.split(",") for line in lines[1:]]
    return {gene: sequence for gene, _, sequence, _ in rows}


def heavy_chain(vh: str, isotype: str, changes: Sequence[str] = ()) -> str:
    """Return a heavy chain: variable domain, constant region, Fc changes by name.

    Raises
    ------
    SpecError
        When isotype or change is unknown, or does not fit the other.

    Examples
    --------
    >>> heavy_chain("", "IgG4", ["S228P"])[98:110]
    'ESKYGPPCPPCP'
    """
    if isotype not in ISOTYPES:
        raise SpecError(f"'{isotype}' is not an isotype we have; {choices(isotype, ISOTYPES)}")
    gene = ISOTYPES[isotype]
    if {"afucosylated", "N297A"} <= set(changes):
        raise SpecError("'afucosylated' and 'N297A' exclude each other: without glycan, no fucose.")
    constant = list(constant_regions()[gene])
    for name in changes:
        if name not in fc_changes():
            raise SpecError(f"'{name}' is not an Fc change we know; {choices(name, fc_changes())}")
        change = fc_changes()[name]
        if gene not in change.genes:
            raise SpecError(f"Fc change '{name}' is not made for {isotype}.")
        for mutation in change.mutations:
            _mutate(constant, isotype, mutation)
    return vh + "".join(constant)


def eu_numbers(isotype: str) -> tuple[int, ...]:
    """Return the EU number of each residue of a heavy constant region.

    Raises
    ------
    SpecError
        When the isotype is unknown.

    Examples
    --------
    >>> eu_numbers("IgG4")[98:106]
    (216, 217, 218, 219, 220, 224, 225, 226)
    """
    if isotype not in ISOTYPES:
        raise SpecError(f"'{isotype}' is not an isotype we have; {choices(isotype, ISOTYPES)}")
    gaps = EU_GAPS[ISOTYPES[isotype]]
    return tuple(n for n in range(FIRST_EU, LAST_EU + 1) if n not in gaps)


def _mutate(constant: list[str], isotype: str, mutation: str) -> None:
    match = _MUTATION.fullmatch(mutation)
    if match is None:
        raise SpecError(f"'{mutation}' is not a mutation; write it as S228P, in EU numbers.")
    before, place, after = match.group(1), int(match.group(2)), match.group(3)
    numbers = eu_numbers(isotype)
    if place not in numbers:
        raise SpecError(f"{mutation}: {isotype} has no residue at EU {place}.")
    index = numbers.index(place)
    if constant[index] != before:
        raise SpecError(
            f"{mutation}: {isotype} has {constant[index]} at EU {place}; do two changes overlap?"
        )
    constant[index] = after


def light_chain(vl: str, chain: str) -> str:
    """Return a light chain; `chain` is ``K`` or ``L`` (IGLC2 stands for lambda)."""
    return vl + constant_regions()["IGKC" if chain == "K" else "IGLC2"]
