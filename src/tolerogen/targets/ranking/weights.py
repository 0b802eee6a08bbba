"""The columns of a ranking, their weights, and the numbers that turn effects into a column."""

from __future__ import annotations

from collections.abc import Mapping

from tolerogen.errors import SpecError, choices
from tolerogen.targets.scoring import check_weights

COLUMNS = ("genetics", "expression", "mechanism", "modality_fit", "safety", "precedence")
WEIGHTS: Mapping[str, float] = {
    "genetics": 0.10,
    "expression": 0.10,
    "mechanism": 0.35,
    "modality_fit": 0.15,
    "safety": 0.10,
    "precedence": 0.20,
}
"""Assumed, and stated with every ranking. Genetics counts little because support is worth 1.76 and
not 2.6 in immunology, and because it says nothing of how far a drug gets."""

BENEFIT: Mapping[str, float] = {"essdai": 0.70, "esspri": 0.15, "flow": 0.15}
"""How the mechanism column is made of changes, each over its clinically important size: assumed;
ESSDAI is the primary outcome of most trials."""
FLOW = 0.25
"""Rise of salivary flow that counts in full: the salivary item of STAR (ard markup/297421)."""


def chosen_weights(changes: Mapping[str, float]) -> dict[str, float]:
    """Return the weights with some changed.

    Raises
    ------
    SpecError
        An unknown column, a weight below 0 or above 1, or nothing but zeros.

    Examples
    --------
    >>> chosen_weights({"genetics": 0.0})["genetics"]
    0.0
    """
    for name in changes:
        if name not in WEIGHTS:
            raise SpecError(f"there is no column '{name}' to weigh; {choices(name, WEIGHTS)}")
    check_weights(changes)
    weights = {**WEIGHTS, **changes}
    if not sum(weights.values()):
        raise SpecError("all weights are 0; at least one column must count.")
    return weights


def composite(columns: Mapping[str, float | None], weights: Mapping[str, float]) -> float:
    """Return the weighted mean of the columns; an empty one counts as 0, no evidence as no credit.

    Examples
    --------
    >>> composite({"genetics": 1.0, "mechanism": None}, {"genetics": 0.5, "mechanism": 0.5})
    0.5
    """
    total = sum(weights.values())
    return sum(weight * (columns.get(name) or 0.0) for name, weight in weights.items()) / total
