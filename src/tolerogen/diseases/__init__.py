"""Diseases: one folder each, data first.

A disease is a folder, not a program. `load_disease` reads it and checks that its files agree;
no Python elsewhere knows the disease by name. A scientist adds one by adding a folder with

``disease.toml``
    Name, citations, the named states (``disease``, ``healthy``) and the read-outs of a trial.
``model.ant``
    The mechanistic model in Antimony, units declared. SBML is derived from it (`to_sbml`).
``parameters.csv``
    Every number of the model: value, unit, spread between patients, status, source.
``arrows.csv``
    Every reaction of the model in words, with what drives it and where that is published.
``correlations.csv``
    Which parameters and covariates go together between patients.
``targets.toml``
    Where a therapy can act, by which actions, and the model parameters it turns there.
``endpoints.toml``, ``covariates.toml``, ``placebo.toml``
    How the clinic sees the disease: scores, patients, and what happens without a drug.
``population_targets.csv``
    Published marginals that a virtual population is compared with.

The convention that makes this work: the baseline of state ``X`` is the parameter ``X_0``, and
production terms are derived from the baselines, so a patient without treatment stays where the
patient is. What a drug does is then the only thing that moves.

Examples
--------
>>> from tolerogen.diseases import load_disease
>>> disease = load_disease("sjogren")
>>> disease.targets["IL7R"].actions
('block', 'knock_down', 'isoform_shift')
"""

from __future__ import annotations

from tolerogen.diseases.disease import (
    Arrow,
    Correlation,
    Disease,
    PopulationTarget,
    Readout,
    TargetNode,
)
from tolerogen.diseases.folder import list_diseases, load_disease
from tolerogen.diseases.network import Network, network
from tolerogen.diseases.network_drawing import draw_network

__all__ = [
    "Arrow",
    "Correlation",
    "Disease",
    "Network",
    "PopulationTarget",
    "Readout",
    "TargetNode",
    "draw_network",
    "list_diseases",
    "load_disease",
    "network",
]
