"""Trend over quarters: whether a pair is reported more and more, given all that is reported.

In each period the count is compared with what that period's reports expect. Given the total of a
pair, its counts are multinomial with shares E_t exp(b t) / sum: the slope b is a log ratio per
period, estimated by maximum likelihood and tested against 0 by the likelihood ratio. Cumulative IC
says when the pair first stood out.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy import stats
from scipy.sparse import csr_array

from tolerogen.errors import SpecError
from tolerogen.safety.methods.masking import ic_low
from tolerogen.safety.methods.matrices import Matrices
from tolerogen.safety.signals.arrow_table import MISSING
from tolerogen.safety.signals.counts import Floats
from tolerogen.safety.signals.lrt import false_discoveries
from tolerogen.safety.signals.reports import Strata

DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def find_trends(
    reports: Matrices, periods: Strata, *, fewest: int = 5, level: float = 0.95, q: float = 0.05
) -> pd.DataFrame:
    """Estimate the trend of every pair.

    Parameters
    ----------
    reports
        The reports.
    periods
        Period of each report. Names are put in their order as text, so write 2022Q3 or 2022-07.
    fewest
        Reports that a pair must have over all periods.
    level
        Coverage of the interval of the ratio.
    q
        False-discovery rate that `rising` is held to (Benjamini and Hochberg).

    Returns
    -------
    pandas.DataFrame
        ``drug, event, n, ratio, low, high, p, rising, first_signal, counts, expected``: ratio of
        observed to expected from one period to the next, and the first period whose cumulative
        IC025 lies above 0. The most rising pair comes first.

    Raises
    ------
    SpecError
        When there are fewer than three periods.
    """
    order = np.argsort(np.array([str(name) for name in periods.names]))
    if len(order) < 3:
        raise SpecError("A trend needs three periods or more.")
    drug, event, n, expected = _by_period(reports, periods.code, order, fewest)
    slope, error, p = _slopes(n, expected)
    z = stats.norm.ppf(0.5 + level / 2)
    low = ic_low(n.cumsum(axis=1).ravel(), expected.cumsum(axis=1).ravel(), level)
    above = low.reshape(n.shape) > 0
    names = np.array([str(periods.names[k]) for k in order] + [""], dtype=object)
    first = np.where(above.any(axis=1), above.argmax(axis=1), len(order))
    found = false_discoveries(np.arange(len(p)), p, q) if len(p) else np.zeros(0, bool)
    frame = pd.DataFrame(
        {
            "drug": reports.drugs[drug],
            "event": reports.events[event],
            "n": n.sum(axis=1).astype(int),
            "ratio": np.exp(slope),
            "low": np.exp(slope - z * error),
            "high": np.exp(slope + z * error),
            "p": p,
            "rising": found & (slope > 0),
            "first_signal": names[first],
            "counts": n.astype(int).tolist(),
            "expected": expected.tolist(),
        }
    )
    return frame.sort_values("low", ascending=False, kind="stable", ignore_index=True)


def quarters(days: Strata) -> Strata:
    """Turn days of receipt into quarters: ``2022-07-04`` and ``2022-07`` become ``2022Q3``.

    Other names stay as they are; a report without a day, or with a year only, has no period.
    """
    names = [str(name) for name in days.names]
    dated = any(DAY.match(name) for name in names)
    made = []
    for name in names:
        day = DAY.match(name)
        quarter = f"{day[1]}Q{(int(day[2]) + 2) // 3}" if day else ""
        made.append(quarter if dated else "" if name == MISSING else name)
    kept = sorted(set(made) - {""})
    place = {name: k for k, name in enumerate(kept)} | {"": -1}
    code = np.array([place[name] for name in made], np.int32)
    return Strata(np.array(kept, dtype=object), code[days.code])


def _by_period(
    reports: Matrices, code: np.ndarray, order: np.ndarray, fewest: int
) -> tuple[np.ndarray, np.ndarray, Floats, Floats]:
    """Return drug, event, counts and expected counts (pairs by periods) of the pairs."""
    whole = csr_array(reports.drug.T @ reports.event).tocoo()
    often = whole.data >= fewest
    drug, event = whole.row[often], whole.col[often]
    n = np.zeros((len(drug), len(order)))
    expected = np.zeros_like(n)
    drugs, events = csr_array(reports.drug), csr_array(reports.event)
    for place, period in enumerate(order):
        there = np.flatnonzero(code == period)
        if not len(there):
            continue
        some_drugs, some_events = drugs[there], events[there]
        table = csr_array(some_drugs.T @ some_events)
        n[:, place] = np.asarray(table[drug, event]).ravel()
        rows = np.asarray(some_drugs.sum(axis=0)).ravel()[drug]
        columns = np.asarray(some_events.sum(axis=0)).ravel()[event]
        expected[:, place] = rows * columns / len(there)
    return drug, event, n, expected


def _slopes(n: Floats, expected: Floats) -> tuple[Floats, Floats, Floats]:
    """Fit the slope of each pair: estimate, standard error, p-value."""
    time = np.arange(n.shape[1], dtype=float)
    total, seen = n.sum(axis=1), n @ time
    with np.errstate(divide="ignore"):
        offset = np.log(expected)

    def likelihood(b: Floats) -> Floats:
        eta = offset + b[:, None] * time
        top = eta.max(axis=1)
        whole = top + np.log(np.exp(eta - top[:, None]).sum(axis=1))
        return np.asarray(b * seen - total * whole)

    def moments(b: Floats) -> tuple[Floats, Floats]:
        eta = offset + b[:, None] * time
        share = np.exp(eta - eta.max(axis=1)[:, None])
        share /= share.sum(axis=1)[:, None]
        mean = share @ time
        return mean, np.maximum(share @ time**2 - mean**2, 1e-12)

    b = np.zeros(len(n))
    for _ in range(200):
        mean, spread = moments(b)
        # far steps would leave where the second order holds; a slope beyond e^5 is no estimate
        step = np.clip((seen / total - mean) / spread, -0.5, 0.5)
        b = np.clip(b + step, -5, 5)
        if not len(b) or np.abs(step).max() < 1e-12:
            break
    error = 1 / np.sqrt(total * moments(b)[1])
    gain = 2 * (likelihood(b) - likelihood(np.zeros(len(n))))
    return b, error, np.asarray(stats.chi2.sf(np.maximum(gain, 0), 1))
