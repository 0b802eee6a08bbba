"""Immunogenicity: what in an antibody a person's helper T cells could take for foreign.

Anti-drug antibodies mostly need T-cell help, and help needs a peptide that HLA-DR presents and
that the person has not learnt to tolerate. `immunogenicity` counts such 9-mers: `matrices` says
what binds (TEPITOPEpan, eight DRB1 alleles), `ninemers` and the repertoire say what people carry
anyway. Binding alone tells nothing about clinical anti-drug antibodies; foreign binders correlate
as well as any sequence score that we know, which is weakly, because dose, route, patients and
assay matter more. So the answer is a band (low, middle, high third of clinical antibodies) and a
list of 9-mers to look at, and never a percentage; `RATES` tells how wide the published rates of a
band spread, for whoever must assume one.
"""

from __future__ import annotations

from tolerogen.antibodies.immunogenicity.content import (
    RATES,
    RATES_SOURCE,
    Epitope,
    EpitopeContent,
    epitope_content,
    foreign_epitopes,
    immunogenicity,
)

__all__ = [
    "RATES",
    "RATES_SOURCE",
    "Epitope",
    "EpitopeContent",
    "epitope_content",
    "foreign_epitopes",
    "immunogenicity",
]
