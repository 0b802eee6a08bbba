"""Designs of trials: rules that say who is taken in next, given what was seen.

A design is a value with two verbs: `first` gives the first stage, `then` looks at the stages seen
and gives the next stage or the verdict. It never sees more than a trial team would. The driver
takes patients from pools of simulated ones, the same for every option, so that group-sequential
trials, re-estimated sizes, dropped arms and enriched populations are compared on the same people.

=====================  ===========================================================================
`Sequential`           looks before the end, efficacy and futility bounds
`Reestimation`         a size that is chosen again, blinded or by conditional power
`Dropping`             several arms, of which the better go on; closed Dunnett tests
`Enrichment`           everybody or a subgroup goes on; closed test of both claims
`DoseRanging`          MCP-Mod with model averaging
`Borrowing`            earlier placebo arms as a robust MAP prior
`Withdrawal`           all on drug, then responders randomised to stay on it or not
`Crossover`            each patient on each treatment; exposure compared within patients
=====================  ===========================================================================

All are chosen by a table under ``[design]`` of a trial file, and rated by
`tolerogen.trials.explore`.
"""

from __future__ import annotations

from tolerogen.trials.designs.borrowing import Borrowing
from tolerogen.trials.designs.closure import closed_test
from tolerogen.trials.designs.crossover import Crossover
from tolerogen.trials.designs.dosefinding import DoseRanging
from tolerogen.trials.designs.dropping import Dropping
from tolerogen.trials.designs.enrichment import Enrichment
from tolerogen.trials.designs.plan import Claim, Plan, Stage, Verdict
from tolerogen.trials.designs.reestimate import Reestimation
from tolerogen.trials.designs.sequential import Sequential
from tolerogen.trials.designs.withdrawal import Withdrawal

__all__ = [
    "Borrowing",
    "Claim",
    "Crossover",
    "DoseRanging",
    "Dropping",
    "Enrichment",
    "Plan",
    "Reestimation",
    "Sequential",
    "Stage",
    "Verdict",
    "Withdrawal",
    "closed_test",
]
