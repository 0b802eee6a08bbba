"""The gate: four positions that hold an immunoglobulin variable domain together.

Two cysteines (IMGT 23 and 104) bridge the sheets, a tryptophan (41) packs against them, and a
tryptophan or phenylalanine (118) opens the J region. An alignment can score well without them; a
domain rarely folds without two of them. Therapeutic antibodies lack at most one (118, replaced to
help the domain stand alone).
"""

from __future__ import annotations

from collections.abc import Mapping

ANCHORS = {"23": "C", "41": "W", "104": "C", "118": "WF"}
NEEDED = 3
"""Anchors that must be in place for an alignment to count as a domain."""


def violated_anchors(imgt: Mapping[str, str]) -> tuple[str, ...]:
    """Name the conserved positions that do not hold, for example ``C23 is S``.

    Parameters
    ----------
    imgt
        Residue by IMGT position.

    Examples
    --------
    >>> violated_anchors({"23": "C", "41": "W", "104": "C", "118": "R"})
    ('W/F118 is R',)
    """
    return tuple(
        f"{'/'.join(allowed)}{place} is {imgt.get(place, 'missing')}"
        for place, allowed in ANCHORS.items()
        if imgt.get(place, "-") not in allowed
    )
