"""What the model of the disease says would follow if a node were held as far as a drug can.

`interventions` lists the feasible ways to hit every node, with what a molecule achieves;
`simulate_effects` runs them all in the same patients under every parameter set of `draws_for`;
`combine` runs pairs; `node_sensitivity` and `strength_sensitivity` say what it hangs on.
"""

from __future__ import annotations

from tolerogen.targets.mechanism.achieved import Achieved, achieved, read_achieved
from tolerogen.targets.mechanism.arms import Setup, run_arms
from tolerogen.targets.mechanism.draws import draws_for, prior
from tolerogen.targets.mechanism.effects import Effects, Spread, summarise
from tolerogen.targets.mechanism.interventions import Intervention, Refused, interventions
from tolerogen.targets.mechanism.margins import MARGINS, Margin
from tolerogen.targets.mechanism.pairs import Between, Pair, combine
from tolerogen.targets.mechanism.sensitivity import (
    Elementary,
    Index,
    morris_effects,
    node_sensitivity,
    sobol_indices,
    strength_sensitivity,
)
from tolerogen.targets.mechanism.simulate import simulate_effects

__all__ = [
    "MARGINS",
    "Achieved",
    "Between",
    "Effects",
    "Elementary",
    "Index",
    "Intervention",
    "Margin",
    "Pair",
    "Refused",
    "Setup",
    "Spread",
    "achieved",
    "combine",
    "draws_for",
    "interventions",
    "morris_effects",
    "node_sensitivity",
    "prior",
    "read_achieved",
    "run_arms",
    "simulate_effects",
    "sobol_indices",
    "strength_sensitivity",
    "summarise",
]
