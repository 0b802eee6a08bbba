"""The steps of a programme, each a function that writes files and evidence into the project.

A step gets a `Setting`, reads what earlier steps left, and calls the room that does the work. What
it is about stands in its part of ``programme.toml``; paths there are relative to that file.
"""

from __future__ import annotations

from tolerogen.projects.steps.antibody import antibody_step
from tolerogen.projects.steps.decisions import decide_step
from tolerogen.projects.steps.dose import dose_step
from tolerogen.projects.steps.oligo import oligo_step
from tolerogen.projects.steps.report import dossier_step
from tolerogen.projects.steps.safety import safety_step
from tolerogen.projects.steps.setting import Setting
from tolerogen.projects.steps.target import target_step
from tolerogen.projects.steps.trial import trial_step

STEPS = {
    "target": target_step,
    "antibody": antibody_step,
    "oligo": oligo_step,
    "dose": dose_step,
    "trial": trial_step,
    "safety": safety_step,
    "decide": decide_step,
    "dossier": dossier_step,
}
"""Name in ``programme.toml`` to function, in the order in which they make sense."""

__all__ = ["STEPS", "Setting"]
