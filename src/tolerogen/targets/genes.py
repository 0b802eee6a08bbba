"""Gene symbols: the approved one from any name in use, and a suggestion for a mistyped one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal, cast

Location = Literal["membrane", "secreted", "endosome", "cytosol", "nucleus"]
Class = Literal["receptor", "ligand", "kinase", "enzyme", "gpcr", "transcription_factor", "other"]
Role = Literal["driver", "brake", "unknown"]
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Gene:
    """A gene of the bundled set.

    Attributes
    ----------
    symbol, name
        Approved by HGNC.
    aliases
        Other names in use, upper case.
    location
        Where the protein is when it works.
    kind
        What sort of protein it is, for what can bind it.
    role
        ``brake`` holds the disease back and must not be inhibited.
    cells
        Which cells make most of it, for the reach of an oligo.
    source
        Where role and location are from.
    """

    symbol: str
    name: str
    aliases: tuple[str, ...]
    location: Location
    kind: Class
    role: Role
    cells: str
    source: str


@dataclass(frozen=True)
class Unknown:
    """A symbol that is not in the bundled set, and what may have been meant."""

    symbol: str
    suggestions: tuple[str, ...]


@cache
def genes() -> Mapping[str, Gene]:
    """Return the bundled genes by approved symbol."""
    lines = (DATA / "genes.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        row["id"]: Gene(
            symbol=row["id"],
            name=row["name"],
            aliases=tuple(row["aliases"].split(";")),
            location=cast(Location, row["location"]),
            kind=cast(Class, row["class"]),
            role=cast(Role, row["role"]),
            cells=row["cells"],
            source=row["source"],
        )
        for row in rows
    }


@cache
def _names() -> Mapping[str, str]:
    """Approved symbol by any name, folded; an alias never hides another gene's symbol."""
    names = {_fold(alias): g.symbol for g in genes().values() for alias in g.aliases}
    return names | {_fold(symbol): symbol for symbol in genes()}


def _fold(name: str) -> str:
    return name.strip().upper().replace("-", "").replace(" ", "").replace("_", "")


def resolve(name: str) -> str | None:
    """Return the approved symbol of a gene named in any usual way; None when it is not known.

    Examples
    --------
    >>> resolve("CD127"), resolve("baff-r"), resolve("IL7R"), resolve("XYZ1")
    ('IL7R', 'TNFRSF13C', 'IL7R', None)
    """
    return _names().get(_fold(name))


def suggest(name: str, most: int = 3) -> tuple[str, ...]:
    """Return symbols whose name or alias looks like `name`, the closest first.

    Examples
    --------
    >>> suggest("TNFAIP33")
    ('TNFAIP3',)
    """
    close = get_close_matches(_fold(name), _names(), n=3 * most, cutoff=0.75)
    return tuple(dict.fromkeys(_names()[c] for c in close))[:most]


def unknown_symbols(names: Iterable[str]) -> tuple[Unknown, ...]:
    """List the names that are not in the bundled set, once each, with suggestions.

    Examples
    --------
    >>> unknown_symbols(["IL7R", "STAT44"])
    (Unknown(symbol='STAT44', suggestions=('STAT4',)),)
    """
    strange = dict.fromkeys(name for name in names if resolve(name) is None)
    return tuple(Unknown(name, suggest(name)) for name in strange)
