"""Endpoints: how the clinic sees a disease that the model only knows as cells and molecules.

A trial does not measure a germinal centre; it asks a doctor for a score, a patient for three
numbers between 0 and 10, and a tube of saliva. What is asked, and how it follows from the
model, is data of the disease (``endpoints.toml``); this package reads it and holds the pure
functions that apply it. No function here knows a disease by name.

domain score
    Organs (domains), each with allowed integer levels. A domain has a latent activity, a
    number above zero; its level is the allowed level closest to it. The score is the sum of
    weight times level; a second score may weigh the same levels otherwise (ESSDAI, ClinESSDAI).
    A domain may instead be graded by rules on what the laboratory measures.
drivers
    A domain or scale follows observables of the model as ratios to the patient's own start:
    ``1 + sum(share * (ratio - 1))``. What the shares leave over does not follow the model.
    A negative share protects: more saliva, less dryness.
scales, tests, labs
    What the patient says, what a paper strip or a tube measures, what the laboratory reports.
responders
    Rules of points and conditions on the change from baseline (STAR, CRESS).

Every domain, scale, test and rule carries a status and a source, as parameters do.

Examples
--------
>>> import numpy as np
>>> from tolerogen.diseases.endpoints import level_of
>>> level_of(np.array([0.2, 0.9, 1.4, 2.7]), (0, 2, 3))  # no level 1 in this domain
array([0., 0., 2., 3.])
"""

from __future__ import annotations

from tolerogen.diseases.endpoints.definition import (
    Composite,
    Condition,
    Domain,
    Endpoints,
    Flag,
    FunctionTest,
    Lab,
    LevelRule,
    Responder,
    ResponseItem,
    Scale,
    Score,
)
from tolerogen.diseases.endpoints.drive import multiplier, state_ratios
from tolerogen.diseases.endpoints.levels import (
    activity_state,
    level_of,
    level_thresholds,
    rule_level,
    total,
)
from tolerogen.diseases.endpoints.reader import read_endpoints, read_toml
from tolerogen.diseases.endpoints.response import responds

__all__ = [
    "Composite",
    "Condition",
    "Domain",
    "Endpoints",
    "Flag",
    "FunctionTest",
    "Lab",
    "LevelRule",
    "Responder",
    "ResponseItem",
    "Scale",
    "Score",
    "activity_state",
    "level_of",
    "level_thresholds",
    "multiplier",
    "read_endpoints",
    "read_toml",
    "responds",
    "rule_level",
    "state_ratios",
    "total",
]
