"""Exposure-adjusted incidence: events per time at risk, with intervals, beside the reference arm.

A subject is at risk of an event until it first happens or exposure ends. Intervals:

- rate: exact for a Poisson count (Garwood F, Biometrika 1936;28:437-442, doi:10.2307/2333958);
- share of subjects: exact binomial (Clopper and Pearson, doi:10.1093/biomet/26.4.404);
- ratio of two rates: exact, from the binomial distribution of one count given their sum;
- difference of two rates: score interval (Miettinen O, Nurminen M, Stat Med 1985;4:213-226,
  doi:10.1002/sim.4780040211), which needs no events to exist.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import optimize, stats

from tolerogen.errors import SpecError, choices
from tolerogen.safety.clinical.trial_data import TrialData

YEAR = 365.25
PER = 100.0
"""Rates are per 100 patient-years."""


def rate_interval(events: int, years: float, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a rate per year.

    Examples
    --------
    >>> low, high = rate_interval(10, 100)
    >>> round(low, 4), round(high, 4)
    (0.048, 0.1839)
    """
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    return float(low / years), float(stats.chi2.ppf(1 - tail, 2 * events + 2) / 2 / years)


def share_interval(events: int, subjects: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share."""
    found = stats.binomtest(events, subjects).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def ratio_interval(
    one: tuple[int, float], other: tuple[int, float], level: float = 0.95
) -> tuple[float, float]:
    """Exact interval of a ratio of rates, each given as events and years."""
    (a, s), (b, t) = one, other
    if not a + b:
        return 0.0, float("inf")
    low, high = share_interval(a, a + b, level)
    with np.errstate(divide="ignore"):
        return (
            float(np.divide(low, 1 - low) * t / s),
            float(np.divide(high, np.float64(1 - high)) * t / s),
        )


def difference_interval(
    one: tuple[int, float], other: tuple[int, float], level: float = 0.95
) -> tuple[float, float]:
    """Score interval of a difference of rates per year, each given as events and years."""
    (a, s), (b, t) = one, other
    z = float(stats.norm.ppf(0.5 + level / 2))
    found = a / s - b / t

    def score(delta: float) -> float:
        """Standardised distance of what was found from `delta`."""
        # rate of the other arm at which the counts are most likely, given the difference
        total = s + t
        p = (total * delta - a - b) / total
        base = (-p + np.sqrt(p * p + 4 * delta * b / total)) / 2
        base = max(base, -delta, 0.0)
        variance = (base + delta) / s + base / t
        return float((found - delta) / np.sqrt(max(variance, 1e-300)))

    return (
        _edge(lambda d: score(d) - z, found, -1.0),
        _edge(lambda d: score(d) + z, found, 1.0),
    )


def _edge(distance: Callable[[float], float], start: float, side: float) -> float:
    step = max(abs(start), 1e-3)
    near, far = start, start + side * step
    for _ in range(200):
        if distance(near) * distance(far) < 0:
            return float(optimize.brentq(distance, *sorted((near, far)), xtol=1e-12))
        step *= 2
        near, far = (start + side * 1e-12 * step, start + side * step)
    return float("nan")


def incidence(
    trial: TrialData,
    reference: str,
    *,
    by: str = "term",
    serious: bool = False,
    level: float = 0.95,
) -> pd.DataFrame:
    """Tabulate incidence of every event in every arm.

    Parameters
    ----------
    trial
        Subjects and events.
    reference
        The arm that others are compared with.
    by
        ``term`` or ``soc``.
    serious
        Whether only serious events count.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``event, arm, n, subjects, percent, percent_low, percent_high, events, years, rate, low,
        high, ratio, ratio_low, ratio_high, difference, difference_low, difference_high``; rates
        and differences per 100 patient-years at risk. The first row of an arm is any event.

    Raises
    ------
    SpecError
        When there is no such arm or column.
    """
    arms = list(dict.fromkeys(trial.subjects["arm"]))
    if reference not in arms:
        raise SpecError(f"There is no arm '{reference}': {choices(reference, arms)}")
    if by not in ("term", "soc"):
        raise SpecError(f"--by: {choices(by, ('term', 'soc'))}")
    events = trial.events[trial.events["serious"]] if serious else trial.events
    subjects = trial.subjects.set_index("subject")
    rows = []
    whole = events.assign(**{by: "Any event"})
    for name, part in [("Any event", whole), *events.groupby(by, sort=True)]:
        first = part.groupby("subject")["day"].min()
        risk = subjects["exposure_days"].copy()
        risk.loc[first.index] = np.minimum(first, risk.loc[first.index])
        cells = {}
        for arm in arms:
            there = subjects.index[subjects["arm"] == arm]
            had = int(first.index.isin(there).sum())
            cells[arm] = (had, float(risk.loc[there].sum() / YEAR))
            happened = int(part["subject"].isin(there).sum())
            rows.append(_row(str(name), arm, len(there), happened, cells[arm], level))
        for row in rows[-len(arms) :]:
            if row["arm"] != reference:
                row.update(_compared(cells[str(row["arm"])], cells[reference], level))
    return pd.DataFrame(rows)


def _row(
    name: str, arm: str, subjects: int, events: int, cell: tuple[int, float], level: float
) -> dict[str, object]:
    had, years = cell
    low, high = rate_interval(had, years, level)
    share_low, share_high = share_interval(had, subjects, level)
    return {
        "event": name,
        "arm": arm,
        "n": had,
        "subjects": subjects,
        "percent": 100 * had / subjects,
        "percent_low": 100 * share_low,
        "percent_high": 100 * share_high,
        "events": events,
        "years": years,
        "rate": PER * had / years,
        "low": PER * low,
        "high": PER * high,
    }


def _compared(
    one: tuple[int, float], other: tuple[int, float], level: float
) -> dict[str, float | None]:
    (a, s), (b, t) = one, other
    ratio = (a / s) / (b / t) if b else float("nan")
    low, high = ratio_interval(one, other, level)
    less, more = difference_interval(one, other, level)
    return {
        "ratio": ratio,
        "ratio_low": low,
        "ratio_high": high,
        "difference": PER * (a / s - b / t),
        "difference_low": PER * less,
        "difference_high": PER * more,
    }


def counts_by_arm(trial: TrialData, treated: str, control: str) -> pd.DataFrame:
    """Count subjects with each event in two arms, as `fit_hierarchy` wants them."""
    arm = trial.subjects.set_index("subject")["arm"]
    size = arm.value_counts()
    for name in (treated, control):
        if name not in size.index:
            raise SpecError(f"There is no arm '{name}': {choices(name, list(size.index))}")
    had = trial.events.drop_duplicates(["subject", "soc", "term"])
    had = had.assign(arm=had["subject"].map(arm))
    table = had.pivot_table(
        index=["soc", "term"], columns="arm", values="subject", aggfunc="count", fill_value=0
    )
    table = table.reindex(columns=[control, treated], fill_value=0)
    table = table[table.sum(axis=1) > 0].reset_index()
    table.columns = ["soc", "term", "control", "treated"]
    return table.assign(n_control=int(size[control]), n_treated=int(size[treated]))
