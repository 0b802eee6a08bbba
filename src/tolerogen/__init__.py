"""Tolerogen: correct a dysfunctional immune response in silico before anyone is exposed.

One spine runs through the package::

    target -> molecule -> therapy and dose -> virtual trial -> safety -> dossier

Each room is a subpackage, loaded when it is first used, so that ``import tolerogen`` is quick:

`engine`
    A mechanistic model (Antimony or SBML) to the trajectories of many patients.
`antibodies`
    Number, judge, humanise and measure antibodies.
`oligos`
    Antisense oligonucleotides: chemistry, melting, off-targets, ranking.
`therapies`
    `Therapy`, `Regimen`, pharmacokinetic templates, the library of published drugs.
`diseases`
    One folder per disease: model, parameters, targets, endpoints.
`patients`
    Virtual populations: sample, screen, observe.
`trials`
    Design, run and analyse a virtual trial.
`targets`
    Which node of the immune network to hit, by evidence and by simulated mechanism.
`safety`
    Case reports, case store, signals.
`dossier`
    Results as one page that a reviewer can check.

Examples
--------
>>> import tolerogen
>>> tolerogen.trials.__name__
'tolerogen.trials'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tolerogen.errors import TolerogenError

if TYPE_CHECKING:
    from tolerogen import (
        antibodies,
        diseases,
        dossier,
        engine,
        oligos,
        patients,
        safety,
        targets,
        therapies,
        trials,
    )

__version__ = "0.1.0"

_ROOMS = (
    *("antibodies", "diseases", "dossier", "engine", "oligos", "patients", "safety", "targets"),
    *("therapies", "trials"),
)

__all__ = [
    "TolerogenError",
    "__version__",
    "antibodies",
    "diseases",
    "dossier",
    "engine",
    "oligos",
    "patients",
    "safety",
    "targets",
    "therapies",
    "trials",
]


def __getattr__(name: str) -> object:
    """Load a room when it is first entered (PEP 562)."""
    if name in _ROOMS:
        return import_module(f"tolerogen.{name}")
    raise AttributeError(f"module 'tolerogen' has no attribute '{name}'")
