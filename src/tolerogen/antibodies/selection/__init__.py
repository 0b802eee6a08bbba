"""Selection: which antibodies of a panel go on, what to measure next, what to make.

`rank_panel` puts a table of measured properties into Pareto fronts and, with weights that are
stated, into an order; errors and missing values are drawn, so a place comes with its chance.
`fit_surrogate` learns a property from measured variants by a Gaussian process over their
sequences, `propose_batch` names those worth measuring next, `propose_hits` those that most likely
meet several goals at once. `scan_library` and `design_library` say which variants to make: one
substitution at a time, or degenerate codons with what they cost.
"""

from __future__ import annotations

from tolerogen.antibodies.selection.figure import draw_panel
from tolerogen.antibodies.selection.hits import Hit, Threshold, propose_hits, read_threshold
from tolerogen.antibodies.selection.library import (
    Library,
    best_codon,
    design_library,
    scan_library,
    single_variants,
)
from tolerogen.antibodies.selection.panel import Goal, Panel, read_panel
from tolerogen.antibodies.selection.pareto import pareto_fronts
from tolerogen.antibodies.selection.propose import Proposal, propose_batch
from tolerogen.antibodies.selection.rank import Ranked, rank_panel
from tolerogen.antibodies.selection.surrogate import Surrogate, fit_surrogate
from tolerogen.antibodies.selection.variants import read_candidates, read_variants

__all__ = [
    "Goal",
    "Hit",
    "Library",
    "Panel",
    "Proposal",
    "Ranked",
    "Surrogate",
    "Threshold",
    "best_codon",
    "design_library",
    "draw_panel",
    "fit_surrogate",
    "pareto_fronts",
    "propose_batch",
    "propose_hits",
    "rank_panel",
    "read_candidates",
    "read_panel",
    "read_threshold",
    "read_variants",
    "scan_library",
    "single_variants",
]
