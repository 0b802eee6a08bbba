"""Trials: a design in a file, run on virtual patients, analysed as a real trial would be.

A trial file (TOML) says who may enter, who gets what, when they are seen and what is read.
`load_trial` checks it against the disease and the therapies; `run_trial` runs it:

1. candidates are drawn and screened until the trial is full,
2. patients are randomised in permuted blocks within strata,
3. each follows the mechanistic model of the disease with the drugs of the arm,
4. the clinic sees them at visits, with noise, a placebo response and dropout,
5. the change from baseline is compared by analysis of covariance in the available cases.

Replicates
----------
The first replicate is "the trial" and is kept in full. The others repeat it with new patients
and are kept as a row an arm: their spread says how much of a single result is chance, and how
often a trial of this size would find the effect.

The same numbers, always
------------------------
One integer seed settles everything. A replicate does not depend on how many there are, the
first patients of a trial not on how many follow, and nothing on the number of threads.

From a file to a folder::

    spec = load_trial("examples/s95011-sjogren.toml")
    result = run_trial(spec, replicates=20)
    print(result.summary())
    write_result(result, "results/s95011")

Examples
--------
>>> newcombe((56, 70), (48, 80)).estimate > 0  # 80 % against 60 % of responders
True
"""

from __future__ import annotations

from tolerogen.trials.analysis import Analysis, analyse
from tolerogen.trials.ancova import Ancova, Estimate, ancova
from tolerogen.trials.load import load_trial
from tolerogen.trials.measures import Measure, measures
from tolerogen.trials.mmrm import MmrmResult, mmrm
from tolerogen.trials.proportions import Share, newcombe, wilson
from tolerogen.trials.randomisation import allocate
from tolerogen.trials.replicates import Distribution
from tolerogen.trials.result import TrialResult
from tolerogen.trials.run import run_trial
from tolerogen.trials.spec import Arm, Endpoint, Treatment, TrialSpec
from tolerogen.trials.write import check_writable, write_result

__all__ = [
    "Analysis",
    "Ancova",
    "Arm",
    "Distribution",
    "Endpoint",
    "Estimate",
    "Measure",
    "MmrmResult",
    "Share",
    "Treatment",
    "TrialResult",
    "TrialSpec",
    "allocate",
    "analyse",
    "ancova",
    "check_writable",
    "load_trial",
    "measures",
    "mmrm",
    "newcombe",
    "run_trial",
    "wilson",
    "write_result",
]
