"""What counts as a CDR: six definitions, each on the numbering it was written for.

Sources: IMGT, doi:10.1016/S0145-305X(02)00039-3; Kabat, 5th edition (1991); Chothia, the loops of
Al-Lazikani 1997, doi:10.1006/jmbi.1997.1354; Martin (AbM) and contact, MacCallum 1996,
doi:10.1006/jmbi.1996.0548; North 2011, doi:10.1016/j.jmb.2010.10.030, on AHo numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from tolerogen.errors import SpecError, choices

SCHEMES = ("imgt", "kabat", "chothia", "martin", "aho")

Spans = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class CdrDefinition:
    """First and last position of CDR1, 2 and 3 in `scheme`, letters included."""

    scheme: str
    heavy: Spans
    light: Spans


DEFINITIONS = {
    "imgt": CdrDefinition(
        "imgt", ((27, 38), (56, 65), (105, 117)), ((27, 38), (56, 65), (105, 117))
    ),
    "kabat": CdrDefinition(
        "kabat", ((31, 35), (50, 65), (95, 102)), ((24, 34), (50, 56), (89, 97))
    ),
    "chothia": CdrDefinition(
        "chothia", ((26, 32), (52, 56), (95, 102)), ((24, 34), (50, 56), (89, 97))
    ),
    "martin": CdrDefinition(
        "martin", ((26, 35), (50, 58), (95, 102)), ((24, 34), (50, 56), (89, 97))
    ),
    "contact": CdrDefinition(
        "chothia", ((30, 35), (47, 58), (93, 101)), ((30, 36), (46, 55), (89, 96))
    ),
    "north": CdrDefinition(
        "aho", ((24, 42), (57, 69), (107, 138)), ((24, 42), (57, 72), (107, 138))
    ),
}
OWN = {**{scheme: scheme for scheme in SCHEMES}, "aho": "north"}
"""Definition that goes with a scheme when the user names none."""

_NUMBER = re.compile(r"\d+")


def cdr_definition(name: str | None, scheme: str) -> tuple[str, CdrDefinition]:
    """Return the definition of that name, or the one that goes with `scheme`.

    Raises
    ------
    SpecError
        When there is no definition of that name.
    """
    chosen = name or OWN[scheme]
    if chosen not in DEFINITIONS:
        raise SpecError(f"'{name}' is not a CDR definition we know; {choices(chosen, DEFINITIONS)}")
    return chosen, DEFINITIONS[chosen]


def in_cdr(definition: CdrDefinition, chain: str, positions: Sequence[str]) -> list[int]:
    """Tell for each of `positions` (in the definition's scheme) which CDR it is in, 0 for none.

    Examples
    --------
    >>> in_cdr(DEFINITIONS["imgt"], "H", ["26", "27", "111A", "118"])
    [0, 1, 3, 0]
    """
    spans = definition.heavy if chain == "H" else definition.light
    return [_mark(spans, position) for position in positions]


@lru_cache(maxsize=4096)  # the same few layouts come again and again
def cdr_slices(
    definition: CdrDefinition, chain: str, positions: tuple[str, ...]
) -> tuple[slice, slice, slice]:
    """Return where CDR1, CDR2 and CDR3 lie in the residues at `positions`."""
    marks = in_cdr(definition, chain, positions)
    first, second, third = (
        slice(marks.index(k), len(marks) - marks[::-1].index(k)) if k in marks else slice(0, 0)
        for k in (1, 2, 3)
    )
    return first, second, third


@cache
def _mark(spans: Spans, position: str) -> int:
    match = _NUMBER.match(position)
    place = int(match.group()) if match else 0
    return next((k for k, (low, high) in enumerate(spans, 1) if low <= place <= high), 0)
