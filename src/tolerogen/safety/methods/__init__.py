"""Further ways to look for signals, and to doubt them.

`scan_exposed`, `scan_counts`
    Tree-based scan: harm that is spread over neighbouring terms, with the search paid for.
`regress_event`
    One event on all drugs at once: which drug only travels with the culprit.
`find_interactions`, `omega`
    Two drugs together, beyond what each explains (Omega).
`find_onsets`, `time_to_onset`
    When after the start of a drug an event began.
`find_masked`
    What one dominating drug hides.
`find_trends`
    What is reported more and more over quarters, and since when it stands out.
`poisson_limit`, `binomial_limit`
    How high the log-likelihood ratio may climb while one looks after every event (MaxSPRT).
`monitor`
    A surveillance from look to look: where it stands, and whether it alarms.
`triage`
    The evidence for each pair side by side, and what to read first.

The likelihood ratio test with false-discovery control is a method of `signals` (``lrt``), as are
subgroups (`tolerogen.safety.signals.find_by_subgroup`).
"""

from __future__ import annotations

from tolerogen.safety.methods.interaction import Omega, find_interactions, omega
from tolerogen.safety.methods.masking import find_masked
from tolerogen.safety.methods.matrices import Matrices, matrices_of
from tolerogen.safety.methods.maxsprt import (
    binomial_limit,
    binomial_llr,
    poisson_limit,
    poisson_llr,
)
from tolerogen.safety.methods.monitor import Monitoring, monitor, read_looks
from tolerogen.safety.methods.onset import Onset, find_onsets, time_to_onset
from tolerogen.safety.methods.regression import Regression, regress_event
from tolerogen.safety.methods.tree import Tree, make_tree, read_tree
from tolerogen.safety.methods.tree_scan import TreeScan, scan_counts, scan_exposed
from tolerogen.safety.methods.trend import find_trends, quarters
from tolerogen.safety.methods.triage import Triage, triage

__all__ = [
    "Matrices",
    "Monitoring",
    "Omega",
    "Onset",
    "Regression",
    "Tree",
    "TreeScan",
    "Triage",
    "binomial_limit",
    "binomial_llr",
    "find_interactions",
    "find_masked",
    "find_onsets",
    "find_trends",
    "make_tree",
    "matrices_of",
    "monitor",
    "omega",
    "poisson_limit",
    "poisson_llr",
    "quarters",
    "read_looks",
    "read_tree",
    "regress_event",
    "scan_counts",
    "scan_exposed",
    "time_to_onset",
    "triage",
]
