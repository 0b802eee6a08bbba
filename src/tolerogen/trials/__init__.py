"""Trials: a design in a file, run on virtual patients, analysed as a real trial would be.

A trial file (TOML) says who may enter, who gets what, when they are seen and what is read.
`load_trial` checks it against the disease and the therapies; `run_trial` runs it:

1. candidates are drawn and screened until the trial is full,
2. patients are randomised in permuted blocks within strata,
3. each follows the mechanistic model of the disease with the drugs of the arm,
4. the clinic sees them at visits, with noise, a placebo response and dropout,
5. the change from baseline is compared by analysis of covariance in the available cases, or by
   a mixed model for repeated measures.

Replicates
----------
The first replicate is "the trial" and is kept in full. The others repeat it with new patients
and are kept as a row an arm: their spread says how much of a single result is chance, and how
often a trial of this size would find the effect.

Design and analysis
-------------------
What a trial statistician uses works on any table or number, not only on ours: mixed models for
repeated measures (`mmrm`), estimands and reference-based imputation (`reference_based`),
group-sequential bounds (`group_sequential`), sample size (`sample_size_means`), dose finding
(`mcpmod`), several questions at once (`Graph`, `dunnett_p`), operating characteristics of the
options of a design (`explore`), the time that recruitment takes (`forecast_recruitment`). All but
`mmrm` are loaded when first asked for.

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

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tolerogen.trials.analysis import Analysis, analyse
from tolerogen.trials.ancova import Ancova, Estimate, ancova
from tolerogen.trials.examples import Example, list_examples
from tolerogen.trials.load import leaves_open, load_trial, read_trial
from tolerogen.trials.measures import Measure, measures
from tolerogen.trials.mmrm import MmrmResult, mmrm
from tolerogen.trials.proportions import Share, newcombe, wilson
from tolerogen.trials.randomisation import allocate
from tolerogen.trials.replicates import Distribution
from tolerogen.trials.result import TrialResult
from tolerogen.trials.run import run_trial
from tolerogen.trials.spec import Arm, Endpoint, Treatment, TrialSpec
from tolerogen.trials.write import check_writable, write_result

if TYPE_CHECKING:
    from tolerogen.trials.borrowing import Mixture, borrowing_characteristics, map_prior
    from tolerogen.trials.designs import (
        Borrowing,
        Crossover,
        DoseRanging,
        Dropping,
        Enrichment,
        Reestimation,
        Sequential,
        Withdrawal,
        closed_test,
    )
    from tolerogen.trials.dosefinding import (
        Candidate,
        DoseFit,
        McpMod,
        fit_dose_response,
        mcp_power,
        mcpmod,
        optimal_contrasts,
    )
    from tolerogen.trials.draft import Draft, draft_trial
    from tolerogen.trials.imputation import Imputed, Pooled, apply_estimand, pool, reference_based
    from tolerogen.trials.intercurrent import Discontinuation, Estimand, Rescue
    from tolerogen.trials.multiplicity import (
        Graph,
        GraphResult,
        adjust,
        dunnett_critical,
        dunnett_p,
        gatekeeping_graph,
        holm_graph,
        sequence_graph,
        step_down_dunnett,
    )
    from tolerogen.trials.planning import DesignResult, Options, explore, load_options, read_options
    from tolerogen.trials.recruitment import (
        Recruitment,
        RecruitmentForecast,
        Region,
        centres_needed,
        forecast_recruitment,
        load_recruitment,
        read_centres,
        read_recruitment,
    )
    from tolerogen.trials.sequential import (
        GroupSequentialDesign,
        blinded_size,
        conditional_power,
        group_sequential,
        inverse_normal,
        power_means,
        promising_zone,
        sample_size_means,
        sample_size_proportions,
        spending,
    )
    from tolerogen.trials.single import Curve, curves, follow_one
    from tolerogen.trials.validation import read_posterior, validate_trials
    from tolerogen.trials.versus import Versus, compare_results

__all__ = [
    "Analysis",
    "Ancova",
    "Arm",
    "Borrowing",
    "Candidate",
    "Crossover",
    "Curve",
    "DesignResult",
    "Discontinuation",
    "Distribution",
    "DoseFit",
    "DoseRanging",
    "Draft",
    "Dropping",
    "Endpoint",
    "Enrichment",
    "Estimand",
    "Estimate",
    "Example",
    "Graph",
    "GraphResult",
    "GroupSequentialDesign",
    "Imputed",
    "McpMod",
    "Measure",
    "Mixture",
    "MmrmResult",
    "Options",
    "Pooled",
    "Recruitment",
    "RecruitmentForecast",
    "Reestimation",
    "Region",
    "Rescue",
    "Sequential",
    "Share",
    "Treatment",
    "TrialResult",
    "TrialSpec",
    "Versus",
    "Withdrawal",
    "adjust",
    "allocate",
    "analyse",
    "ancova",
    "apply_estimand",
    "blinded_size",
    "borrowing_characteristics",
    "centres_needed",
    "check_writable",
    "closed_test",
    "compare_results",
    "conditional_power",
    "curves",
    "draft_trial",
    "dunnett_critical",
    "dunnett_p",
    "explore",
    "fit_dose_response",
    "follow_one",
    "forecast_recruitment",
    "gatekeeping_graph",
    "group_sequential",
    "holm_graph",
    "inverse_normal",
    "leaves_open",
    "list_examples",
    "load_options",
    "load_recruitment",
    "load_trial",
    "map_prior",
    "mcp_power",
    "mcpmod",
    "measures",
    "mmrm",
    "newcombe",
    "optimal_contrasts",
    "pool",
    "power_means",
    "promising_zone",
    "read_centres",
    "read_options",
    "read_posterior",
    "read_recruitment",
    "read_trial",
    "reference_based",
    "run_trial",
    "sample_size_means",
    "sample_size_proportions",
    "sequence_graph",
    "spending",
    "step_down_dunnett",
    "validate_trials",
    "wilson",
    "write_result",
]

LAZY = {
    "draft": ("Draft", "draft_trial"),
    "single": ("Curve", "curves", "follow_one"),
    "versus": ("Versus", "compare_results"),
    "borrowing": ("Mixture", "borrowing_characteristics", "map_prior"),
    "dosefinding": (
        "Candidate",
        "DoseFit",
        "McpMod",
        "fit_dose_response",
        "mcp_power",
        "mcpmod",
        "optimal_contrasts",
    ),
    "imputation": ("Imputed", "Pooled", "apply_estimand", "pool", "reference_based"),
    "planning": ("DesignResult", "Options", "explore", "load_options", "read_options"),
    "recruitment": (
        "Recruitment",
        "RecruitmentForecast",
        "Region",
        "centres_needed",
        "forecast_recruitment",
        "load_recruitment",
        "read_centres",
        "read_recruitment",
    ),
    "multiplicity": (
        "Graph",
        "GraphResult",
        "adjust",
        "dunnett_critical",
        "dunnett_p",
        "gatekeeping_graph",
        "holm_graph",
        "sequence_graph",
        "step_down_dunnett",
    ),
    "sequential": (
        "GroupSequentialDesign",
        "blinded_size",
        "conditional_power",
        "group_sequential",
        "inverse_normal",
        "power_means",
        "promising_zone",
        "sample_size_means",
        "sample_size_proportions",
        "spending",
    ),
    "designs": (
        "Borrowing",
        "Crossover",
        "DoseRanging",
        "Dropping",
        "Enrichment",
        "Reestimation",
        "Sequential",
        "Withdrawal",
        "closed_test",
    ),
    "intercurrent": ("Discontinuation", "Estimand", "Rescue"),
    "validation": ("read_posterior", "validate_trials"),
}


def __getattr__(name: str) -> Any:
    """Load a statistical room when one of its names is first asked for: scipy.stats is heavy."""
    for module, names in LAZY.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
