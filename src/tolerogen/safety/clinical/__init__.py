"""Safety of a trial: what happened, how often, and whether the mechanism foretold it.

`read_trial`
    Subjects with their exposure, and adverse events; columns as ours or as in ADSL and ADAE.
`incidence`
    Events per time at risk with exact intervals, and arms compared.
`fit_hierarchy`
    All events together (Berry and Berry): events of a body system borrow from each other.
`read_margins`, `grades`, `predict_ratio`, `compare`
    From a virtual trial: how far IgG and lymphocytes fall, what that means for serious infections,
    and what was observed.
`line_listing`, `summary_tabulation`
    The tables of a DSUR or PSUR from the cases of the store.
"""

from __future__ import annotations

from tolerogen.safety.clinical.hierarchical import Hierarchy, Hyper, fit_hierarchy
from tolerogen.safety.clinical.incidence import (
    counts_by_arm,
    difference_interval,
    incidence,
    rate_interval,
    ratio_interval,
)
from tolerogen.safety.clinical.listings import line_listing, summary_tabulation
from tolerogen.safety.clinical.margins import Margins, read_margins
from tolerogen.safety.clinical.mechanism import (
    compare,
    grades,
    infusion_reactions,
    known_risks,
    predict_ratio,
)
from tolerogen.safety.clinical.trial_data import TrialData, make_trial, read_trial

__all__ = [
    "Hierarchy",
    "Hyper",
    "Margins",
    "TrialData",
    "compare",
    "counts_by_arm",
    "difference_interval",
    "fit_hierarchy",
    "grades",
    "incidence",
    "infusion_reactions",
    "known_risks",
    "line_listing",
    "make_trial",
    "predict_ratio",
    "rate_interval",
    "ratio_interval",
    "read_margins",
    "read_trial",
    "summary_tabulation",
]
