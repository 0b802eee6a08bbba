"""Validation: predict published trials from their designs, and score the predictions.

A file says what was designed (arms, doses, sizes, entry, metric, week) and, where it is known,
what came out. Each trial is built as designed, simulated many times at its size, and the
difference from placebo that such a trial would find is given with its intervals. Outcomes enter
after the simulation, so a file without them gets the same predictions. What the model or the
therapy library cannot represent is listed with the reason.

From a file to a table::

    result = validate_trials("trials.json", "sjogren")
    print(result.frame())
    result.summary["coverage90"]

A disease that was calibrated brings a posterior along (`disease_posterior`; `read_posterior` for
another). The intervals then hold the uncertainty of the parameters beside the luck of a trial;
the two are kept apart in every row.
"""

from __future__ import annotations

from tolerogen.trials.validation.design import Design, Unrepresented, designs
from tolerogen.trials.validation.outcome import Outcome, Uncompared, outcomes
from tolerogen.trials.validation.posterior import Posterior, disease_posterior, read_posterior
from tolerogen.trials.validation.predict import Prediction, predict, spreads
from tolerogen.trials.validation.published import PublishedTrial, read_published
from tolerogen.trials.validation.result import Row, ValidationResult
from tolerogen.trials.validation.run import validate_trials
from tolerogen.trials.validation.schedule import amount, dose_days
from tolerogen.trials.validation.score import Forecast, Score, naive, score

__all__ = [
    "Design",
    "Forecast",
    "Outcome",
    "Posterior",
    "Prediction",
    "PublishedTrial",
    "Row",
    "Score",
    "Uncompared",
    "Unrepresented",
    "ValidationResult",
    "amount",
    "designs",
    "disease_posterior",
    "dose_days",
    "naive",
    "outcomes",
    "predict",
    "read_posterior",
    "read_published",
    "score",
    "spreads",
    "validate_trials",
]
