"""Masking: a drug that dominates the reports of an event hides the others.

If most reports of an event name one drug, the event looks common, and other drugs have to be
reported with it even more to stand out. The remedy is to look again without the reports of the
drug that dominates (Wang HW, Hochberg AM, Pearson RK, Hauben M, Drug Saf 2010;33:1117-1133,
doi:10.2165/11584390-000000000-00000). Here nothing is approximated: margins, expected counts and
scores are computed again for the reports that remain.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from tolerogen.errors import SpecError
from tolerogen.safety.methods.matrices import Matrices, members
from tolerogen.safety.signals.counts import PairCounts
from tolerogen.safety.signals.information import ic


def find_masked(
    reports: Matrices, *, share: float = 0.3, fewest: int = 3, level: float = 0.95
) -> pd.DataFrame:
    """Find pairs that become a signal (IC025 > 0) when a dominating drug's reports are left out.

    Parameters
    ----------
    reports
        The reports.
    share
        Part of an event's reports that a drug must be named in to be taken for dominating.
    fewest
        Reports that a masked pair must have without the dominating drug.
    level
        Coverage of the interval of IC.

    Returns
    -------
    pandas.DataFrame
        ``masking_drug, share, drug, event, n, low, n_without, expected_without, low_without``.

    Raises
    ------
    SpecError
        When `share` is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise SpecError(f"share must lie between 0 and 1; it is {share:g}.")
    counts = csr_array(reports.drug.T @ reports.event)
    n_event = np.diff(reports.event.indptr)
    pairs = counts.tocoo()
    big = (pairs.data >= share * n_event[pairs.col]) & (n_event[pairs.col] > 2 * fewest)
    n_drug = np.diff(reports.drug.indptr).astype(float)
    tables = []
    drug_rows = csr_array(reports.drug)
    for drug in np.unique(pairs.row[big]):
        there = members(reports.drug, drug)
        kept = np.ones(reports.n_reports, bool)
        kept[there] = False
        fewer_drugs = n_drug - np.asarray(drug_rows[there].sum(axis=0)).ravel()
        for event in pairs.col[big & (pairs.row == drug)]:
            whom = members(reports.event, event)
            left = whom[kept[whom]]
            n_left = np.asarray(drug_rows[left].sum(axis=0)).ravel()
            n_all = counts[:, [event]].toarray().ravel()
            others = np.flatnonzero(n_left >= fewest)
            others = others[others != drug]
            if not len(others):
                continue
            before = n_drug[others] * len(whom) / reports.n_reports
            after = fewer_drugs[others] * len(left) / kept.sum()
            low = ic_low(n_all[others], before, level)
            low_without = ic_low(n_left[others], after, level)
            shown = (low <= 0) & (low_without > 0)
            tables.append(
                pd.DataFrame(
                    {
                        "masking_drug": reports.drugs[drug],
                        "share": n_all[drug] / len(whom),
                        "drug": reports.drugs[others[shown]],
                        "event": reports.events[event],
                        "n": n_all[others[shown]].astype(int),
                        "low": low[shown],
                        "n_without": n_left[others[shown]].astype(int),
                        "expected_without": after[shown],
                        "low_without": low_without[shown],
                    }
                )
            )
    if not tables:
        return pd.DataFrame(
            columns=[
                "masking_drug",
                "share",
                "drug",
                "event",
                "n",
                "low",
                "n_without",
                "expected_without",
                "low_without",
            ]
        )
    made = pd.concat(tables, ignore_index=True)
    return made.sort_values("low_without", ascending=False, kind="stable", ignore_index=True)


def ic_low(n: np.ndarray, expected: np.ndarray, level: float) -> np.ndarray:
    """Return the lower limit of IC for counts and expected counts."""
    some = np.zeros(len(n), np.int32)
    none = np.array([], dtype=object)
    pairs = PairCounts(none, none, some, some, n.astype(np.int64), expected, None, "given")
    return np.asarray(ic(pairs, level).low)
