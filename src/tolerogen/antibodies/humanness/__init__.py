"""Humanness: how like the antibodies that people make, and how to come nearer.

`humanness` scores a domain: identity to the nearest human V gene, less the share of residues that
are rare (under 1 %) at their place in human antibodies of that V family. Germline identity alone
punishes what affinity maturation does in everybody; the repertoire alone forgives a mosaic of
common residues that no gene has together. `humanise` replaces framework residues that people seldom
have, keeps CDRs (Kabat and IMGT together) and, unless very rare, the Vernier residues under them,
and gives a reason for each change. A dial trades conservation for humanness.
"""

from __future__ import annotations

from tolerogen.antibodies.humanness.humanise import (
    DIALS,
    Humanised,
    Mutation,
    humanise,
    humanise_domain,
)
from tolerogen.antibodies.humanness.score import Humanness, humanness

__all__ = [
    "DIALS",
    "Humanised",
    "Humanness",
    "Mutation",
    "humanise",
    "humanise_domain",
    "humanness",
]
