"""What borrowing buys and costs: power and type I error against the true placebo mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.borrowing.mixture import Mixture
from tolerogen.trials.proportions import wilson

if TYPE_CHECKING:
    import pandas as pd


def borrowing_characteristics(
    prior: Mixture,
    sd: float,
    placebo: int,
    active: int,
    truths: Sequence[float],
    effect: float,
    alpha: float = 0.025,
    trials: int = 4000,
    seed: int = 1,
) -> pd.DataFrame:
    """Simulate a trial that borrows, over true means of its placebo arm.

    The drug wins when the posterior probability that its mean lies below that of placebo exceeds
    ``1 - alpha``; the active arm has a flat prior.

    Parameters
    ----------
    prior
        Of the placebo mean.
    sd
        Of a patient.
    placebo, active
        Patients of the arms.
    truths
        True placebo means to try: in agreement with the prior, and not.
    effect
        Of the drug, negative when a fall is good; it is compared with none.
    alpha
        One-sided.
    trials, seed
        Simulated trials for each truth, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row a truth: ``truth, type_one, type_one_low, type_one_high, power, power_low,
        power_high``.
    """
    import pandas as pd

    if not (sd > 0 and placebo > 0 and active > 0 and trials > 0 and 0 < alpha < 0.5):
        raise AnalysisError(
            "borrowing needs sd, patients and trials above 0 and alpha between 0 and 0.5."
        )
    random = np.random.default_rng(seed)
    ses = sd / math.sqrt(placebo), sd / math.sqrt(active)
    noise = random.normal(size=(trials, 2)) * ses
    rows = []
    for truth in truths:
        row: dict[str, float] = {"truth": float(truth)}
        for name, shift in (("type_one", 0.0), ("power", effect)):
            wins = 0
            for control, drug in truth + noise + (0.0, shift):
                gap = prior.update(control, ses[0]).less_from(drug, ses[1])
                wins += gap.below(0.0) > 1 - alpha
            share = wilson(int(wins), trials)
            row |= {name: share.estimate, f"{name}_low": share.low, f"{name}_high": share.high}
        rows.append(row)
    return pd.DataFrame(rows)
