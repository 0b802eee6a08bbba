"""Dose: what doses and schedules do, before a trial is designed.

The same virtual patients receive every regimen (`explore_doses`). Of each regimen: exposure, share
of the target held, biomarkers, and the endpoint as a clinic would see it less what it would see
without drug, with the probability that a patient reaches the occupancy wanted. A loading dose
brings the first trough to where later ones are; antibodies against the drug raise its clearance in
some patients. `tolerogen.therapies.first_dose` holds the first dose in man.
"""

from __future__ import annotations

from tolerogen.trials.dose.antidrug import AntiDrug
from tolerogen.trials.dose.explore import DoseQuestion, explore_doses, question
from tolerogen.trials.dose.loading import accumulation, with_loading
from tolerogen.trials.dose.result import DoseResult

__all__ = [
    "AntiDrug",
    "DoseQuestion",
    "DoseResult",
    "accumulation",
    "explore_doses",
    "question",
    "with_loading",
]
