"""Predicted against observed, for risks that follow from the mechanism.

A virtual trial says how far a therapy lowers IgG and lymphocytes. Cohorts say how much more often
serious infection comes below a limit (``risks.csv``). Together they predict a ratio between arms:
for each patient the ratio applies for the share of time spent below the limit, and ratios of
several margins are multiplied (assumed). The prediction in events takes the rate of the reference
arm as observed, and its uncertainty, and that of the ratio, into an interval for the count.

Low IgG and low lymphocytes themselves are counted by grade. Infusion reactions do not follow from
the model; they are compared with a rate per infusion that the user brings.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from tolerogen.errors import SpecError, choices
from tolerogen.safety.clinical.incidence import PER, rate_interval, ratio_interval
from tolerogen.safety.clinical.margins import GRADES, Margins
from tolerogen.safety.signals.counts import Floats

DRAWS = 20_000


@dataclass(frozen=True)
class Risk:
    """How much more often something came below a limit, with a 95 % interval and its source."""

    risk: str
    readout: str
    unit: str
    below: float
    ratio: float
    low: float
    high: float
    population: str
    source: str


def known_risks() -> tuple[Risk, ...]:
    """Return the risks of ``risks.csv``."""
    text = resources.files(__package__).joinpath("risks.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    numbers = ("below", "ratio", "low", "high")
    return tuple(
        Risk(**{k: float(v) if k in numbers else v for k, v in row.items()})  # type: ignore[arg-type]
        for row in rows
    )


def grades(margins: Margins) -> pd.DataFrame:
    """Count patients whose IgG or lymphocytes fell below each grade.

    Returns
    -------
    pandas.DataFrame
        ``arm, readout, grade, n, patients, percent, days_below``: the last is the mean number of
        days that a patient of the arm spent there.
    """
    rows = []
    for arm in dict.fromkeys(margins.arm.tolist()):
        there = margins.arm == arm
        for readout, limits in GRADES.items():
            lowest = margins.lowest(readout)[there]
            for name, limit in limits:
                days = (margins.share_below(readout, limit) * margins.years)[there] * 365.25
                rows.append(
                    {
                        "arm": arm,
                        "readout": readout,
                        "grade": name,
                        "n": int((lowest < limit).sum()),
                        "patients": int(there.sum()),
                        "percent": 100 * float((lowest < limit).mean()),
                        "days_below": float(days.mean()),
                    }
                )
    return pd.DataFrame(rows)


def predict_ratio(
    margins: Margins, reference: str, *, seed: int = 1, risks: tuple[Risk, ...] | None = None
) -> pd.DataFrame:
    """Predict the ratio of serious infections between each arm and the reference.

    Returns
    -------
    pandas.DataFrame
        ``arm, ratio, low, high`` and the share of time below each limit; 95 % interval from the
        uncertainty of the published ratios, log-normal.

    Raises
    ------
    SpecError
        When there is no such arm.
    """
    arms = list(dict.fromkeys(margins.arm.tolist()))
    if reference not in arms:
        raise SpecError(f"There is no arm '{reference}': {choices(reference, arms)}")
    known = known_risks() if risks is None else risks
    draws = _draws(known, seed)
    level = {arm: _arm_levels(margins, arm, known, draws) for arm in arms}
    rows = []
    for arm in arms:
        ratio = level[arm][0] / level[reference][0]
        drawn = level[arm][1] / level[reference][1]
        low, high = np.quantile(drawn, [0.025, 0.975])
        there = margins.arm == arm
        shares = {
            f"share_{r.readout}_below_{r.below:g}": float(
                margins.share_below(r.readout, r.below)[there].mean()
            )
            for r in known
        }
        rows.append({"arm": arm, "ratio": ratio, "low": low, "high": high, **shares})
    return pd.DataFrame(rows)


def _draws(known: tuple[Risk, ...], seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    z = stats.norm.ppf(0.975)
    columns = [rng.normal(np.log(r.ratio), np.log(r.high / r.low) / (2 * z), DRAWS) for r in known]
    return np.stack([*columns]) if columns else np.zeros((0, DRAWS))


def _arm_levels(
    margins: Margins, arm: str, known: tuple[Risk, ...], draws: Floats
) -> tuple[float, Floats]:
    """Return the mean relative rate of an arm, weighted by time at risk: estimate and draws.

    The mean over patients of a product of (1 + share x excess) is a sum over subsets of the risks,
    so that patients are gone through once whatever the number of draws.
    """
    there = np.flatnonzero(margins.arm == arm)
    weight = margins.years[there] / margins.years[there].sum()
    shares = [margins.share_below(r.readout, r.below)[there] for r in known]
    excess = [np.append(r.ratio - 1, np.expm1(row)) for r, row in zip(known, draws, strict=True)]
    level = np.zeros(1 + draws.shape[1])
    for size in range(len(known) + 1):
        for some in combinations(range(len(known)), size):
            part = np.full_like(
                level, np.prod([shares[k] for k in some], axis=0) @ weight if some else 1.0
            )
            for k in some:
                part *= excess[k]
            level += part
    return float(level[0]), level[1:]


def compare(
    prediction: pd.DataFrame,
    observed: pd.DataFrame,
    reference: str,
    *,
    level: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    """Put what was predicted beside what was observed.

    Parameters
    ----------
    prediction
        What `predict_ratio` returns.
    observed
        ``arm, n, years``: patients with a serious infection and time at risk in each arm.
    reference
        The arm whose observed rate the prediction starts from.
    level
        Coverage of the intervals.
    seed
        Of the draws.

    Returns
    -------
    pandas.DataFrame
        ``arm, n, years, rate, rate_low, rate_high, expected, expected_low, expected_high,
        ratio_predicted, ratio_observed, ratio_low, ratio_high, within``; rates per 100
        patient-years, `within` whether the observed count lies in its prediction interval.

    Raises
    ------
    SpecError
        When the reference has no row.
    """
    columns = (observed[name].tolist() for name in ("arm", "n", "years"))
    seen = {arm: (int(n), float(years)) for arm, n, years in zip(*columns, strict=True)}
    if reference not in seen:
        raise SpecError(f"The observed table has no arm '{reference}'.")
    base_n, base_years = seen[reference]
    rng, z = np.random.default_rng(seed), stats.norm.ppf(0.975)
    tails = [(1 - level) / 2, (1 + level) / 2]
    rows = []
    columns = (prediction[name].tolist() for name in ("arm", "ratio", "low", "high"))
    for arm, predicted, least, most in zip(*columns, strict=True):
        if arm not in seen:
            continue
        n, years = seen[arm]
        low, high = rate_interval(n, years, level)
        spread = np.log(most / least) / (2 * z)
        ratio = np.exp(rng.normal(np.log(predicted), spread, DRAWS))
        # Jeffreys' posterior of the reference rate, then a Poisson count
        rate = rng.gamma(base_n + 0.5, 1 / base_years, DRAWS)
        count = np.quantile(rng.poisson(rate * ratio * years), tails)
        between = ratio_interval((n, years), (base_n, base_years), level)
        rows.append(
            {
                "arm": arm,
                "n": n,
                "years": years,
                "rate": PER * n / years,
                "rate_low": PER * low,
                "rate_high": PER * high,
                "expected": base_n / base_years * predicted * years,
                "expected_low": float(count[0]),
                "expected_high": float(count[1]),
                "ratio_predicted": predicted,
                "ratio_observed": (n / years) / (base_n / base_years) if base_n else np.nan,
                "ratio_low": between[0],
                "ratio_high": between[1],
                "within": bool(count[0] <= n <= count[1]),
            }
        )
    return pd.DataFrame(rows)


def infusion_reactions(
    reactions: int, infusions: int, expected_per_infusion: float, level: float = 0.95
) -> dict[str, float]:
    """Compare infusion reactions with a rate per infusion that is expected of the class.

    Returns
    -------
    dict
        ``share, low, high`` (exact binomial), ``expected`` reactions, and the probability `p` of as
        many or more if the expected rate holds.

    Raises
    ------
    SpecError
        When there are more reactions than infusions, or the rate is no share.
    """
    if not (0 <= reactions <= infusions and infusions and 0 < expected_per_infusion < 1):
        raise SpecError("Infusion reactions need 0 <= reactions <= infusions and 0 < rate < 1.")
    interval = stats.binomtest(reactions, infusions).proportion_ci(level, method="exact")
    return {
        "share": reactions / infusions,
        "low": float(interval.low),
        "high": float(interval.high),
        "expected": infusions * expected_per_infusion,
        "p": float(stats.binom.sf(reactions - 1, infusions, expected_per_infusion)),
    }
