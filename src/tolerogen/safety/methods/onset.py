"""Time to onset: when after the start of a drug an event began.

Two questions. Is the hazard falling (shape of a Weibull distribution below 1: the event comes
early), constant, or rising? And are the times of this drug and event others than those of the same
event with other drugs, and of the same drug with other events (two-sample Kolmogorov-Smirnov; Van
Holle L et al., Pharmacoepidemiol Drug Saf 2012;21:603-610, doi:10.1002/pds.3226)? Reports exist
only of events that came, so long times are under-reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from tolerogen.errors import SpecError
from tolerogen.safety.signals.counts import Floats

SMALLEST = 0.5
"""Days that onset on the day of the start counts as: half of the unit of measurement."""


@dataclass(frozen=True)
class Onset:
    """Times to onset of one drug and event, in days.

    Attributes
    ----------
    n, median, lower_quartile, upper_quartile
        How many times, and their quartiles.
    shape, shape_low, shape_high
        Of the Weibull distribution, with a profile-likelihood interval of 95 %.
    scale
        Of the same, in days.
    hazard
        ``falling``, ``rising`` or ``constant`` (the interval holds 1).
    """

    n: int
    median: float
    lower_quartile: float
    upper_quartile: float
    shape: float
    shape_low: float
    shape_high: float
    scale: float
    hazard: str


def time_to_onset(days: np.ndarray, level: float = 0.95) -> Onset:
    """Describe times to onset, in days, and fit a Weibull distribution by maximum likelihood.

    Raises
    ------
    SpecError
        With fewer than five times, a negative one, or when all are the same.
    """
    times = np.asarray(days, float)
    if len(times) < 5 or not (times >= 0).all() or len(np.unique(times)) < 2:
        raise SpecError("Time to onset needs five times or more, none negative, not all the same.")
    logs = np.log(np.maximum(times, SMALLEST))

    def profile(log_shape: float) -> float:
        """Log-likelihood at the best scale for this shape."""
        shape, n = np.exp(log_shape), len(logs)
        log_sum = special.logsumexp(shape * logs)
        return float(n * (log_shape + np.log(n) - log_sum - 1) + (shape - 1) * logs.sum())

    best = optimize.minimize_scalar(
        lambda x: -profile(x), bounds=(-6, 6), method="bounded", options={"xatol": 1e-10}
    ).x
    drop = stats.chi2.ppf(level, 1) / 2
    top = profile(best)

    def edge(side: float) -> float:
        step = 0.1
        while profile(best + side * step) > top - drop:
            step *= 2
        ends = sorted((best, best + side * step))
        return float(np.exp(optimize.brentq(lambda x: profile(x) - top + drop, *ends)))

    shape, low, high = float(np.exp(best)), edge(-1), edge(1)
    scale = float(np.exp((special.logsumexp(shape * logs) - np.log(len(logs))) / shape))
    lower, median, upper = (float(x) for x in np.quantile(times, [0.25, 0.5, 0.75]))
    hazard = "falling" if high < 1 else "rising" if low > 1 else "constant"
    return Onset(len(times), median, lower, upper, shape, low, high, scale, hazard)


def find_onsets(table: pd.DataFrame, *, fewest: int = 5) -> pd.DataFrame:
    """Look at the times of every drug and event.

    Parameters
    ----------
    table
        ``drug, event, days``: one row a report, days from the start of the drug to the onset.
    fewest
        Times that a pair must have, five or more.

    Returns
    -------
    pandas.DataFrame
        One row a pair: the fields of `Onset`, and the p-values `p_other_drugs`, `p_other_events`
        of the two comparisons; NaN when there is nothing to compare with.

    Raises
    ------
    SpecError
        When a column is missing or a time negative.
    """
    lacking = {"drug", "event", "days"} - set(table.columns)
    if lacking:
        raise SpecError(f"Time to onset needs the columns {', '.join(sorted(lacking))}.")
    table = table.dropna(subset=["drug", "event", "days"])
    negative = np.flatnonzero(table["days"].to_numpy() < 0)
    if len(negative):
        raise SpecError(
            f"A time is negative, row {table.index[negative[0]]}: the event came first."
        )
    rows = []
    for (drug, event), part in table.groupby(["drug", "event"], sort=True):
        days = part["days"].to_numpy(float)
        if len(days) < max(fewest, 5) or len(np.unique(days)) < 2:
            continue
        same_event = table.loc[(table["event"] == event) & (table["drug"] != drug), "days"]
        same_drug = table.loc[(table["drug"] == drug) & (table["event"] != event), "days"]
        rows.append(
            {
                "drug": drug,
                "event": event,
                **vars(time_to_onset(days)),
                "p_other_drugs": _differs(days, same_event.to_numpy(float)),
                "p_other_events": _differs(days, same_drug.to_numpy(float)),
            }
        )
    return pd.DataFrame(rows)


def _differs(one: Floats, other: Floats) -> float:
    return float(stats.ks_2samp(one, other).pvalue) if len(other) >= 5 else float("nan")
