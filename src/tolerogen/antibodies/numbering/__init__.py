"""Numbering: which residue of a variable domain stands where.

A scheme gives every residue a position that means the same in every antibody: conserved
cysteines at 23 and 104, CDR3 between 105 and 117 in IMGT. `number` finds the domains of a
sequence (several in an scFv), aligns them with immunum, and says when not to rely on it:

`anchors`
    Four positions that must hold; an alignment without three of them is no domain, and every
    violated one is told.
`placement`
    Inserted and missing framework residues, where numbering programs follow conventions.
`germline`
    Nearest human V and J gene, from the IMGT positions, so the same in every scheme.
`definitions`
    CDRs as IMGT, Kabat, Chothia, Martin (AbM), contact and North define them.
"""

from __future__ import annotations

from tolerogen.antibodies.numbering.definitions import DEFINITIONS, SCHEMES
from tolerogen.antibodies.numbering.domain import Chain, Domain, GermlineMatch, Numbered
from tolerogen.antibodies.numbering.germline import germline_residues
from tolerogen.antibodies.numbering.mutations import SomaticMutation, somatic_mutations
from tolerogen.antibodies.numbering.number import number, number_many

__all__ = [
    "DEFINITIONS",
    "SCHEMES",
    "Chain",
    "Domain",
    "GermlineMatch",
    "Numbered",
    "SomaticMutation",
    "germline_residues",
    "number",
    "number_many",
    "somatic_mutations",
]
