"""Several hypotheses, one type I error.

A trial with three doses and two endpoints asks six questions; answering each at 2.5 % would find
something too often. `dunnett_p` compares several arms with one control, `adjust` is Holm's and
Hochberg's, and a `Graph` says in which order alpha is handed on: to a second endpoint once the
first is won, to the lower dose once the higher one is.

>>> graph = gatekeeping_graph([["high", "low"], ["symptoms"]])
>>> graph.test({"high": 0.004, "low": 0.02, "symptoms": 0.01}, alpha=0.025).rejected
('high', 'low', 'symptoms')
"""

from __future__ import annotations

from tolerogen.trials.multiplicity.dunnett import dunnett_critical, dunnett_p
from tolerogen.trials.multiplicity.graph import (
    Graph,
    GraphResult,
    gatekeeping_graph,
    holm_graph,
    sequence_graph,
)
from tolerogen.trials.multiplicity.stepwise import adjust, step_down_dunnett

__all__ = [
    "Graph",
    "GraphResult",
    "adjust",
    "dunnett_critical",
    "dunnett_p",
    "gatekeeping_graph",
    "holm_graph",
    "sequence_graph",
    "step_down_dunnett",
]
