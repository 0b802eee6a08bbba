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
from tolerogen.targets.evidence import Evidence, as_of
from tolerogen.targets.genes import Gene, Unknown, genes, resolve, suggest, unknown_symbols
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
    "Evidence",
    "Gene",
    "Part",
    "Reading",
    "Scheme",
    "Unknown",
    "as_of",
    "bundled_evidence",
    "datasource_scores",
    "datatype_scores",
    "evidence_table",
    "explain_score",
    "genes",
    "harmonic_sum",
    "open_targets_scheme",
    "overall_scores",
    "read_evidence",
    "resolve",
    "success",
    "suggest",
    "supported_odds",
    "unknown_symbols",
    "with_weights",
]
