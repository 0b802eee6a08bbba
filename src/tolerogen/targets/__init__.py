"""Which protein to hit: what is known of it, and what a model of the disease says would follow.

Two kinds of answer stand side by side and are never blended in silence. *Evidence* is what people
measured: a variant, a difference in a gland, a trial. *Mechanism* is what the calibrated model of
the disease does when the node is held as far as a drug can hold it. Genetics alone misranks
Sjögren's disease: its strong loci are intracellular brakes and transcription factors, its
successful targets are no loci at all.

evidence
    `Evidence` is one fact with its strength, direction, date and source. `bundled_evidence` reads
    those that come with a disease, `read_evidence` a user's file: Open Targets Parquet, GWAS
    tables, GEO series, differential expression, CSV. `as_of` leaves out what came later.
scores
    `datasource_scores`, `overall_scores` and `explain_score` are Open Targets' association score,
    exactly, with its parts. `supported_odds` says what genetic support is worth in immunology.
druggability
    `node_fits` judges antibody, decoy, small molecule and oligo; `gate` keeps brakes from being
    inhibited; `hazards_of` lists what is known to go wrong.
mechanism
    `interventions`, `simulate_effects`, `combine`: every node by every feasible molecule, in the
    same patients under every parameter set; uncertainty apart from variability.
ranking
    `rank_targets` sets columns side by side, adds them with stated weights, and says how steady
    each place is. `explain_target` gives every number of one target with its source, and
    `draw_neighbourhood` its place in the network.

Examples
--------
>>> from tolerogen.targets import harmonic_sum, resolve
>>> resolve("CD127")
'IL7R'
>>> round(harmonic_sum([0.9, 0.5]), 3)
1.025
"""

from __future__ import annotations

from tolerogen.targets.bundled import bundled_evidence
from tolerogen.targets.druggability import (
    MODALITIES,
    Fit,
    Gate,
    Hazard,
    fits,
    gate,
    hazards_of,
    node_fits,
    node_genes,
)
from tolerogen.targets.endotypes import Endotypes, disease_endotypes, read_endotypes
from tolerogen.targets.evidence import Evidence, as_of, read_date
from tolerogen.targets.explain import Explanation, explain_target, find_node
from tolerogen.targets.figures import draw_ranking
from tolerogen.targets.genes import Gene, Unknown, genes, resolve, suggest, unknown_symbols
from tolerogen.targets.mechanism import (
    Effects,
    Intervention,
    Pair,
    Setup,
    combine,
    draws_for,
    interventions,
    node_sensitivity,
    simulate_effects,
    strength_sensitivity,
)
from tolerogen.targets.mechanism.choice import chosen_ways
from tolerogen.targets.neighbourhood import Neighbourhood, draw_neighbourhood, neighbourhood
from tolerogen.targets.precedence import Precedent, precedence_score, read_precedence
from tolerogen.targets.ranking import (
    WEIGHTS,
    Ranking,
    Target,
    auc,
    compare_with_outcomes,
    rank_targets,
    read_outcomes,
)
from tolerogen.targets.readers import Reading, evidence_table, read_evidence
from tolerogen.targets.scoring import (
    Part,
    Scheme,
    datasource_scores,
    datatype_scores,
    explain_score,
    harmonic_sum,
    open_targets_scheme,
    overall_scores,
    with_weights,
)
from tolerogen.targets.support import success, supported_odds

__all__ = [
    "MODALITIES",
    "WEIGHTS",
    "Effects",
    "Endotypes",
    "Evidence",
    "Explanation",
    "Fit",
    "Gate",
    "Gene",
    "Hazard",
    "Intervention",
    "Neighbourhood",
    "Pair",
    "Part",
    "Precedent",
    "Ranking",
    "Reading",
    "Scheme",
    "Setup",
    "Target",
    "Unknown",
    "as_of",
    "auc",
    "bundled_evidence",
    "chosen_ways",
    "combine",
    "compare_with_outcomes",
    "datasource_scores",
    "datatype_scores",
    "disease_endotypes",
    "draw_neighbourhood",
    "draw_ranking",
    "draws_for",
    "evidence_table",
    "explain_score",
    "explain_target",
    "find_node",
    "fits",
    "gate",
    "genes",
    "harmonic_sum",
    "hazards_of",
    "interventions",
    "neighbourhood",
    "node_fits",
    "node_genes",
    "node_sensitivity",
    "open_targets_scheme",
    "overall_scores",
    "precedence_score",
    "rank_targets",
    "read_date",
    "read_endotypes",
    "read_evidence",
    "read_outcomes",
    "read_precedence",
    "resolve",
    "simulate_effects",
    "strength_sensitivity",
    "success",
    "suggest",
    "supported_odds",
    "unknown_symbols",
    "with_weights",
]
