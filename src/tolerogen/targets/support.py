"""What genetic support is worth: relative success by field, not the headline.

A programme whose target has human genetic support reaches the market more often than one without.
How much more differs by field, and in immunology it is less than in medicine as a whole.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tolerogen.errors import SpecError, choices

FILE = Path(__file__).parent / "data" / "success.toml"


@dataclass(frozen=True)
class Success:
    """How programmes fare.

    Attributes
    ----------
    relative
        Success with genetic support over success without, by field; ``all`` is the headline.
    transitions
        Share of autoimmune programmes that pass a phase, by phase.
    source, transitions_source
        Where they are from.
    """

    relative: Mapping[str, float]
    transitions: Mapping[str, float]
    source: str
    transitions_source: str


@cache
def success() -> Success:
    """Return the published success rates."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    relative, transitions = dict(data["relative"]), dict(data["transitions"])
    return Success(
        source=relative.pop("source"),
        transitions_source=transitions.pop("source"),
        relative=relative,
        transitions=transitions,
    )


def supported_odds(probability: float, field: str = "immune") -> float:
    """Return the probability of success with genetic support, from that without.

    Parameters
    ----------
    probability
        Of a programme without genetic support, 0 to 1.
    field
        ``immune``, ``musculoskeletal``, ... or ``all``.

    Raises
    ------
    SpecError
        For an unknown field or a probability outside 0 to 1.

    Examples
    --------
    >>> round(supported_odds(0.10), 4), round(supported_odds(0.10, "all"), 4)
    (0.1759, 0.2632)
    """
    known = success().relative
    if field not in known:
        raise SpecError(f"there is no relative success for '{field}'; {choices(field, known)}")
    if not 0 <= probability <= 1:
        raise SpecError(f"a probability of {probability:g} is not between 0 and 1.")
    return min(1.0, probability * known[field])
