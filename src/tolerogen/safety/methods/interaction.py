"""Two drugs together: an event that is reported with both more often than each explains.

Omega compares the reports that name both drugs and the event with what an additive model of the two
drugs' risks expects, and shrinks towards no interaction: log2((n + 1/2) / (E + 1/2)), with an
interval from the gamma posterior of the ratio (Noren GN, Sundberg R, Bate A, Edwards IR, Stat Med
2008;27:3057-3070, doi:10.1002/sim.3247). A drug that protects does not lower what is expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.sparse import csr_array, triu

from tolerogen.errors import SpecError
from tolerogen.safety.methods.matrices import Matrices, members
from tolerogen.safety.signals.counts import Floats

SHRINKAGE = 0.5


@dataclass(frozen=True)
class Omega:
    """Interaction of two drugs on an event.

    Attributes
    ----------
    n, expected
        Reports with both drugs and the event, and what two independent risks expect.
    estimate, low, high
        Omega with its credible interval; `low` is called Omega025 at level 0.95.
    """

    n: Floats
    expected: Floats
    estimate: Floats
    low: Floats
    high: Floats


def omega(events: np.ndarray, reports: np.ndarray, level: float = 0.95) -> Omega:
    """Compute Omega from the reports with neither drug, one, the other, and both.

    Parameters
    ----------
    events, reports
        Reports with the event, and all reports: neither, first only, second only, both. The last
        axis has these four.
    level
        Coverage of the interval.

    Raises
    ------
    SpecError
        When there are more events than reports.

    Examples
    --------
    >>> found = omega(np.array([100, 10, 10, 8]), np.array([10_000, 500, 500, 100]))
    >>> round(float(found.expected), 2), round(float(found.estimate), 2)
    (2.92, 1.31)
    """
    a, n = np.asarray(events, float), np.asarray(reports, float)
    if (a > n).any() or not 0 < level < 1:
        raise SpecError("Omega needs no more events than reports, and a level between 0 and 1.")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, a / n, 0.0)
        odds = share / (1 - share)
        none, one, other = odds[..., 0], odds[..., 1], odds[..., 2]
        # 1 - 1 / (x + 1) = x / (x + 1), and 1 when a single drug always comes with the event
        x = np.maximum(none, one) + np.maximum(none, other) - none
        risk = np.where(np.isfinite(x), x / (1 + x), 1.0)
    both, expected = a[..., 3], risk * n[..., 3]
    posterior = stats.gamma(both + SHRINKAGE, scale=1 / (expected + SHRINKAGE))
    tail = (1 - level) / 2
    return Omega(
        both,
        expected,
        np.log2((both + SHRINKAGE) / (expected + SHRINKAGE)),
        np.log2(posterior.ppf(tail)),
        np.log2(posterior.ppf(1 - tail)),
    )


def find_interactions(
    reports: Matrices,
    *,
    drugs: Iterable[str] | None = None,
    fewest: int = 3,
    level: float = 0.95,
) -> pd.DataFrame:
    """Score every pair of drugs with every event that was reported with both.

    Parameters
    ----------
    reports
        The reports; concomitant drugs should be among them.
    drugs
        Pairs of these only; by default of all drugs.
    fewest
        Reports that must name both drugs and the event.
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        ``drug_1, drug_2, event, n, expected, estimate, low, high, signal``, the highest lower limit
        first.
    """
    pairs = _pairs(reports, drugs, fewest)
    n_drug = np.diff(reports.drug.indptr)
    n_event = np.diff(reports.event.indptr)
    event_rows = csr_array(reports.event)
    single = csr_array(reports.drug.T @ reports.event)
    rows = []
    for first, second in pairs:
        both = np.intersect1d(
            members(reports.drug, first), members(reports.drug, second), assume_unique=True
        )
        count = np.asarray(event_rows[both].sum(axis=0)).ravel()
        found = np.flatnonzero(count >= fewest)
        if len(found):
            rows.append(
                (
                    first,
                    second,
                    found,
                    count[found],
                    _four(
                        single,
                        n_drug,
                        n_event,
                        first,
                        second,
                        found,
                        count[found],
                        len(both),
                        reports.n_reports,
                    ),
                )
            )
    return _frame(reports, rows, level)


def _pairs(reports: Matrices, drugs: Iterable[str] | None, fewest: int) -> list[tuple[int, int]]:
    if drugs is not None:
        return list(combinations(sorted({reports.drug_at(name) for name in drugs}), 2))
    together = triu(reports.drug.T @ reports.drug, k=1).tocoo()
    often = together.data >= fewest
    return sorted(zip(together.row[often].tolist(), together.col[often].tolist(), strict=True))


def _four(
    single: csr_array,
    n_drug: np.ndarray,
    n_event: np.ndarray,
    first: int,
    second: int,
    event: np.ndarray,
    both: np.ndarray,
    n_both: int,
    total: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return events and reports with neither drug, one only, the other only, both."""
    one = single[[first]].toarray()[0, event] - both
    other = single[[second]].toarray()[0, event] - both
    events = np.stack([n_event[event] - one - other - both, one, other, both], axis=1)
    n_one, n_other = n_drug[first] - n_both, n_drug[second] - n_both
    reports = np.array([total - n_one - n_other - n_both, n_one, n_other, n_both])
    return events, np.broadcast_to(reports, events.shape)


def _frame(
    reports: Matrices,
    rows: list[tuple[int, int, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]],
    level: float,
) -> pd.DataFrame:
    columns = ["drug_1", "drug_2", "event", "n", "expected", "estimate", "low", "high", "signal"]
    if not rows:
        return pd.DataFrame(columns=columns)
    scores = omega(
        np.concatenate([row[4][0] for row in rows]),
        np.concatenate([row[4][1] for row in rows]),
        level,
    )
    repeat = [len(row[2]) for row in rows]
    frame = pd.DataFrame(
        {
            "drug_1": reports.drugs[np.repeat([row[0] for row in rows], repeat)],
            "drug_2": reports.drugs[np.repeat([row[1] for row in rows], repeat)],
            "event": reports.events[np.concatenate([row[2] for row in rows])],
            "n": scores.n.astype(int),
            "expected": scores.expected,
            "estimate": scores.estimate,
            "low": scores.low,
            "high": scores.high,
            "signal": scores.low > 0,
        }
    )
    return frame.sort_values("low", ascending=False, kind="stable", ignore_index=True)
